"""Recorded reasons for what was, or was not, said. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import DecisionRow


async def of_push(session: AsyncSession, push_id: int) -> list[DecisionRow]:
    """What one message said, line by line."""
    query = select(DecisionRow).where(DecisionRow.push_id == push_id).order_by(DecisionRow.id)
    return list((await session.scalars(query)).all())


async def of_person(session: AsyncSession, person_id: int, indicator_id: int, until: datetime) -> Sequence[DecisionRow]:
    """What was decided for a person about an indicator up to a moment, newest first."""
    query = (
        select(DecisionRow)
        .where(
            DecisionRow.person_id == person_id,
            DecisionRow.at <= until,
            DecisionRow.indicator_id.is_(None) | (DecisionRow.indicator_id == indicator_id),
        )
        .order_by(DecisionRow.at.desc(), DecisionRow.id.desc())
    )
    rows = (await session.scalars(query)).all()
    return [row for row in rows if row.indicator_id is not None or indicator_id in indicators_of(row)]


def indicators_of(row: DecisionRow) -> list[int]:
    """The indicators that one row for a whole message speaks of."""
    found = row.detail.get("indicators")
    return [item for item in found if isinstance(item, int)] if isinstance(found, list) else []
