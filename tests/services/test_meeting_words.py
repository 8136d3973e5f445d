"""What is typed around a meeting is read as meant, and its calendar entry follows RFC 5545."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents.invitation import Entry, calendar_entry, escaped, folded
from bot.reading.meeting_text import is_call, is_decisions, read_answer, read_call, read_decisions
from bot.reading.task_note import read_note
from bot.services.meeting_naming import Names

TODAY = date(2026, 12, 1)
NAMES = Names({1: "区发改局", 2: "区财政局"}, {7: "常务副区长"})


@pytest.mark.parametrize(
    ("typed", "day", "at", "place", "names"),
    [
        ("调度 12-10 14:30 三楼会议室 区发改局 区商务局", date(2026, 12, 10), time(14, 30), "三楼会议室", 2),
        ("调度 季度 12月10日 下午2点半 地点：区政府三楼 常务副区长", date(2026, 12, 10), time(14, 30), "区政府三楼", 1),
        ("调度会 明天9:00 会商室", date(2026, 12, 2), time(9), "会商室", 0),
        ("调度 1-10 9点 三楼会议室", date(2027, 1, 10), time(9), "三楼会议室", 0),
    ],
)
def test_a_call_is_read_in_any_order(typed: str, day: date, at: time, place: str, names: int) -> None:
    read = read_call(typed, TODAY)
    assert (read.day, read.at, read.place, len(read.names)) == (day, at, place, names)
    assert is_call(typed)


@pytest.mark.parametrize("typed", ["调度 3次", "每周调度", "固定资产投资 98.6 措施：每周调度", "调度"])
def test_other_words_call_no_meeting(typed: str) -> None:
    assert not is_call(typed)


@pytest.mark.parametrize(
    ("typed", "answer", "words"),
    [
        ("参加", "comes", ""),
        ("请假 出差", "away", "出差"),
        ("派人 李明", "sends", "李明"),
        ("请李明代为参加", "sends", "李明"),
    ],
)
def test_an_answer_is_read(typed: str, answer: str, words: str) -> None:
    read = read_answer(typed)
    assert read is not None
    assert (read.answer, read.words) == (answer, words)


def test_decisions_are_read_line_by_line() -> None:
    typed = """会议决定：
    1. 区发改局、区财政局 12-20前 报方案
    （二）责成区发改局：12月底前完成5个项目
    ③ 常务副区长 牵头协调"""
    read = [NAMES.head(line.words) for line in read_decisions(typed, TODAY)]
    assert [[owner.name for owner in owners] for owners, _ in read] == [
        ["区发改局", "区财政局"],
        ["区发改局"],
        ["常务副区长"],
    ]
    assert [line.due for line in read_decisions(typed, TODAY)] == [date(2026, 12, 20), date(2026, 12, 31), None]
    assert not is_decisions("决定性因素")


def test_a_record_on_a_task_is_read() -> None:
    contact = read_note("已对接 市统计局 下次 1-15", TODAY)
    assert contact is not None
    assert (contact.what, contact.words, contact.next_day) == ("contacted", "市统计局", date(2027, 1, 15))
    called = read_note("回访 不满意，只建了2处", TODAY)
    assert called is not None
    assert (called.satisfied, called.words) == (False, "只建了2处")
    assert read_note("办结：已建成", TODAY) is None


ENTRY = Entry(
    uid="meeting-1@baton",
    sequence=1,
    made_at=datetime(2026, 12, 1, 1, tzinfo=UTC),
    starts_at=datetime(2026, 12, 10, 6, 30, tzinfo=UTC),
    ends_at=datetime(2026, 12, 10, 8, 30, tzinfo=UTC),
    title="2026年第四季度绩效指标调度会",
    place="三楼会议室，东侧; 第2间",
)


def test_a_calendar_entry_has_what_the_standard_asks_for() -> None:
    lines = calendar_entry(ENTRY).decode().split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    for line in (
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "UID:meeting-1@baton",
        "DTSTAMP:20261201T010000Z",
        "DTSTART:20261210T063000Z",
        "DTEND:20261210T083000Z",
        "LOCATION:三楼会议室，东侧\\; 第2间",
        "STATUS:CONFIRMED",
    ):
        assert line in lines


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_words_make_lines_of_75_octets_that_unfold_to_themselves(words: str) -> None:
    line = f"SUMMARY:{escaped(words)}"
    wire = folded(line)
    assert all(len(piece.encode("utf-8", "surrogatepass")) <= 75 for piece in wire.split("\r\n"))
    assert wire.replace("\r\n ", "") == line
    assert "\n" not in line
