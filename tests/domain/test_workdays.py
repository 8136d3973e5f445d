"""Working days with the real holiday plan of 2026, and when a push may go out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.scheme import QuietHours
from bot.domain.workdays import Calendar
from bot.holidays import china

CHINA = china()
OFFICE = ZoneInfo("Asia/Shanghai")
QUIET = QuietHours()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-20", True),  # a Friday
        ("2026-11-21", False),  # a Saturday
        ("2026-10-01", False),  # National Day
        ("2026-10-10", True),  # a Saturday worked for the holiday
        ("2026-02-17", False),  # Spring Festival
        ("2026-02-28", True),  # a Saturday worked for the holiday
    ],
)
def test_statutory_holidays_and_makeup_days(day, works):
    assert CHINA.is_workday(date.fromisoformat(day)) is works


def test_a_year_without_a_plan_knows_weekends_only_and_says_so():
    assert CHINA.is_published(2026)
    assert not CHINA.is_published(2027)
    assert CHINA.is_workday(date(2027, 10, 1))  # a Friday
    assert not CHINA.is_workday(date(2027, 10, 2))


def test_counting_over_the_national_holiday():
    before = date(2026, 9, 30)
    assert CHINA.add_workdays(before, 1) == date(2026, 10, 8)
    assert CHINA.add_workdays(before, 3) == date(2026, 10, 10)
    assert CHINA.workdays_between(before, date(2026, 10, 10)) == 3
    assert CHINA.workdays_between(date(2026, 10, 10), before) == -3
    assert CHINA.add_workdays(date(2026, 10, 1), 0) == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        ("2026-11-20 10:15", "2026-11-20 10:15"),  # at once
        ("2026-11-20 08:30", "2026-11-20 08:30"),
        ("2026-11-20 06:00", "2026-11-20 08:30"),  # before the office opens
        ("2026-11-20 18:00", "2026-11-23 08:30"),  # Friday evening
        ("2026-11-21 11:00", "2026-11-23 08:30"),  # Saturday
        ("2026-09-30 19:00", "2026-10-08 08:30"),  # over the holiday
        ("2026-10-09 20:00", "2026-10-10 08:30"),  # a Saturday that is worked
    ],
)
def test_next_send_time(now, sent):
    local = datetime.fromisoformat(now)
    expected = datetime.fromisoformat(sent).replace(tzinfo=OFFICE)
    for moment in (local, local.replace(tzinfo=OFFICE), local.replace(tzinfo=OFFICE).astimezone(UTC)):
        result = CHINA.next_send_time(moment, QUIET, OFFICE)
        assert result == expected
        assert result.tzinfo is UTC


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31))


@given(MOMENTS)
def test_nothing_goes_out_at_night_or_on_a_holiday(now):
    result = CHINA.next_send_time(now, QUIET, OFFICE)
    local = result.astimezone(OFFICE)
    assert result >= now.replace(tzinfo=OFFICE)
    assert CHINA.is_workday(local.date())
    assert not QUIET.cover(local.time())
    assert CHINA.next_send_time(result, QUIET, OFFICE) == result


@given(st.dates(date(2026, 1, 1), date(2027, 6, 30)), st.integers(0, 40))
def test_adding_and_counting_working_days_agree(day, count):
    later = CHINA.add_workdays(day, count)
    assert CHINA.is_workday(later)
    if count:
        assert CHINA.workdays_between(day, later) == count


def test_quiet_hours_need_not_cross_midnight():
    siesta = QuietHours(datetime(2026, 1, 1, 12).time(), datetime(2026, 1, 1, 14).time())
    noon = datetime(2026, 11, 20, 13, 0)
    result = Calendar().next_send_time(noon, siesta, OFFICE)
    assert result.astimezone(OFFICE).hour == 14
