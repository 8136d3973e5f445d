"""`why`: what was decided for a person about an indicator, from the record alone. Recomputes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import decisions
from bot.db.engine import Database
from bot.db.people import holders
from bot.db.tables import DecisionRow, Indicator, Person, Push
from bot.domain.errors import Conflict, NotFound
from bot.services.year import year_at

MOST_CANDIDATES = 8


@dataclass(frozen=True)
class RecordedDecision:
    """One decision. `grade` is a code; `leaves_at`/`state` tell of the message, where there was one."""

    at: datetime
    kind: str
    grade: str | None
    grade_word: str | None
    sent: bool
    reason: str
    leaves_at: datetime | None = None
    state: str | None = None


@dataclass(frozen=True)
class WhyAnswer:
    """The recorded decisions, newest first."""

    person: str
    post: str | None
    indicator: str
    decisions: tuple[RecordedDecision, ...]


async def why(db: Database, person: str, indicator: str, at: datetime) -> WhyAnswer:
    """What was decided up to `at` (a UTC moment). `person`: name, code or post. `indicator`: its name or a part of it.

    Raises NotFound for a name that fits nothing and Conflict, with the candidates, for one that fits several.
    """
    async with db.read() as session:
        year = await year_at(session, at)
        person_id, name, post = await _person(session, person)
        indicator_id, full_name = await _indicator(session, year.cycle_id, indicator)
        rows = await decisions.of_person(session, person_id, indicator_id, at)
        pushes = await _pushes(session, [row.push_id for row in rows if row.push_id is not None])
        words = {grade.code: grade.word for grade in year.scheme.grades}
    found = tuple(_recorded(row, pushes, words) for row in rows)
    return WhyAnswer(name, post, full_name, found)


def _recorded(row: DecisionRow, pushes: Mapping[int, Push], words: Mapping[str, str]) -> RecordedDecision:
    push = pushes.get(row.push_id) if row.push_id is not None else None
    return RecordedDecision(
        at=row.at,
        kind=row.kind,
        grade=row.grade,
        grade_word=words.get(row.grade, row.grade) if row.grade else None,
        sent=row.sent,
        reason=row.reason,
        leaves_at=push.sent_at or push.not_before if push else None,
        state=push.state if push else None,
    )


async def _pushes(session: AsyncSession, ids: list[int]) -> dict[int, Push]:
    return {push.id: push for push in (await session.scalars(select(Push).where(Push.id.in_(ids)))).all()}


async def _person(session: AsyncSession, wanted: str) -> tuple[int, str, str | None]:
    """By code, name or post, exactly."""
    held = await holders(session)
    query = select(Person.id, Person.name).where((Person.name == wanted) | (Person.code == wanted))
    found = {row[0]: row[1] for row in await session.execute(query)}
    found |= {holder.person_id: holder.person for holder in held if holder.post == wanted}
    if not found:
        raise NotFound(f"nobody is named {wanted}", code="nobody", who=wanted)
    if len(found) > 1:
        candidates = sorted(f"{holder.person} / {holder.post}" for holder in held if holder.person_id in found)
        raise Conflict(f"several are named {wanted}", code="several", who=wanted, candidates=candidates)
    ((person_id, name),) = found.items()
    return person_id, name, next((holder.post for holder in held if holder.person_id == person_id), None)


async def _indicator(session: AsyncSession, cycle_id: int, wanted: str) -> tuple[int, str]:
    """By its name, else by a part that only one name has; a closed one only where no open one fits."""
    query = (
        select(Indicator.id, Indicator.name)
        .where(Indicator.cycle_id == cycle_id)
        .order_by(Indicator.closed_at.is_not(None), Indicator.position, Indicator.id)
    )
    rows = [(row[0], row[1]) for row in await session.execute(query)]
    exact = [row for row in rows if row[1] == wanted]
    if exact:
        return exact[0]
    parts = [row for row in rows if wanted and wanted in row[1]]
    if not parts:
        raise NotFound(f"no indicator is named {wanted}", code="no_indicator", who=wanted)
    if len({name for _, name in parts}) > 1:
        candidates = [name for _, name in parts[:MOST_CANDIDATES]]
        raise Conflict(
            f"several indicators hold {wanted}", code="several_indicators", who=wanted, candidates=candidates
        )
    return parts[0]
