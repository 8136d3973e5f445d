"""The appraisal year in force at a moment: its cycle, its scheme, the working calendar and the office's zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import years
from bot.db.indicators import CycleKey
from bot.db.looking import Look
from bot.db.within import look_within
from bot.db.years import SchemeKey, YearRow
from bot.domain.errors import NotFound
from bot.domain.period import Period
from bot.domain.scheme import Scheme
from bot.domain.workdays import Calendar
from bot.services.working_days import calendar_of

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
    # Reading a scheme file takes more to load than the rest of the rules; the start does without.
    from bot.sheets.scheme_file import load_scheme

    scheme = load_scheme(body, "database")
    if not isinstance(scheme, Scheme):
        raise ValueError(f"the stored scheme has {len(scheme)} problems")
    return scheme


# The schemes that questions were answered by, under the hash of their text: what is found under it is never wrong.
_schemes: dict[str, Scheme] = {}


async def scheme_of(look: Look, key: SchemeKey) -> Scheme:
    """The scheme with that key; its text is read once."""
    found = _schemes.get(key.text)
    if found is None:
        body = await years.scheme_text(look, key.id)
        found = parsed_scheme(body)
        if sha256(body.encode()).hexdigest() == key.text:
            _schemes[key.text] = found
    return found


async def year_now(look: Look, now: datetime) -> Year:
    """The appraisal year at `now`, for a question. Raises NotFound before anything was imported."""
    today = now.astimezone(_zone).date()
    row, key = _in_force(await years.rows_of(look, today.year), today)
    return _year(row, key, await scheme_of(look, key), today, today)


async def year_at(session: AsyncSession, now: datetime, on: date | None = None) -> Year:
    """The appraisal year at `now`, with the scheme in force today, or on the day `on` (an old month recomputed).

    One statement: nearly every use case asks. Raises NotFound before anything was imported.
    """
    look = await look_within(session)
    today = now.astimezone(_zone).date()
    day = on or today
    row, key = _in_force(await years.rows_of(look, day.year), day)
    return _year(row, key, await scheme_of(look, key), day, today)


def _in_force(rows: Sequence[YearRow], day: date) -> tuple[YearRow, SchemeKey]:
    """The year and its scheme in force on that day; before the first one, the first. Raises NotFound."""
    if not rows:
        raise NotFound("no lists are imported for this year", year=day.year)
    schemes = [row.scheme for row in rows if row.scheme is not None]
    if not schemes:
        raise NotFound("no scheme is loaded")
    in_force = [scheme for scheme in schemes if scheme.effective_from <= day]
    return rows[0], in_force[-1] if in_force else schemes[0]


def _year(row: YearRow, key: SchemeKey, scheme: Scheme, day: date, today: date) -> Year:
    return Year(
        cycle=CycleKey(row.cycle_id, row.revision),
        year=day.year,
        scheme=scheme,
        scheme_version_id=key.id,
        calendar=calendar_of(row.calendar),
        zone=_zone,
        today=today,
    )
