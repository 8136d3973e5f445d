"""What the office holds back, and until when. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import Indicator, IndicatorUnit, Person, Silence, Unit
from bot.domain.kinds import Side


@dataclass(frozen=True)
class SilenceShown:
    """A silence with its names. `about`: the indicator, unit or person."""

    row: Silence
    about: str
    by: str


async def active(session: AsyncSession, today: date) -> list[Silence]:
    """The silences in force on that day, the last day included."""
    query = select(Silence).where(Silence.since <= today, Silence.until >= today, Silence.lifted_at.is_(None))
    return list((await session.scalars(query.order_by(Silence.id))).all())


async def shown(session: AsyncSession, rows: Sequence[Silence]) -> list[SilenceShown]:
    """Silences with the names of what they are about and of who set them."""
    indicators = await _names(session, Indicator, [row.indicator_id for row in rows])
    units = await _names(session, Unit, [row.unit_id for row in rows])
    people = await _names(session, Person, [key for row in rows for key in (row.person_id, row.set_by)])
    return [
        SilenceShown(
            row,
            indicators.get(row.indicator_id or 0) or units.get(row.unit_id or 0) or people.get(row.person_id or 0, ""),
            people.get(row.set_by, ""),
        )
        for row in rows
    ]


async def _names(
    session: AsyncSession, table: type[Indicator | Unit | Person], keys: Sequence[int | None]
) -> dict[int, str]:
    wanted = [key for key in keys if key is not None]
    query = select(table.id, table.name).where(table.id.in_(wanted))
    return {row[0]: row[1] for row in await session.execute(query)}


async def expired_unreported(session: AsyncSession, today: date) -> list[Silence]:
    """Silences that are over, and of which the office was not told yet what they held back."""
    query = select(Silence).where(Silence.until < today, Silence.lifted_at.is_(None), Silence.reported_at.is_(None))
    return list((await session.scalars(query.order_by(Silence.id))).all())


async def indicators_by_unit(session: AsyncSession, unit_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """The indicators that each of these units leads."""
    query = select(IndicatorUnit.unit_id, IndicatorUnit.indicator_id).where(
        IndicatorUnit.unit_id.in_(list(unit_ids)), IndicatorUnit.side == Side.LEAD.value
    )
    found: dict[int, set[int]] = {key: set() for key in unit_ids}
    for unit_id, indicator_id in await session.execute(query):
        found[unit_id].add(indicator_id)
    return {key: frozenset(ids) for key, ids in found.items()}
