"""Warning orders, their recipients and their thread. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.locks import Turn, serialise
from bot.db.tables import OrderEvent, OrderRecipient, WarningOrder


async def open_orders(session: AsyncSession, indicator_ids: Collection[int] | None = None) -> dict[int, WarningOrder]:
    """The open order of each indicator that has one."""
    query = select(WarningOrder).where(WarningOrder.closed_at.is_(None))
    if indicator_ids is not None:
        query = query.where(WarningOrder.indicator_id.in_(list(indicator_ids)))
    return {row.indicator_id: row for row in (await session.scalars(query)).all()}


async def last_closed(session: AsyncSession, indicator_ids: Collection[int]) -> dict[int, WarningOrder]:
    """The order that was closed last, of each indicator that has one."""
    query = (
        select(WarningOrder)
        .where(WarningOrder.closed_at.is_not(None), WarningOrder.indicator_id.in_(list(indicator_ids)))
        .order_by(WarningOrder.closed_at)
    )
    return {row.indicator_id: row for row in (await session.scalars(query)).all()}


async def next_serial(session: AsyncSession, year: int) -> int:
    """The next number of the year, without gaps: nobody else gets one before this transaction ends."""
    await serialise(session, Turn.ORDER_NUMBER)
    query = select(func.coalesce(func.max(WarningOrder.serial), 0)).where(WarningOrder.year == year)
    return int(await session.scalar(query) or 0) + 1


async def recipients_of(session: AsyncSession, order_ids: Collection[int]) -> dict[tuple[int, int], OrderRecipient]:
    """Who is asked to acknowledge these orders, by (order, person)."""
    if not order_ids:
        return {}
    query = select(OrderRecipient).where(OrderRecipient.order_id.in_(list(order_ids))).order_by(OrderRecipient.id)
    return {(row.order_id, row.person_id): row for row in (await session.scalars(query)).all()}


async def unacknowledged(session: AsyncSession, person_id: int) -> int:
    """How many open orders wait for this person's 签收."""
    query = (
        select(func.count(OrderRecipient.id))
        .join(WarningOrder, WarningOrder.id == OrderRecipient.order_id)
        .where(
            OrderRecipient.person_id == person_id,
            OrderRecipient.told_at.is_not(None),
            WarningOrder.closed_at.is_(None),
            func.coalesce(OrderRecipient.acknowledged_severity, -1) < OrderRecipient.severity,
        )
    )
    return int(await session.scalar(query) or 0)


async def acknowledge(session: AsyncSession, recipient_id: int, severity: int, now: datetime) -> bool:
    """Set the acknowledgement unless one of this severity is there; whether this call did it."""
    statement = (
        update(OrderRecipient)
        .where(
            OrderRecipient.id == recipient_id,
            func.coalesce(OrderRecipient.acknowledged_severity, -1) < severity,
        )
        .values(acknowledged_at=now, acknowledged_severity=severity)
        .returning(OrderRecipient.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.scalar(statement)) is not None


async def last_events(session: AsyncSession, order_ids: Collection[int], events: Iterable[str]) -> dict[int, str]:
    """The newest event of these kinds in the thread of each order."""
    if not order_ids:
        return {}
    query = (
        select(OrderEvent.order_id, OrderEvent.event)
        .where(OrderEvent.order_id.in_(list(order_ids)), OrderEvent.event.in_(list(events)))
        .order_by(OrderEvent.id)
    )
    return {row[0]: row[1] for row in await session.execute(query)}
