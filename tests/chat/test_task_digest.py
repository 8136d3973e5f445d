"""Tasks and problems in the one message of the day: who is told when, and that nobody is told twice."""

from __future__ import annotations

from bot.services.sweeping import run_due
from tests.chat.driver import Chat

CONTACT, HEAD, LEADER, OFFICE = "区发改局联络员", "区发改局主要负责人", "常务副区长", "区督查绩效办主任"


def digests(messages: list[object], word: str) -> list[str]:
    return [item.text for item in messages if word in getattr(item, "text", "")]  # type: ignore[attr-defined]


async def morning(chat: Chat, day: str) -> None:
    """The hour of the digest on that day."""
    await chat.at(f"{day}T09:00", live=False)
    await run_due(chat.db, chat.now, ["digest"])
    await chat.settle()


async def test_a_task_is_told_before_on_and_after_its_date_until_it_is_done(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT, HEAD, OFFICE)
    await chat.send(OFFICE, "督办 区发改局 12-3前 完成用地报批清零")
    await chat.press(OFFICE, "下达")
    await chat.new(CONTACT), await chat.new(HEAD)
    await morning(chat, "2026-12-01")
    assert digests(await chat.new(CONTACT), "待办到期") == []
    await morning(chat, "2026-12-02")
    (before,) = digests(await chat.new(CONTACT), "待办到期")
    assert "【督办】完成用地报批清零，12月3日到期" in before
    await morning(chat, "2026-12-03")
    (on,) = digests(await chat.new(CONTACT), "待办到期")
    assert "今日到期" in on
    assert digests(await chat.new(HEAD), "待办到期") == []
    await morning(chat, "2026-12-04")
    (after,) = digests(await chat.new(CONTACT), "待办到期")
    assert "已超1个工作日" in after
    assert len(digests(await chat.new(HEAD), "待办到期")) == 1
    await chat.send(CONTACT, "/tasks")
    await chat.press(CONTACT, "督办 完成用地报批清零")
    await chat.press(CONTACT, "办结")
    await chat.send(CONTACT, "已全部报批")
    await morning(chat, "2026-12-08")
    assert digests(await chat.new(CONTACT), "待办到期") == []


async def test_a_leader_hears_once_a_week_of_what_waits_for_them(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(CONTACT, LEADER)
    await chat.send(CONTACT, "/problem 固定资产投资 用地指标不足，请协调")
    await chat.new(LEADER)
    for day in ("20", "23", "24"):
        await morning(chat, f"2026-11-{day}")
        said = digests(await chat.new(LEADER), "请您定的问题")
        assert len(said) == (day == "23")
    await chat.press(LEADER, "批示")
    await chat.send(LEADER, "请自然资源部门本周内解决")
    await morning(chat, "2026-11-30")
    (weekly,) = digests(await chat.new(LEADER), "您交办的")
    assert "请自然资源部门本周内解决（区发改局，尚无回音）" in weekly
    assert "请您定的问题" not in weekly
