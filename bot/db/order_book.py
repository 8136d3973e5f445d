"""What was answered, asked and decided on warning orders. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import Escalation, Indicator, OrderEvent, OrderExtension, OrderResponse, Person, WarningOrder
from bot.domain.answers import Verdict


async def locked(session: AsyncSession, order_id: int) -> WarningOrder | None:
    """The order, held until the end of the transaction: who comes second sees what the first did."""
    query = select(WarningOrder).where(WarningOrder.id == order_id).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def last_responses(session: AsyncSession, order_ids: Collection[int]) -> dict[int, OrderResponse]:
    """The newest answer to each order that has one."""
    query = select(OrderResponse).where(OrderResponse.order_id.in_(list(order_ids))).order_by(OrderResponse.id)
    return {row.order_id: row for row in (await session.scalars(query)).all()}


async def extensions(session: AsyncSession, order_id: int) -> Sequence[OrderExtension]:
    """All requests for more time, oldest first."""
    query = select(OrderExtension).where(OrderExtension.order_id == order_id).order_by(OrderExtension.id)
    return (await session.scalars(query)).all()


async def granted(session: AsyncSession, order_id: int) -> int:
    """How many requests for more time were granted."""
    query = select(func.count(OrderExtension.id)).where(
        OrderExtension.order_id == order_id, OrderExtension.verdict == Verdict.ACCEPTED.value
    )
    return int(await session.scalar(query) or 0)


async def open_extension(session: AsyncSession, order_id: int) -> OrderExtension | None:
    """The request for more time that is not decided yet."""
    query = select(OrderExtension).where(OrderExtension.order_id == order_id, OrderExtension.verdict.is_(None))
    return (await session.scalars(query)).one_or_none()


async def thread(session: AsyncSession, order_id: int) -> list[tuple[OrderEvent, str | None]]:
    """What happened to the order, oldest first, with the name of who did it."""
    query = (
        select(OrderEvent, Person.name)
        .outerjoin(Person, Person.id == OrderEvent.person_id)
        .where(OrderEvent.order_id == order_id)
        .order_by(OrderEvent.id)
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


@dataclass(frozen=True)
class NamedOrder:
    """An open order with the name of its indicator."""

    order: WarningOrder
    name: str


async def open_named(session: AsyncSession, cycle_id: int) -> list[NamedOrder]:
    """All open orders of the year's indicators, worst first."""
    query = (
        select(WarningOrder, Indicator.name)
        .join(Indicator, Indicator.id == WarningOrder.indicator_id)
        .where(WarningOrder.closed_at.is_(None), Indicator.cycle_id == cycle_id)
        .order_by(WarningOrder.severity.desc(), WarningOrder.id)
    )
    return [NamedOrder(row[0], row[1]) for row in (await session.execute(query)).all()]


async def undecided(session: AsyncSession) -> dict[int, OrderExtension]:
    """The requests for more time that nobody has decided, by order."""
    query = select(OrderExtension).where(OrderExtension.verdict.is_(None))
    return {row.order_id: row for row in (await session.scalars(query)).all()}


async def closings_asked(session: AsyncSession, order_ids: Collection[int]) -> dict[int, OrderEvent]:
    """The newest request for the close-out of each of these orders."""
    query = (
        select(OrderEvent)
        .where(OrderEvent.order_id.in_(list(order_ids)), OrderEvent.event == "closing_requested")
        .order_by(OrderEvent.id)
    )
    return {row.order_id: row for row in (await session.scalars(query)).all()}


async def broken_promises(session: AsyncSession, order_ids: Collection[int]) -> dict[int, list[date]]:
    """The promised days that passed in vain, of each order, oldest first."""
    query = (
        select(OrderEvent.order_id, OrderEvent.detail)
        .where(OrderEvent.order_id.in_(list(order_ids)), OrderEvent.event == "promise_broken")
        .order_by(OrderEvent.id)
    )
    found: dict[int, list[date]] = {}
    for order_id, detail in await session.execute(query):
        found.setdefault(order_id, []).append(date.fromisoformat(str(detail["until"])))
    return found


async def fresh_escalations(session: AsyncSession, since: datetime) -> dict[int, list[Escalation]]:
    """What went up and was not said yet, or said after `since`, by the person; nothing of closed orders."""
    query = (
        select(Escalation)
        .join(WarningOrder, WarningOrder.id == Escalation.order_id)
        .where(
            Escalation.told_at.is_(None) | (Escalation.told_at > since),
            Escalation.person_id.is_not(None),
            WarningOrder.closed_at.is_(None),
        )
        .order_by(Escalation.id)
    )
    found: dict[int, list[Escalation]] = {}
    for row in (await session.scalars(query)).all():
        found.setdefault(row.person_id or 0, []).append(row)
    return found
