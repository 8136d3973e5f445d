"""The appraisal year in force at a moment: its cycle, its scheme, the working calendar and the office's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.indicators import CycleKey
from bot.db.tables import Cycle, SchemeVersion
from bot.domain.errors import NotFound
from bot.domain.period import Period
from bot.domain.scheme import Scheme
from bot.domain.workdays import Calendar
from bot.holidays import china
from bot.sheets.scheme_file import load_scheme

_zone = ZoneInfo("Asia/Shanghai")


def set_office_zone(zone: ZoneInfo) -> None:
    """The office's time zone; set once by the composition root."""
    global _zone
    _zone = zone


def office_zone() -> ZoneInfo:
    """The office's time zone."""
    return _zone


@dataclass(frozen=True)
class Year:
    """What every rule needs around it. `period` is the month of `now`; `today` its date in the office's zone."""

    cycle: CycleKey
    year: int
    scheme: Scheme
    scheme_version_id: int
    calendar: Calendar
    zone: ZoneInfo
    today: date

    @property
    def cycle_id(self) -> int:
        """The cycle's row."""
        return self.cycle.id

    @property
    def period(self) -> Period:
        """The month that today lies in."""
        return Period.of(self.today)


@lru_cache(maxsize=64)
def parsed_scheme(body: str) -> Scheme:
    """The scheme of a stored file; a body never changes, so the cache cannot go stale. Raises ValueError."""
    scheme = load_scheme(body, "database")
    if not isinstance(scheme, Scheme):
        raise ValueError(f"the stored scheme has {len(scheme)} problems")
    return scheme


async def year_at(session: AsyncSession, now: datetime, on: date | None = None) -> Year:
    """The appraisal year at `now`, with the scheme in force today, or on the day `on` (an old month recomputed).

    One statement: nearly every use case asks. Raises NotFound before anything was imported.
    """
    today = now.astimezone(_zone).date()
    day = on or today
    query = (
        select(Cycle.id, Cycle.revision, SchemeVersion.id, SchemeVersion.effective_from, SchemeVersion.body)
        .outerjoin(SchemeVersion, SchemeVersion.cycle_id == Cycle.id)
        .where(Cycle.year == day.year)
        .order_by(SchemeVersion.effective_from, SchemeVersion.id)
    )
    rows = (await session.execute(query)).all()
    if not rows:
        raise NotFound("no lists are imported for this year", year=day.year)
    versions = [(version_id, since, body) for _, _, version_id, since, body in rows if version_id is not None]
    if not versions:
        raise NotFound("no scheme is loaded")
    in_force = [version for version in versions if version[1] <= day]
    version_id, _, body = in_force[-1] if in_force else versions[0]
    return Year(
        cycle=CycleKey(rows[0][0], rows[0][1]),
        year=day.year,
        scheme=parsed_scheme(body),
        scheme_version_id=version_id,
        calendar=china(),
        zone=_zone,
        today=today,
    )
