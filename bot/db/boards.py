"""What the scoreboard and the bulletin count besides verdicts: groups, orders, first reports. Never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import Appraisal, Indicator, OrderEvent, Report, Unit, WarningOrder
from bot.domain.orders import OrderState

# Until the unit has answered, the order waits for it.
_UNANSWERED = (OrderState.ISSUED, OrderState.ACKNOWLEDGED, OrderState.RETURNED)


async def groups(session: AsyncSession) -> dict[str, str | None]:
    """The comparison group of each unit, by the unit's name."""
    query = select(Unit.name, Unit.comparison_group).where(Unit.closed_at.is_(None))
    return {row[0]: row[1] for row in await session.execute(query)}


async def appraisals(session: AsyncSession, cycle_id: int) -> dict[int, str]:
    """The appraisal of each indicator of the year, by the indicator's id."""
    query = (
        select(Indicator.id, Appraisal.name)
        .join(Appraisal, Appraisal.id == Indicator.appraisal_id)
        .where(Indicator.cycle_id == cycle_id)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def unanswered(session: AsyncSession) -> frozenset[int]:
    """The indicators whose open order the unit has not answered."""
    query = select(WarningOrder.indicator_id).where(
        WarningOrder.closed_at.is_(None), WarningOrder.state.in_([state.value for state in _UNANSWERED])
    )
    return frozenset((await session.scalars(query)).all())


async def order_events(session: AsyncSession, since: datetime, until: datetime) -> Counter[str]:
    """How often each event was entered into the threads of orders, from `since` to before `until`."""
    query = (
        select(OrderEvent.event, func.count())
        .where(OrderEvent.at >= since, OrderEvent.at < until)
        .group_by(OrderEvent.event)
    )
    return Counter({row[0]: row[1] for row in await session.execute(query)})


async def open_at(session: AsyncSession, moment: datetime) -> int:
    """How many orders were open at the moment."""
    query = select(func.count(WarningOrder.id)).where(
        WarningOrder.issued_at < moment, (WarningOrder.closed_at.is_(None)) | (WarningOrder.closed_at >= moment)
    )
    return int(await session.scalar(query) or 0)


async def first_reported(session: AsyncSession, indicator_ids: Collection[int], period: str) -> dict[int, datetime]:
    """When each indicator's first report of the month came in; corrections do not count."""
    query = (
        select(Report.indicator_id, func.min(Report.reported_at))
        .where(Report.period == period, Report.indicator_id.in_(list(indicator_ids)))
        .group_by(Report.indicator_id)
    )
    return {row[0]: row[1] for row in await session.execute(query)}
