"""What people type around a warning order, as it is read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading.intents import IntentKind, read_intent
from bot.reading.office_text import read_leave, read_silence
from bot.reading.order_text import read_answer, read_day, read_extension, read_number

TODAY = date(2026, 11, 20)
K = IntentKind


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("反馈 原因征地慢；9月恢复", K.RESPOND, "原因征地慢；9月恢复"),
        ("延期 12-15 等批复", K.EXTEND, "12-15 等批复"),
        ("申请销号", K.REQUEST_CLOSING, ""),
        ("同意", K.APPROVE, ""),
        ("同意销号", K.CLOSE, ""),
        ("退回 措施不具体", K.RETURN, "措施不具体"),
        ("预警单 3", K.ORDER, "3"),
        ("静默清单", K.SILENCES, ""),
        ("取消请假 王强", K.END_LEAVE, "王强"),
        ("王强 请假 11-20至11-25 由李明代", K.LEAVE, "王强 请假 11-20至11-25 由李明代"),
        ("申请调整 固定资产投资", K.ADJUST, "固定资产投资"),
    ],
)
def test_the_words_of_an_order_are_understood(text: str, kind: IntentKind, rest: str) -> None:
    found = read_intent(text)
    assert found is not None
    assert (found.kind, found.rest) == (kind, rest)


@pytest.mark.parametrize(
    ("text", "cause", "measure", "recovery", "wanted"),
    [
        ("原因征地慢；措施每周调度；12月恢复", "征地慢", "每周调度", "2026-12-31", ""),
        ("原因：没钱。整改措施：申请专项债。预计恢复：12月15日。需协调：请区长协调", "没钱", "申请专项债",
         "2026-12-15", "请区长协调"),
        ("征地慢，年底前恢复正常", "征地慢", "", "2026-12-31", ""),
        ("征地慢", "征地慢", "", None, ""),
    ],
)  # fmt: skip
def test_an_answer_in_one_message(text: str, cause: str, measure: str, recovery: str | None, wanted: str) -> None:
    read = read_answer(text, TODAY)
    day = date.fromisoformat(recovery) if recovery else None
    assert (read.cause, read.measure, read.recovery, read.help) == (cause, measure, day, wanted)


def test_more_time_by_day_by_length_and_with_progress() -> None:
    read = read_extension("到12月底，等批复，进展：已报市局", TODAY)
    assert (read.until, read.reason, read.progress) == (date(2026, 12, 31), "等批复", "已报市局")
    assert read_extension("5个工作日 等批复", TODAY).workdays == 5
    assert read_extension("等批复", TODAY).until is None


def test_days_numbers_leaves_and_silences() -> None:
    assert read_day("下月", TODAY) == date(2026, 12, 31)
    assert read_number("预警〔2026〕3号 同意") == (3, "同意")
    leave = read_leave("王强 请假 11-20至11-25 由李明代", TODAY)
    assert (leave.person, leave.first, leave.last, leave.stand_in) == (
        "王强", date(2026, 11, 20), date(2026, 11, 25), "李明"
    )  # fmt: skip
    silence = read_silence("固定资产投资 至12-01 等统计口径", TODAY)
    assert (silence.about, silence.until, silence.reason) == ("固定资产投资", date(2026, 12, 1), "等统计口径")
    assert read_silence("固定资产投资 等统计口径", TODAY).until is None


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    read_answer(text, TODAY)
    read_extension(text, TODAY)
    read_leave(text, TODAY)
    read_silence(text, TODAY)
    read_number(text)
