"""The ledger of planned occurrences: every one has its row, run in time, run late, or made up for by a later one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import jobs
from bot.db.jobs import Occurrence
from bot.domain.errors import NotFound
from bot.services.year import Year, office_zone, year_at

log = structlog.get_logger(__name__)
# An occurrence that nobody has finished so long after its time is late.
GRACE = timedelta(minutes=5)
# Further back nobody asks; a rehearsal may leap over years.
LONGEST_GAP = timedelta(days=400)
_PROBES = [time(hour, 59) for hour in range(24)]


class Planned(Protocol):
    """A job as far as the ledger knows it. `every`: one that was missed must still run, and nothing makes up for it."""

    @property
    def name(self) -> str: ...
    @property
    def plan(self) -> Callable[[Year, datetime], Sequence[Occurrence]]: ...
    @property
    def every(self) -> bool: ...


@dataclass(frozen=True)
class Gaps:
    """What the ledger lacks. `holes`: something later was recorded; `late`: due by now and not finished."""

    holes: tuple[Occurrence, ...] = ()
    late: tuple[Occurrence, ...] = ()


async def planned_on(
    session: AsyncSession, wanted: Sequence[Planned], day: date, until: datetime | None = None
) -> list[Occurrence]:
    """All occurrences that the jobs plan on that day, up to a moment of it: plans are asked hour by hour."""
    zone = office_zone()
    probes = [datetime.combine(day, at, zone).astimezone(UTC) for at in _PROBES]
    try:
        year = await year_at(session, probes[0])
    except NotFound:
        return []
    if until is not None:
        probes = [*(probe for probe in probes if probe < until), until]
    found = {(item.job, item.name): item for job in wanted for probe in probes for item in job.plan(year, probe)}
    return sorted(found.values(), key=lambda item: item.planned_at)


async def missed(session: AsyncSession, wanted: Sequence[Planned], now: datetime) -> list[Occurrence]:
    """What was planned on the days since the ledger's last row (and until its next, where `now` lies before that)."""
    today = now.astimezone(office_zone()).date()
    names = [job.name for job in wanted]
    lacking: list[Occurrence] = []
    for day in _between(await jobs.neighbours(session, names, _day_of(today)), today):
        lacking += await planned_on(session, wanted, day)
    return await jobs.unrecorded(session, lacking)


async def note_made_up(session: AsyncSession, occurrences: Sequence[Occurrence], now: datetime, by: str) -> None:
    """Record occurrences that nobody ran in their time: the one of today makes up for them."""
    for item in occurrences:
        log.warning("occurrence missed", job=item.job, occurrence=item.name, planned=item.planned_at.isoformat())
    await jobs.record_missed(session, occurrences, now, by)


async def gaps(session: AsyncSession, wanted: Sequence[Planned], now: datetime) -> Gaps:
    """What the ledger lacks since it was begun."""
    names = [job.name for job in wanted]
    span = await jobs.span(session, names)
    if span is None:
        return Gaps()
    first, last = span
    zone = office_zone()
    day, today = max(first, now - LONGEST_GAP).astimezone(zone).date(), now.astimezone(zone).date()
    planned: list[Occurrence] = []
    while day <= max(today, last.astimezone(zone).date()):
        planned += await planned_on(session, wanted, day, now if day == today else None)
        day += timedelta(days=1)
    lacking = await jobs.unfinished(session, [item for item in planned if item.planned_at >= first])
    return Gaps(
        holes=tuple(item for item in lacking if item.planned_at < last),
        late=tuple(item for item in lacking if last <= item.planned_at < now - GRACE),
    )


async def late(session: AsyncSession, wanted: Sequence[Planned], now: datetime) -> list[Occurrence]:
    """What was planned today, since the ledger began, and is not finished although its time is past."""
    span = await jobs.span(session, [job.name for job in wanted])
    if span is None:
        return []
    today = await planned_on(session, wanted, now.astimezone(office_zone()).date(), now)
    due = [item for item in today if span[0] <= item.planned_at < now - GRACE]
    return await jobs.unfinished(session, due) if due else []


def _day_of(day: date) -> tuple[datetime, datetime]:
    begin = datetime.combine(day, time(0), office_zone())
    return begin.astimezone(UTC), (begin + timedelta(days=1)).astimezone(UTC)


def _between(neighbours: tuple[datetime | None, datetime | None], today: date) -> Iterator[date]:
    """The days between today and the recorded ones before and after it; the one before may have been cut short."""
    before, after = (moment and moment.astimezone(office_zone()).date() for moment in neighbours)
    if before is not None:
        day = max(before, today - LONGEST_GAP)
        while day < today:
            yield day
            day += timedelta(days=1)
    if after is not None:
        day = today + timedelta(days=1)
        while day < min(after, today + LONGEST_GAP):
            yield day
            day += timedelta(days=1)
