"""Who is away, and who stands in. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.db.tables import Leave, Person


async def stand_ins_on(session: AsyncSession, day: date) -> dict[int, int]:
    """Who stands in for whom on that day: the newest word counts."""
    query = (
        select(Leave.person_id, Leave.stand_in_id)
        .where(Leave.first_day <= day, Leave.last_day >= day, Leave.ended_at.is_(None))
        .order_by(Leave.id)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


@dataclass(frozen=True)
class LeaveShown:
    """A leave with its names."""

    leave_id: int
    person: str
    stand_in: str
    first_day: date
    last_day: date


async def current(session: AsyncSession, today: date) -> Sequence[LeaveShown]:
    """Leaves that go on or are still to come, by their first day."""
    other = aliased(Person)
    query = (
        select(Leave.id, Person.name, other.name, Leave.first_day, Leave.last_day)
        .join(Person, Person.id == Leave.person_id)
        .join(other, other.id == Leave.stand_in_id)
        .where(Leave.last_day >= today, Leave.ended_at.is_(None))
        .order_by(Leave.first_day, Leave.id)
    )
    return [LeaveShown(*row) for row in (await session.execute(query)).all()]
