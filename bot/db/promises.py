"""Queries of the check that nothing was lost or done twice. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import (
    DecisionRow,
    Escalation,
    Evidence,
    InboxUpdate,
    OrderRecipient,
    Person,
    Push,
    Tenure,
    WarningOrder,
)
from bot.domain.pushes import PushState, UpdateState

_ARRIVED = (PushState.SENT.value, PushState.UNCERTAIN.value)
_ON_ITS_WAY = (PushState.QUEUED.value, PushState.SENDING.value)


async def updates_without_outcome(session: AsyncSession) -> list[str]:
    """Updates whose state is none that we know, and ended ones of which nobody knows when or why they ended."""
    ended = InboxUpdate.state.in_([UpdateState.DONE.value, UpdateState.PARKED.value])
    query = select(InboxUpdate.update_id).where(
        or_(
            InboxUpdate.state.not_in([state.value for state in UpdateState]),
            and_(ended, InboxUpdate.settled_at.is_(None)),
            and_(InboxUpdate.state == UpdateState.PARKED.value, InboxUpdate.error.is_(None)),
        )
    )
    return await _texts(session, query)


async def pushes_without_cause(session: AsyncSession) -> list[str]:
    """Pushes that do not say why they exist: without a reason, or without what set them in motion.

    What was queued before pushes were traced is excused.
    """
    traced_from = select(func.min(Push.id)).where(Push.trace.is_not(None)).scalar_subquery()
    nobody = and_(Push.trace.is_(None), Push.update_id.is_(None), Push.id > traced_from)
    return await _texts(session, select(Push.id).where(or_(Push.reason == "", nobody)))


async def pushes_without_end(session: AsyncSession) -> list[str]:
    """Pushes whose state is none that we know, and sent ones of which nobody knows when."""
    sent = and_(Push.state == PushState.SENT.value, Push.sent_at.is_(None))
    return await _texts(
        session, select(Push.id).where(or_(Push.state.not_in([state.value for state in PushState]), sent))
    )


async def overdue_pushes(session: AsyncSession, before: datetime, limit: int | None = None) -> list[str]:
    """Pushes that could have left before that moment and still wait.

    A push waits with good reason for its own time, and behind an earlier one of its chat that waits for another try.
    """
    first = Push.__table__.alias("first")
    in_line = exists().where(
        first.c.chat_id == Push.chat_id,
        first.c.id != Push.id,
        first.c.state == PushState.QUEUED.value,
        first.c.claimed_at.is_not(None),
        first.c.not_before > before,
    )
    query = select(Push.id).where(Push.state == PushState.QUEUED.value, Push.not_before < before, ~in_line)
    return await _texts(session, query.order_by(Push.id).limit(limit))


async def uncertain_pushes(session: AsyncSession) -> list[str]:
    """Pushes that may or may not have arrived."""
    return await _texts(session, select(Push.id).where(Push.state == PushState.UNCERTAIN.value))


def _answered_for() -> ColumnElement[bool]:
    """That a recipient of an order was told, acknowledged, was escalated over, or is passed over for a recorded reason.

    A digest tells many orders at once, so the person's message of that moment counts.
    """
    alive = Push.state.in_((*_ARRIVED, *_ON_ITS_WAY))
    return or_(
        OrderRecipient.acknowledged_at.is_not(None),
        exists().where(
            Push.subject_kind == "order",
            Push.subject_id == WarningOrder.id,
            Push.person_id == OrderRecipient.person_id,
            alive,
        ),
        exists().where(Push.person_id == OrderRecipient.person_id, Push.created_at >= OrderRecipient.told_at, alive),
        exists().where(
            DecisionRow.person_id == OrderRecipient.person_id,
            DecisionRow.indicator_id == WarningOrder.indicator_id,
            DecisionRow.at >= WarningOrder.issued_at,
            DecisionRow.sent.is_(False),
        ),
        exists().where(Escalation.order_id == WarningOrder.id, Escalation.about_person_id == OrderRecipient.person_id),
    )


async def recipients_not_told(session: AsyncSession, grades: Sequence[str], before: datetime) -> list[str]:
    """Who is asked about an open order of these grades, and nothing came of it. Younger orders are still being told."""
    query = (
        select(WarningOrder.year, WarningOrder.serial, Person.name)
        .join(OrderRecipient, OrderRecipient.order_id == WarningOrder.id)
        .join(Person, Person.id == OrderRecipient.person_id)
        .where(
            WarningOrder.closed_at.is_(None),
            WarningOrder.grade.in_(grades),
            WarningOrder.graded_at < before,
            OrderRecipient.severity >= WarningOrder.severity,
            ~_answered_for(),
        )
        .order_by(WarningOrder.year, WarningOrder.serial)
    )
    return [f"{year}-{serial:03d} {name}" for year, serial, name in await session.execute(query)]


async def orders_nobody_is_asked_about(session: AsyncSession, before: datetime) -> list[str]:
    """Open orders that stand still: nobody who is in office was ever asked about them."""
    asked = exists().where(
        OrderRecipient.order_id == WarningOrder.id,
        Tenure.person_id == OrderRecipient.person_id,
        Tenure.until.is_(None),
    )
    query = select(WarningOrder.year, WarningOrder.serial).where(
        WarningOrder.closed_at.is_(None), WarningOrder.graded_at < before, ~asked
    )
    return [f"{year}-{serial:03d}" for year, serial in await session.execute(query)]


async def evidence_files(session: AsyncSession) -> list[tuple[str, str]]:
    """Name and SHA-256 of each evidence file."""
    query = select(func.min(Evidence.name), Evidence.sha256).where(Evidence.sha256.is_not(None))
    return [(name, seal) for name, seal in await session.execute(query.group_by(Evidence.sha256)) if seal]


async def _texts(session: AsyncSession, query: Select[int]) -> list[str]:
    return [str(value) for value in await session.scalars(query)]
