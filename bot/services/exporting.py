"""Writes everything that import reads into one workbook, which imports back to the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from bot.db import lists
from bot.db.engine import Database
from bot.domain.errors import NotFound
from bot.domain.rights import Action
from bot.services.cause import Cause, Change, audit
from bot.services.list_diff import storable
from bot.services.listed import known_people, known_year
from bot.services.year import office_zone
from bot.sheets.records import ExportData


@dataclass(frozen=True)
class Exported:
    """A workbook and what is in it."""

    year: int
    content: bytes
    data: ExportData

    def counts(self) -> dict[str, int]:
        """How many rows of each kind were written."""
        names = ("indicators", "points", "bonuses", "people", "progress")
        return {name: len(getattr(self.data, name)) for name in names}


async def export_workbook(db: Database, cause: Cause, year: int | None = None) -> Exported:
    """The lists, roster and reports of a year (default: the newest that has begun). Raises NotFound without any."""
    if cause.by is not None:
        cause.check(Action.EXPORT_LISTS)
    # The library behind it takes longer to load than the bot itself.
    from bot.sheets.writer import write_workbook

    data = await export_data(db, year or cause.now.astimezone(office_zone()).year, exactly=year is not None)
    content = await asyncio.to_thread(write_workbook, data)
    if cause.by is not None:
        async with db.write() as session:
            audit(session, cause, Change("export_lists", "cycle"))
    return Exported(data.year, content, data)


async def export_data(db: Database, year: int, *, exactly: bool) -> ExportData:
    """Everything of the year as records; of the newest one before it where `exactly` is not asked for."""
    async with db.read() as session:
        cycle = await (lists.cycle_of if exactly else lists.newest_cycle)(session, year)
        if cycle is None:
            raise NotFound(str(year))
        known = await known_year(session, cycle.year)
        people = await known_people(session)
    indicators = tuple(
        replace(storable(item.said), number=number) for number, item in enumerate(known.indicators.values(), start=1)
    )
    bonuses = [said for item, said in known.bonuses if item.closed_at is None]
    return ExportData(
        year=cycle.year,
        indicators=indicators,
        points=tuple(said for _, said in known.points),
        bonuses=tuple(replace(said, number=number) for number, said in enumerate(bonuses, start=1)),
        people=tuple(row for person in people for row in person.rows),
        progress=tuple(report.said for report in known.reports.values()),
        calendar=known.calendar,
    )
