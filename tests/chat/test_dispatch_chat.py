"""Dispatch meetings, from the call to the minutes to the packet of the next one."""

from __future__ import annotations

import io

import pytest
from docx import Document
from openpyxl import load_workbook

from bot.services.sweeping import run_due
from tests.chat.driver import Chat, Message

HEAD, OTHER, LEADER, OFFICE = "区商务局主要负责人", "区发改局主要负责人", "分管商务副区长", "区督查绩效办主任"
CONTACT = "区商务局联络员"
CALL = "调度 12-10 14:30 三楼会议室 区发改局 区商务局"


async def content_of(chat: Chat, message: Message) -> bytes:
    return (await chat.http.get(f"/sandbox/files/{message.raw['document']['file_id']}")).content


def words_in(document: bytes) -> str:
    """All words of a Word document, cells by a bar."""
    paper = Document(io.BytesIO(document))
    cells = ["|".join(cell.text for cell in row.cells) for table in paper.tables for row in table.rows]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


async def test_a_quarterly_meeting_from_its_call_to_the_packet_of_the_next_one(sqlite_chat: Chat) -> None:
    chat = sqlite_chat
    await run_due(chat.db, chat.now, ["evaluate"])
    await chat.bind(HEAD, OTHER, LEADER, OFFICE, CONTACT)
    await chat.send(CONTACT, "/problem 实际利用外资 用地指标不足，请协调")
    (asked,) = await chat.send(OFFICE, "/dispatch")
    assert "发调度会通知" in asked.text
    (preview,) = await chat.send(OFFICE, "季度 12-10 14:30 三楼会议室 分管商务副区长 区发改局 区商务局")
    assert "2026年第四季度绩效指标调度会" in preview.text
    assert "12月10日（周四）14:30" in preview.text
    assert "将通知3人" in preview.text
    (later,) = await chat.send(OFFICE, "15:00")
    assert "12月10日（周四）15:00" in later.text
    assert await chat.press(OFFICE, "发通知", preview) == []
    (called,) = await chat.press(OFFICE, "发通知", later)
    assert "已通知3人" in called.text
    # Everybody gets the agenda with their own indicators and an entry for the calendar.
    (invited,) = [item for item in await chat.new(HEAD) if "【调度会】" in item.text]
    assert "请准备汇报" in invited.text
    assert "实际利用外资" in invited.text
    assert invited.document == "调度会.ics"
    entry = (await content_of(chat, invited)).decode()
    assert "DTSTART:20261210T070000Z\r\n" in entry
    # Three answers, one of them as words.
    (comes,) = await chat.press(HEAD, "参加", invited)
    assert "已回复参加" in comes.text
    (of_trade,) = [item for item in await chat.new(OTHER) if "【调度会】" in item.text]
    (why,) = await chat.press(OTHER, "派人", of_trade)
    assert "由谁参加" in why.text
    (sends,) = await chat.send(OTHER, "副局长李明")
    assert "已登记由副局长李明参加" in sends.text
    (card,) = await chat.press(OFFICE, "查看调度会")
    assert "未回复1人：分管商务副区长" in card.text
    assert "区发改局主要负责人（副局长李明）" in card.text
    (urged,) = await chat.press(OFFICE, "催未回复", card)
    assert f"已请未回复的1人回复：{LEADER}" in urged.text
    assert any("【请回复】" in item.text for item in await chat.new(LEADER))
    assert all("【请回复】" not in item.text for item in await chat.new(HEAD))
    (again,) = await chat.press(OFFICE, "催未回复", card)
    assert "今天已经催过" in again.text
    (away,) = await chat.send(LEADER, "请假 出差")
    assert "已登记请假：出差" in away.text
    # The packet: nothing to look back on yet, then all that is behind, with the problem that waits.
    (packet,) = await chat.press(OFFICE, "会议材料", called)
    assert packet.document == "2026年第四季度绩效指标调度会材料.docx"
    words = words_in(await content_of(chat, packet))
    assert "没有上次决定" in words
    assert "用地指标不足，请协调" in words
    (sheet,) = await chat.press(OFFICE, "材料表格", called)
    book = load_workbook(io.BytesIO(await content_of(chat, sheet)))
    assert book.sheetnames == ["上次决定落实", "进度情况", "落后指标", "未销号预警单", "待研究问题"]
    # Decisions only once the day has come; a line that cannot be read is named, the others stay.
    (early,) = await chat.send(OFFICE, "决定 区商务局 12-20前 完成用地报批")
    assert "会议还没有开" in early.text
    await chat.at("2026-12-10T16:00", live=False)
    (minutes,) = await chat.send(
        OFFICE, "决定 区商务局 12-20前 完成用地报批清零\n2、某某局 12-20前 报方案\n3. 分管商务副区长 牵头协调用地指标"
    )
    assert "1. 区商务局：完成用地报批清零，12月21日前（原定休息日，已顺延）" in minutes.text
    assert "2. 分管商务副区长：牵头协调用地指标（未定期限）" in minutes.text
    assert "某某局 12-20前 报方案（没有看出交给哪个单位）" in minutes.text
    (more,) = await chat.send(OFFICE, "区发改局 12-18前 报消费券方案")
    assert "下达（3项）" in more.buttons
    (given,) = await chat.press(OFFICE, "下达", more)
    assert "已下达3项决定" in given.text
    (task,) = [item for item in await chat.new(CONTACT) if "【督办】完成用地报批清零" in item.text]
    (paper,) = await chat.press(OFFICE, "会议纪要")
    said = words_in(await content_of(chat, paper))
    assert "1|完成用地报批清零|区商务局|12月21日" in said
    assert "请假：分管商务副区长（出差）" in said
    # One of them is reported done before the next meeting, whose packet opens with what became of them.
    await chat.send(CONTACT, "办结：已全部报批", reply_to=task)
    *_, nexts = await chat.send(OFFICE, "调度 季度 12-28 9:00 三楼会议室 分管商务副区长 区商务局")
    (called,) = await chat.press(OFFICE, "发通知", nexts)
    (reminded,) = [item for item in await chat.new(LEADER) if "12月28日" in item.text]
    assert "上次会议交办、还没办结的" in reminded.text
    assert "牵头协调用地指标" in reminded.text
    (packet,) = await chat.press(OFFICE, "会议材料", called)
    opened = words_in(await content_of(chat, packet))
    assert "议定3项，已办结0项" in opened
    assert "1|完成用地报批清零|区商务局|12月21日|待确认|已全部报批" in opened


async def test_a_meeting_that_is_called_off_leaves_the_calendars(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(HEAD, OFFICE)
    (preview,) = await sqlite_chat.send(OFFICE, CALL)
    assert "没有绑定账号，要电话通知：区发改局主要负责人" in preview.text
    (called,) = await sqlite_chat.send(OFFICE, "确认")
    assert "请电话通知：区发改局主要负责人" in called.text
    (card,) = await sqlite_chat.press(OFFICE, "查看调度会", called)
    (sure,) = await sqlite_chat.press(OFFICE, "取消会议", card)
    (done,) = await sqlite_chat.press(OFFICE, "确定取消", sure)
    assert "已通知1人" in done.text
    invited, off = await sqlite_chat.new(HEAD)
    assert "【会议取消】" in off.text
    assert "METHOD:CANCEL" in (await content_of(sqlite_chat, off)).decode()
    (late,) = await sqlite_chat.send(HEAD, "参加", reply_to=invited)
    assert "已经结束或取消" in late.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("调度 11-1 9:00 三楼会议室 区发改局", "已经过去"),
        ("调度 12-12 9:00 三楼会议室 区发改局", "休息日，请确认"),
        ("调度 12-10 区发改局", "还缺：时间、地点"),
        ("调度 12-10 9:00 三楼会议室 区发改局 某某局", "没有认出：某某局"),
        ("决定 区发改局 12-20前 完成用地报批", "还没有可以记录决定的调度会"),
    ],
)
async def test_what_is_missing_or_wrong_gets_one_sentence(sqlite_chat: Chat, typed: str, said: str) -> None:
    await sqlite_chat.bind(OFFICE)
    (answer,) = await sqlite_chat.send(OFFICE, typed)
    assert said in answer.text


async def test_only_the_office_calls_meetings_and_only_the_invited_answer(sqlite_chat: Chat) -> None:
    await sqlite_chat.bind(HEAD, LEADER, OFFICE, CONTACT)
    (refused,) = await sqlite_chat.send(LEADER, "/dispatch")
    assert "调度会通知" not in refused.text
    (preview,) = await sqlite_chat.send(OFFICE, CALL)
    await sqlite_chat.press(OFFICE, "发通知", preview)
    (mine,) = await sqlite_chat.send(CONTACT, "/tasks")
    for data in ("meet:1", "meetans:1:comes", "meeturge:1", "meetfile:1:packet", "meetmin:1", "meetoff:1:1:1"):
        answers = await sqlite_chat.press(CONTACT, data, mine)
        assert all("已回复参加" not in item.text and "三楼会议室" not in item.text for item in answers)
    (searched,) = await sqlite_chat.send(CONTACT, CALL)
    assert "请核对后发通知" not in searched.text
