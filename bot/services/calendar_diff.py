"""Compares tables of working days with the year's own days. Pure: decides, writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.sheets.records import CalendarRow, ParsedFile, TableKind


@dataclass(frozen=True)
class CalendarDiff:
    """The year's own days as they will be, and what that changes."""

    days: tuple[CalendarRow, ...] = ()
    added: tuple[CalendarRow, ...] = ()
    changed: tuple[CalendarRow, ...] = ()
    gone: tuple[CalendarRow, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)


def diff_calendar(known: Sequence[CalendarRow], files: Sequence[ParsedFile]) -> CalendarDiff:
    """A table of days is a new edition of the year's own; several files are one. Without any nothing changes."""
    if not any(TableKind.CALENDAR in file.tables for file in files):
        return CalendarDiff(tuple(known))
    before = {row.day: row for row in known}
    said = {row.day: row for file in files for row in file.calendar}
    days = tuple(said[day] for day in sorted(said))
    return CalendarDiff(
        days=days,
        added=tuple(row for row in days if row.day not in before),
        changed=tuple(row for row in days if row.day in before and before[row.day] != row),
        gone=tuple(row for day, row in before.items() if day not in said),
    )
