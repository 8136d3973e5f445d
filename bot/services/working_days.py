"""The calendar that deadlines count by: the national plan with the district's own days over it."""

from __future__ import annotations

from functools import lru_cache

from bot.db.calendars import days_of
from bot.domain.workdays import Calendar
from bot.holidays import china


@lru_cache(maxsize=16)
def calendar_of(days: str) -> Calendar:
    """The calendar of a year by the text of its own days; the same text is always the same calendar."""
    return china().overridden({day: works for day, works, _ in days_of(days)})
