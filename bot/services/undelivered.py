"""Digests that never left: taken back, so that the next one says again what they would have said."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import decisions, orders
from bot.db.tables import DecisionRow, Escalation, Push
from bot.domain.decisions import Matter, Said
from bot.domain.pushes import PushKind, PushState
from bot.services.cause import Cause

NOT_LEFT = (PushState.QUEUED.value, PushState.EXPIRED.value)


async def take_back_undelivered(session: AsyncSession, cause: Cause) -> int:
    """Cancel the digests whose time is over and forget that their warnings were told; how many."""
    query = select(Push).where(
        Push.kind == PushKind.DIGEST.value, Push.state.in_(NOT_LEFT), Push.expires_at <= cause.now
    )
    stale = list((await session.scalars(query)).all())
    for push in stale:
        push.state = PushState.CANCELLED.value
        rows = [row for row in await decisions.of_push(session, push.id) if row.sent]
        news = [row for row in rows if row.kind in (Matter.WARNING, Matter.RECOVERY)]
        found = await orders.recipients_of(session, [int(str(row.detail["order_id"])) for row in news])
        for row in news:
            told = found.get((int(str(row.detail["order_id"])), row.person_id))
            if told is not None and told.told_at == push.created_at:
                # What the person knew before this digest is not kept; a recovery is told once more.
                told.told_severity = told.severity if row.kind == Matter.RECOVERY else None
        gone_up = [key for row in rows if row.kind == Matter.ESCALATION for key in _escalations(row)]
        if gone_up:
            await session.execute(update(Escalation).where(Escalation.id.in_(gone_up)).values(told_at=None))
        for row in rows:
            row.sent, row.reason = False, Said.NOT_DELIVERED.value
    return len(stale)


def _escalations(row: DecisionRow) -> list[int]:
    found = row.detail.get("escalations")
    return [item for item in found if isinstance(item, int)] if isinstance(found, list) else []
