"""The appraisal years and their schemes. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.db.looking import Look, Question
from bot.db.tables import Cycle, SchemeVersion


@dataclass(frozen=True)
class SchemeKey:
    """A stored scheme by what identifies it: `text` is the file, or its hash (SHA-256) where that is enough."""

    id: int
    effective_from: date
    text: str


@dataclass(frozen=True)
class YearRow:
    """A year and one of its schemes; None for a year that has none. `calendar`: its own days, see bot.db.calendars."""

    cycle_id: int
    revision: str
    calendar: str
    scheme: SchemeKey | None


def year_row(
    cycle_id: int, revision: str, calendar: str, scheme_id: int | None, effective_from: date | None, text: str | None
) -> YearRow:
    """The record of a row of `with_schemes`."""
    if scheme_id is None or effective_from is None or text is None:
        return YearRow(cycle_id, revision, calendar, None)
    return YearRow(cycle_id, revision, calendar, SchemeKey(scheme_id, effective_from, text))


def with_schemes(text: InstrumentedAttribute[str]) -> Select[*tuple[Any, ...]]:
    """Years with each of their schemes, oldest first; `text`: the column that tells the schemes apart."""
    return (
        select(Cycle.id, Cycle.revision, Cycle.calendar, SchemeVersion.id, SchemeVersion.effective_from, text)
        .outerjoin(SchemeVersion, SchemeVersion.cycle_id == Cycle.id)
        .order_by(SchemeVersion.effective_from, SchemeVersion.id)
    )


_YEAR = Question(with_schemes(SchemeVersion.sha256).where(Cycle.year == bindparam("year")), year_row)
_NEWEST = Question(
    select(SchemeVersion.id, SchemeVersion.effective_from, SchemeVersion.sha256)
    .order_by(SchemeVersion.effective_from.desc(), SchemeVersion.id.desc())
    .limit(1),
    SchemeKey,
)
_BODY = Question(select(SchemeVersion.body).where(SchemeVersion.id == bindparam("scheme_id")), str)


async def rows_of(look: Look, year: int) -> list[YearRow]:
    """The year with each of its schemes by their hash; nothing for a year that was never imported."""
    return await look.all(_YEAR, year=year)


async def newest_scheme(look: Look) -> SchemeKey | None:
    """The newest scheme of all years by its hash."""
    return await look.first(_NEWEST)


async def scheme_text(look: Look, scheme_id: int) -> str:
    """The stored file of a scheme. Raises LookupError for one that is not there."""
    body = await look.first(_BODY, scheme_id=scheme_id)
    if body is None:
        raise LookupError(scheme_id)
    return body
