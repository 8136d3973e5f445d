"""Requests to change a target. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import AdjustmentRequest, AdjustmentStep, Indicator, Person, Target
from bot.domain.adjusting import CHAIN


@dataclass(frozen=True)
class NamedRequest:
    """A request with the names that answers need."""

    row: AdjustmentRequest
    indicator: str
    unit: str
    by: str


async def of_cycle(session: AsyncSession, cycle_id: int) -> list[NamedRequest]:
    """All requests of the year, those that wait first, then the newest."""
    query = (
        select(AdjustmentRequest, Indicator.name, Indicator.unit_of_measure, Person.name)
        .join(Indicator, Indicator.id == AdjustmentRequest.indicator_id)
        .join(Person, Person.id == AdjustmentRequest.person_id)
        .where(Indicator.cycle_id == cycle_id)
        .order_by(AdjustmentRequest.id.desc())
    )
    found = [NamedRequest(row[0], row[1], row[2] or "", row[3]) for row in (await session.execute(query)).all()]
    return sorted(found, key=lambda item: item.row.state not in CHAIN)


async def one(session: AsyncSession, request_id: int) -> NamedRequest | None:
    """The request, held until the end of the transaction."""
    locked = select(AdjustmentRequest).where(AdjustmentRequest.id == request_id).with_for_update()
    row = (await session.scalars(locked.execution_options(populate_existing=True))).one_or_none()
    if row is None:
        return None
    names = select(Indicator.name, Indicator.unit_of_measure).where(Indicator.id == row.indicator_id)
    name, unit = (await session.execute(names)).one()
    by = await session.scalar(select(Person.name).where(Person.id == row.person_id))
    return NamedRequest(row, name, unit or "", by or "")


async def open_for(session: AsyncSession, indicator_ids: Collection[int]) -> dict[int, AdjustmentRequest]:
    """The open request of each indicator that has one."""
    query = select(AdjustmentRequest).where(
        AdjustmentRequest.indicator_id.in_(list(indicator_ids)), AdjustmentRequest.state.in_([str(s) for s in CHAIN])
    )
    return {row.indicator_id: row for row in (await session.scalars(query)).all()}


async def steps(session: AsyncSession, request_id: int) -> list[tuple[AdjustmentStep, str]]:
    """The decisions on a request, oldest first, with the name of who decided."""
    query = (
        select(AdjustmentStep, Person.name)
        .join(Person, Person.id == AdjustmentStep.person_id)
        .where(AdjustmentStep.request_id == request_id)
        .order_by(AdjustmentStep.id)
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def target_from(session: AsyncSession, indicator_id: int, day: date) -> Target | None:
    """The version of the target that begins on that day, if there is one."""
    query = select(Target).where(Target.indicator_id == indicator_id, Target.effective_from == day)
    return (await session.scalars(query)).one_or_none()
