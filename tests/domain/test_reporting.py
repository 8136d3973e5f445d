"""The monthly report: its window, its reminders over weekends and holidays, and the values that are asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.kinds import Direction, Kind
from bot.domain.measure import Yardstick
from bot.domain.reporting import Doubt, Period, Stage, check_value, reminder_days, reminder_due, report_window
from bot.domain.workdays import Calendar
from bot.holidays import china
from tests.domain.schemes import default_scheme

D = Decimal
SCHEME = default_scheme()
CHINA = china()


def test_period_is_a_month():
    november = Period.parse("2026-11")
    assert (november.next(), november.next().next()) == (Period(2026, 12), Period(2027, 1))
    assert Period(2026, 1).previous() == Period(2025, 12)
    assert str(Period(2026, 3)) == "2026-03"
    assert Period.of(date(2026, 3, 9)) == Period(2026, 3)
    assert Period(2026, 2).day(31) == date(2026, 2, 28)
    assert Period(2025, 12) < Period(2026, 1)


@pytest.mark.parametrize(
    "text", ["2026", "2026-13", "2026-00", "26-01", "2026-1", "2026-01-05", "2026年1月", "２０２６-01", ""]
)
def test_what_is_not_a_period(text):
    with pytest.raises(ValueError, match="period"):
        Period.parse(text)


def test_november_opens_on_the_20th_and_is_due_on_the_25th():
    window = report_window(Period(2026, 11), SCHEME, CHINA)
    assert (window.opens, window.due) == (date(2026, 11, 20), date(2026, 11, 25))


def test_dates_on_a_weekend_move_to_the_next_working_day():
    june = report_window(Period(2026, 6), SCHEME, CHINA)  # the 20th is a Saturday
    assert (june.opens, june.due) == (date(2026, 6, 22), date(2026, 6, 25))
    july = report_window(Period(2026, 7), SCHEME, CHINA)  # the 25th is a Saturday
    assert july.due == date(2026, 7, 27)


def test_reminders_of_an_ordinary_month():
    stages = {
        str(day): (stage.stage, stage.offset) for day, stage in reminder_days(Period(2026, 11), SCHEME, CHINA).items()
    }
    assert stages == {
        "2026-11-20": (Stage.OPENS, -5),
        "2026-11-23": (Stage.BEFORE_DUE, -3),  # the 22nd is a Sunday
        "2026-11-24": (Stage.BEFORE_DUE, -1),
        "2026-11-25": (Stage.DUE_TODAY, 0),
        "2026-11-26": (Stage.OVERDUE, 1),
        "2026-11-30": (Stage.OVERDUE, 3),  # the 28th is a Saturday
    }
    assert reminder_due(date(2026, 11, 27), Period(2026, 11), SCHEME, CHINA) is None
    assert reminder_due(date(2026, 11, 26), Period(2026, 11), SCHEME, CHINA).stage is Stage.OVERDUE


def test_two_reminders_on_one_day_become_the_later_one():
    """Due on a Friday: the first reminder after it falls on Saturday, the second on Monday; both mean Monday."""
    september = reminder_days(Period(2026, 9), SCHEME, Calendar())
    assert september[date(2026, 9, 28)].offset == 3
    assert [stage.offset for stage in september.values()] == [-4, -3, -1, 0, 3]


@given(st.integers(2024, 2027), st.integers(1, 12), st.integers(1, 31), st.integers(0, 10))
def test_reminders_fall_on_working_days_in_order_and_once(year, month, opens, length):
    rules = replace(SCHEME.reporting, opens_day=opens, due_day=min(opens + length, 31))
    scheme = replace(SCHEME, reporting=rules)
    window = report_window(Period(year, month), scheme, CHINA)
    days = reminder_days(Period(year, month), scheme, CHINA)
    assert all(CHINA.is_workday(day) for day in days)
    assert min(days) == window.opens
    assert days[window.due].stage is Stage.DUE_TODAY
    for day, stage in days.items():
        assert (day > window.due) == (stage.stage is Stage.OVERDUE)
    assert max(days) <= window.due + timedelta(days=14)


TOTAL = Yardstick(Kind.CUMULATIVE, target=D(162))
GROWTH = Yardstick(Kind.GROWTH, target=D(7))
LEVEL = Yardstick(Kind.LEVEL, target=D("2.85"))
ACCIDENTS = Yardstick(Kind.CONTROL_CUMULATIVE, Direction.LOWER, target=D(3))


@pytest.mark.parametrize(
    ("new", "previous", "yardstick", "unit", "doubts"),
    [
        ("98.6", "90", TOTAL, "亿元", ()),
        ("98.6", None, TOTAL, "亿元", ()),
        ("0", None, TOTAL, "亿元", ()),
        ("80", "90", TOTAL, "亿元", (Doubt.FALLING,)),
        ("9", "90", TOTAL, "亿元", (Doubt.FALLING, Doubt.TENTH)),
        ("900", "90", TOTAL, "亿元", (Doubt.TEN_TIMES, Doubt.OVER_TARGET_FAR)),
        ("90", "9", TOTAL, "亿元", (Doubt.TEN_TIMES,)),
        ("-5", "-6", TOTAL, "亿元", (Doubt.NEGATIVE,)),
        ("487", None, TOTAL, "亿元", (Doubt.OVER_TARGET_FAR,)),
        ("6.3", "7.1", GROWTH, "%", ()),
        ("-0.5", "0.4", GROWTH, "%", ()),
        ("7.1", "0.1", GROWTH, "%", ()),
        ("28.5", "2.8", LEVEL, "%", (Doubt.TEN_TIMES, Doubt.OVER_TARGET_FAR)),
        ("0.28", "2.8", LEVEL, "%", (Doubt.TENTH,)),
        ("2.7", "2.8", LEVEL, "%", ()),
        ("101", "90", Yardstick(Kind.LEVEL, target=D(95)), "%", (Doubt.PERCENT_OVER_100,)),
        ("108", "90", Yardstick(Kind.LEVEL, target=D(110)), "%", ()),
        ("2", "1", ACCIDENTS, "人", ()),
        ("12", "1", ACCIDENTS, "人", (Doubt.OVER_TARGET_FAR,)),
        ("0", "1", ACCIDENTS, "人", (Doubt.FALLING,)),
        ("3", "0", Yardstick(Kind.EVENT, target=D(0)), "起", ()),
    ],
)
def test_typed_values_are_doubted(new, previous, yardstick, unit, doubts):
    assert check_value(D(new), None if previous is None else D(previous), yardstick, unit=unit) == doubts
