"""The published holiday plans of China as a `Calendar`. The data come with chinesecalendar, year by year."""

from __future__ import annotations

from datetime import date
from functools import cache

from chinese_calendar import constants

from bot.domain.workdays import SATURDAY, Calendar


@cache
def china() -> Calendar:
    """All years that the installed data cover. A year is published when its National Day holiday is in the data."""
    holidays = frozenset(constants.holidays)
    makeup = frozenset(day for day in constants.workdays if day.weekday() >= SATURDAY)
    years = frozenset(day.year for day in holidays if date(day.year, 10, 1) in holidays)
    return Calendar(holidays=holidays, makeup_workdays=makeup, published_years=years)
