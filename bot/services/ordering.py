"""签收 of warning orders. Each acknowledgement is a person's own and has its effect once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import orders
from bot.db.engine import Database
from bot.db.locks import Turn, serialise
from bot.db.people import holders
from bot.db.pushes import by_message, words_now
from bot.db.tables import Indicator, OrderEvent, OrderRecipient, Push, WarningOrder
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.orders import OrderEvent as Step
from bot.domain.orders import OrderState, can_advance
from bot.domain.pushes import PushKind
from bot.domain.rights import Action
from bot.presenters.order_said import OrderNamed
from bot.presenters.warning import (
    Acknowledged,
    NothingToAcknowledge,
    OrderClosed,
    Outcome,
    Regraded,
    ShownMessage,
    as_buttons,
)
from bot.services.cause import Cause, Change, audit, effect
from bot.services.closing import close_out
from bot.services.order_desk import desk_of
from bot.services.order_messages import refresh
from bot.services.problem_raising import raise_problem
from bot.services.withdrawing import on_reported
from bot.services.year import year_at

__all__ = ["acknowledge", "acknowledge_all", "acknowledge_push", "close_out", "on_reported", "raise_problem"]


@dataclass(frozen=True)
class Pressed:
    """Where a button was pressed, so that the message can be shown again with the time of the acknowledgement."""

    chat_id: int
    message_id: int


async def acknowledge(
    db: Database, cause: Cause, order_id: int, severity: int, pressed: Pressed | None = None
) -> Outcome:
    """签收 of an order at the severity that was shown.

    Raises NotFound for an order that does not exist and NotAllowed for a person who was not asked.
    """
    async with effect(db, cause) as session:
        await serialise(session, Turn.ACKNOWLEDGEMENT)
        order = await session.get(WarningOrder, order_id)
        if order is None:
            raise NotFound(order_id=order_id)
        mine = (await orders.recipients_of(session, [order_id])).get((order_id, cause.actor.person_id))
        if mine is None:
            raise NotAllowed(action=Action.ACKNOWLEDGE.value)
        shown = (await _shown(session, cause, [order]))[order_id]
        if order.closed_at is not None:
            return OrderClosed(shown)
        if severity != mine.severity:
            return Regraded(replace(shown, severity=mine.severity))
        message = await _message(session, pressed)
        if not await _acknowledge(session, cause, order, mine):
            return Acknowledged((shown,), mine.acknowledged_at or cause.now, already=True, shown=message)
        waiting = await _waiting(session, order)
        return Acknowledged((shown,), cause.now, waiting=waiting, shown=message)


async def acknowledge_all(db: Database, cause: Cause, told_until: int, pressed: Pressed | None = None) -> Outcome:
    """签收 of everything that the person was told of until then (seconds since 1970) and has not acknowledged."""
    async with effect(db, cause) as session:
        return await _acknowledge_told(session, cause, datetime.fromtimestamp(told_until, UTC), pressed)


async def acknowledge_push(db: Database, cause: Cause, push_id: int) -> Outcome:
    """签收 by words, typed in reply to a push: of the order that a warning is about, of all that a digest told.

    Raises NotFound when there is no such push of this person.
    """
    async with db.read() as session:
        push = await session.get(Push, push_id)
        if push is None or push.person_id != cause.actor.person_id:
            raise NotFound(push_id=push_id)
        year = await year_at(session, cause.now)
    if push.kind == PushKind.WARNING and push.subject_id is not None and push.grade is not None:
        return await acknowledge(db, cause, push.subject_id, year.scheme.severity(push.grade))
    if push.kind == PushKind.WARNING and push.subject_kind == "orders":
        return await acknowledge_all(db, cause, int(push.not_before.timestamp()))
    if push.kind == PushKind.DIGEST:
        return await acknowledge_all(db, cause, int(push.created_at.timestamp()))
    return NothingToAcknowledge()


async def _acknowledge_told(session: AsyncSession, cause: Cause, until: datetime, pressed: Pressed | None) -> Outcome:
    await serialise(session, Turn.ACKNOWLEDGEMENT)
    query = (
        select(OrderRecipient, WarningOrder)
        .join(WarningOrder, WarningOrder.id == OrderRecipient.order_id)
        .where(
            OrderRecipient.person_id == cause.actor.person_id,
            OrderRecipient.digest_only.is_(False),
            OrderRecipient.told_severity == OrderRecipient.severity,
            OrderRecipient.told_at < datetime.fromtimestamp(int(until.timestamp()) + 1, UTC),
            WarningOrder.closed_at.is_(None),
        )
        .order_by(WarningOrder.severity.desc(), WarningOrder.id)
    )
    told = [(row[0], row[1]) for row in (await session.execute(query)).all()]
    if not told:
        return NothingToAcknowledge()
    done = [order for mine, order in told if await _acknowledge(session, cause, order, mine)]
    at = cause.now if done else max(mine.acknowledged_at or cause.now for mine, _ in told)
    named = done or [order for _, order in told]
    shown = await _shown(session, cause, named)
    message = await _message(session, pressed)
    return Acknowledged(tuple(shown[order.id] for order in named), at, already=not done, shown=message)


async def _acknowledge(session: AsyncSession, cause: Cause, order: WarningOrder, mine: OrderRecipient) -> bool:
    if not await orders.acknowledge(session, mine.id, mine.severity, cause.now):
        return False
    session.add(
        OrderEvent(
            order_id=order.id,
            at=cause.now,
            event="acknowledged",
            person_id=cause.actor.person_id,
            detail={"severity": mine.severity},
        )
    )
    audit(session, cause, Change("acknowledge", "order", order.id, after={"severity": mine.severity}))
    if can_advance(OrderState(order.state), Step.ACKNOWLEDGE) and not await _waiting(session, order):
        desk = await desk_of(session, cause, order)
        desk.take(Step.ACKNOWLEDGE, "all_acknowledged")
        await refresh(desk, but_for=cause.actor.person_id)
    return True


async def _waiting(session: AsyncSession, order: WarningOrder) -> tuple[str, ...]:
    """Names of those who were told and have not acknowledged; what this transaction did is seen."""
    query = select(OrderRecipient.person_id).where(
        OrderRecipient.order_id == order.id,
        OrderRecipient.digest_only.is_(False),
        OrderRecipient.told_severity.is_not(None),
        OrderRecipient.acknowledged_severity.is_(None)
        | (OrderRecipient.acknowledged_severity < OrderRecipient.severity),
    )
    people = set((await session.scalars(query)).all())
    found = await holders(session, person_ids=people)
    return tuple(dict.fromkeys(holder.person for holder in found))


async def _shown(session: AsyncSession, cause: Cause, rows: Sequence[WarningOrder]) -> Mapping[int, OrderNamed]:
    year = await year_at(session, cause.now)
    query = select(Indicator.id, Indicator.name).where(Indicator.id.in_([row.indicator_id for row in rows]))
    names = {row[0]: row[1] for row in await session.execute(query)}
    return {
        row.id: OrderNamed(
            order_id=row.id,
            indicator_id=row.indicator_id,
            name=names[row.indicator_id],
            number=(row.year, row.serial),
            grade_word=year.scheme.grade(row.grade).word,
            severity=row.severity,
        )
        for row in rows
    }


async def _message(session: AsyncSession, pressed: Pressed | None) -> ShownMessage | None:
    push = await by_message(session, pressed.chat_id, pressed.message_id) if pressed else None
    if push is None:
        return None
    text, buttons = await words_now(session, push)
    return ShownMessage(text, as_buttons(buttons))
