"""申请调整 on the phone: window, form, chain of decisions, the new target, and what does not fit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import AuditEntry, Snapshot, Target
from tests.chat.driver import Chat, running_chat
from tests.services.warned_district import CAST, INVESTMENT, District, small_district

CONTACT, HEAD, LEADER, DIRECTOR = (CAST[who][0] for who in ("contact", "head", "leader", "director"))


@pytest.fixture
async def window(sqlite_url: str) -> AsyncIterator[tuple[Chat, District]]:
    """The small district in September, investment behind."""
    db = Database(sqlite_url)
    district = await small_district(db, unbound=tuple(CAST))
    await district.report(INVESTMENT, "2026-08", "70", "2026-08-22 10:00")
    await district.report(INVESTMENT, "2026-09", "75", "2026-09-18 10:00")
    async with running_chat(sqlite_url, "2026-09-19T10:00") as chat:
        await chat.bind(CONTACT, HEAD, LEADER, DIRECTOR)
        yield chat, district
    await db.close()


async def test_from_the_reminder_to_the_new_target(window: tuple[Chat, District]) -> None:
    chat, district = window
    (early,) = await chat.send(CONTACT, "/adjust")
    assert "10-1开放、11-30截止" in early.text
    await chat.at("2026-09-20T08:31")
    (told,) = [item for item in await chat.new(CONTACT) if "【指标调整】" in item.text]
    assert INVESTMENT in told.text
    assert not [item for item in await chat.new(LEADER) if "【指标调整】" in item.text]
    await chat.at("2026-10-12T10:00", live=False)
    (choice,) = await chat.send(CONTACT, "申请调整")
    (form,) = await chat.press(CONTACT, INVESTMENT, choice)
    assert "原目标：162亿元　已完成：75亿元" in form.text
    await chat.send(CONTACT, "调到一点点")
    (form,) = await chat.send(CONTACT, "110亿")
    assert "对得分的影响（预计）" in form.text
    (form,) = await chat.press(CONTACT, "政策变化", form)
    for words in ("专项债政策收紧，两个项目缓建", "渝财债〔2026〕8号", "已调整项目盘子", "市发改委投资处王工"):
        (form,) = await chat.send(CONTACT, words)
    assert "确认提交" in form.buttons
    (done,) = await chat.send(CONTACT, "确认")
    assert "待单位负责人审核" in done.text
    for person, pressed in ((HEAD, True), (DIRECTOR, False), (LEADER, True)):
        (push,) = [item for item in await chat.new(person) if "【指标调整】" in item.text and "同意" in item.buttons]
        found = await (chat.press(person, "同意", push) if pressed else chat.send(person, "同意", reply_to=push))
        assert any("已同意，转下一步" in item.text for item in found)
    (push,) = [item for item in await chat.new(DIRECTOR) if "待绩效办报送" in item.text]
    (sent,) = await chat.press(DIRECTOR, "同意", push)
    assert "待市级批复" in sent.text
    (asks,) = await chat.press(DIRECTOR, "录入批复", sent)
    assert "文号" in asks.text
    found = await chat.send(DIRECTOR, "渝考办〔2026〕12号 目标112亿")
    assert any("已批准（渝考办〔2026〕12号）" in item.text for item in found)
    assert any("新目标：112亿元" in item.text for item in await chat.new(CONTACT))
    async with district.db.read() as session:
        query = select(Target.effective_from, Target.value).where(Target.indicator_id == 1).order_by(Target.id)
        versions = [(row[0].isoformat(), row[1]) for row in await session.execute(query)]
        september = await session.scalar(select(Snapshot.target).where(Snapshot.period == "2026-09"))
        actions = set((await session.scalars(select(AuditEntry.action))).all())
    assert versions == [("2026-01-01", Decimal(162)), ("2026-10-12", Decimal(112))]
    assert september == Decimal(162)
    assert {"request_adjustment", "endorse_yes", "review_yes", "approve_yes", "send_yes", "grant_yes"} <= actions


async def test_what_does_not_fit_gets_one_sentence(window: tuple[Chat, District]) -> None:
    chat, _ = window
    await chat.at("2026-10-12T10:00", live=False)
    (form,) = await chat.send(CONTACT, "申请调整 固定资产投资")
    assert "申请调整到多少" in form.text
    (same,) = await chat.send(CONTACT, "162亿")
    assert "与原目标相同" in same.text
    (refused,) = await chat.send(LEADER, "/adjust")
    assert "岗位" in refused.text or "权限" in refused.text
    await chat.at("2026-12-01T10:00", live=False)
    (late,) = await chat.send(CONTACT, "申请调整 固定资产投资")
    assert "已经结束" in late.text
