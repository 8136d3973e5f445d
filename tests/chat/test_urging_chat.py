"""催办 from the phone: reports, orders, tasks, evidence; own words, a time, the record, taking back, the limit."""

from __future__ import annotations

import pytest

from tests.chat.driver import Chat

OFFICE, CONTACT, OTHER = "区督查绩效办主任", "区发改局联络员", "区财政局联络员"


async def given(chat: Chat, unit: str, words: str) -> None:
    await chat.send(OFFICE, f"督办 {unit} 12-15前 {words}")
    await chat.press(OFFICE, "下达")


async def test_tasks_are_urged_with_own_words_at_a_set_time_and_only_where_still_open(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT, OTHER)
    await given(chat, "区发改局", "完成用地报批")
    await given(chat, "区财政局", "清理结转资金")
    (order,) = await chat.new(CONTACT)
    await chat.new(OTHER)
    (reports,) = await chat.send(OFFICE, "/remind")
    (listed,) = await chat.press(OFFICE, "任务", reports)
    assert "交办事项待办理" in listed.text
    assert "完成用地报批（12月15日到期）" in listed.text
    await chat.press(OFFICE, "附言", listed)
    (worded,) = await chat.send(OFFICE, "区长今天要看进展")
    assert "附言：区长今天要看进展" in worded.text
    (timed,) = await chat.send(OFFICE, "明天9点发")
    assert "周末" not in timed.text
    assert "定于11月23日 08:30发出" in timed.text  # the 21st is a Saturday
    (sent,) = await chat.press(OFFICE, "发送（2人）", timed)
    assert "将于11月23日 08:30发出（2人）" in sent.text
    # Whoever has done it by then is left alone.
    await chat.send(CONTACT, "办结：已报批", reply_to=order)
    assert not await chat.new(OTHER)
    await chat.at("2026-11-23T08:45", live=False)
    await chat.settle()
    (urged,) = [item for item in await chat.new(OTHER) if "【催办】" in item.text]
    assert "清理结转资金" in urged.text
    assert "附言：区长今天要看进展" in urged.text
    assert not [item for item in await chat.new(CONTACT) if "【催办】" in item.text]
    *_, record = await chat.send(OFFICE, "催办记录")
    assert "送出1人，其中0人已办好" in record.text
    (task,) = await chat.press(OTHER, "查看", urged)
    assert "清理结转资金" in task.text


async def test_an_urging_that_has_not_left_can_be_taken_back(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT)
    await given(chat, "区发改局", "完成用地报批")
    await chat.new(CONTACT)
    await chat.send(OFFICE, "催任务")
    await chat.send(OFFICE, "14:30发")
    (sent,) = await chat.press(OFFICE, "发送（1人）")
    (taken,) = await chat.press(OFFICE, "撤回", sent)
    assert "已撤回，1条" in taken.text
    await chat.at("2026-11-20T15:00", live=False)
    await chat.settle()
    assert not await chat.new(CONTACT)
    (record,) = await chat.send(OFFICE, "催办记录")
    assert "已撤回，未发出" in record.text


async def test_beyond_the_days_limit_nobody_is_chosen_by_default(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT)
    await given(chat, "区发改局", "完成用地报批")
    for moment in ("2026-11-20T10:00", "2026-11-20T12:00"):
        await chat.at(moment, live=False)
        await chat.send(OFFICE, "催任务")
        await chat.press(OFFICE, "发送（1人）")
    await chat.at("2026-11-20T15:00", live=False)
    (listed,) = await chat.send(OFFICE, "催任务")
    assert "今日已催2次" in listed.text
    assert "1人今天已催到上限" in listed.text
    assert not any("发送" in key for key in listed.buttons)
    (chosen,) = await chat.press(OFFICE, "☐", listed)
    assert "发送（1人）" in chosen.buttons


async def test_evidence_that_is_lacking_is_a_reason_to_urge(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await chat.bind(OFFICE, CONTACT)
    (listed,) = await chat.send(OFFICE, "催台账")
    assert "缺台账" in listed.text
    (sent,) = await chat.press(OFFICE, "发送（1人）", listed)
    assert "催办台账已发出（1人）" in sent.text
    (urged,) = await chat.new(CONTACT)
    assert "【催办】缺台账还有" in urged.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("今天8点发", "已经过去"),
        ("12-25 9点发", "14天以内"),
        ("附言 " + "长" * 201, "附言最多200个字"),
    ],
)
async def test_what_cannot_be_sent_so_gets_one_sentence(sqlite_chat: Chat, typed: str, said: str) -> None:
    await sqlite_chat.bind(OFFICE, CONTACT)
    await sqlite_chat.send(OFFICE, "催台账")
    (answer,) = await sqlite_chat.send(OFFICE, typed)
    assert said in answer.text


async def test_nobody_else_urges(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(OFFICE, CONTACT)
    (listed,) = await sqlite_chat.send(OFFICE, "催台账")
    (own,) = await sqlite_chat.send(CONTACT, "/tasks")
    for data in [*listed.buttons.values(), "rcan:1", "rmat:task", "rrec:0"]:
        answers = await sqlite_chat.press(CONTACT, data, own)
        assert all("催办" not in answer.text and "缺台账" not in answer.text for answer in answers)
    for typed in ("催任务", "催办记录", "催台账"):
        for answer in await sqlite_chat.send(CONTACT, typed):
            assert "点姓名可取消勾选" not in answer.text
