"""Working days and quiet hours. The only rules that know the office time zone; every moment they return is UTC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.scheme import QuietHours

DAY = timedelta(days=1)
SATURDAY = 5
NATIONAL_DAY = (10, 1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Statutory holidays and make-up working days, for the years whose plan is published.

    In a year that is not published yet only weekends are off; the office must be told (`is_published`).
    """

    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = frozenset()
    published_years: frozenset[int] = frozenset()

    def is_published(self, year: int) -> bool:
        """Whether the holiday plan of that year is known."""
        return year in self.published_years

    def is_workday(self, day: date) -> bool:
        """Whether offices work on that day."""
        if day in self.makeup_workdays:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def overridden(self, days: Mapping[date, bool]) -> Calendar:
        """This calendar with days on which the office works (True) or not, whatever the plan says.

        A year whose National Day is among them counts as published: the office entered its plan itself.
        """
        if not days:
            return self
        off = frozenset(day for day, works in days.items() if not works)
        on = frozenset(day for day, works in days.items() if works)
        entered = frozenset(day.year for day in off if (day.month, day.day) == NATIONAL_DAY)
        return Calendar(
            holidays=(self.holidays - on) | off,
            makeup_workdays=(self.makeup_workdays - off) | on,
            published_years=self.published_years | entered,
        )

    def next_workday(self, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        while not self.is_workday(day):
            day += DAY
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; with 0, the next working day on or after it."""
        if count < 0:
            raise ValueError("count is not negative")
        if count == 0:
            return self.next_workday(day)
        while count:
            day += DAY
            count -= self.is_workday(day)
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after `start`, up to and with `end`; negative when `end` is earlier."""
        if end < start:
            return -self.workdays_between(end, start)
        return sum(self.is_workday(day) for day in _days_after(start, end))

    def next_send_time(self, now: datetime, quiet: QuietHours, zone: ZoneInfo) -> datetime:
        """The first moment at or after `now` at which a push may go out: a working day, outside quiet hours.

        `now` is aware, or naive in office time. The result is UTC.
        """
        local = now.replace(tzinfo=zone) if now.tzinfo is None else now.astimezone(zone)
        if self.is_workday(local.date()) and not quiet.cover(local.time()):
            return local.astimezone(UTC)
        candidate = local.replace(hour=quiet.end.hour, minute=quiet.end.minute, second=0, microsecond=0)
        if candidate < local:
            candidate += DAY
        while not self.is_workday(candidate.date()):
            candidate += DAY
        return candidate.astimezone(UTC)


def _days_after(start: date, end: date) -> Iterator[date]:
    day = start
    while day < end:
        day += DAY
        yield day
