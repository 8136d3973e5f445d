"""Days of a month that recurring messages fall on, counted in working days."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.period import Period
from bot.domain.workdays import Calendar

QUARTER = 3


def nth_workday(period: Period, number: int, calendar: Calendar) -> date:
    """The `number`-th working day of the month (1: the first)."""
    return calendar.add_workdays(period.day(1) - timedelta(days=1), number)


def quarter_before(period: Period) -> Period | None:
    """The last month of the quarter that ended right before this month; None in the middle of a quarter."""
    return period.previous() if period.month % QUARTER == 1 else None
