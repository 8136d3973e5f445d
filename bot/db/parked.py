"""Parked updates: what could not be handled and waits for a person. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import Account, InboxUpdate, Person
from bot.domain.pushes import UpdateState


@dataclass(frozen=True)
class ParkedUpdate:
    """An update whose handling failed for good. `person`: whose chat it came from, None for somebody unknown."""

    update_id: int
    chat_id: int | None
    person: str | None
    kind: str
    payload: str
    received_at: datetime
    parked_at: datetime | None
    error: str | None
    had_effect: bool


async def parked(session: AsyncSession, update_id: int | None = None) -> list[ParkedUpdate]:
    """All parked updates, oldest first, or the one of this number."""
    query = (
        select(
            InboxUpdate.update_id,
            InboxUpdate.chat_id,
            Person.name,
            InboxUpdate.kind,
            InboxUpdate.payload,
            InboxUpdate.received_at,
            InboxUpdate.settled_at,
            InboxUpdate.error,
            InboxUpdate.had_effect,
        )
        .outerjoin(Account, (Account.telegram_user_id == InboxUpdate.chat_id) & Account.unbound_at.is_(None))
        .outerjoin(Person, Person.id == Account.person_id)
        .where(InboxUpdate.state == UpdateState.PARKED.value)
        .order_by(InboxUpdate.update_id)
    )
    if update_id is not None:
        query = query.where(InboxUpdate.update_id == update_id)
    return [ParkedUpdate(*row) for row in (await session.execute(query)).all()]


async def put_back(session: AsyncSession, update_ids: Sequence[int]) -> None:
    """Have parked updates handled once more; one that had its effect is only answered."""
    state = case((InboxUpdate.had_effect, UpdateState.EFFECTED.value), else_=UpdateState.RECEIVED.value)
    await session.execute(
        update(InboxUpdate)
        .where(InboxUpdate.update_id.in_(update_ids), InboxUpdate.state == UpdateState.PARKED.value)
        .values(state=state, attempts=0, error=None, settled_at=None)
    )


async def drop(session: AsyncSession, update_id: int, now: datetime) -> bool:
    """Give a parked update up; whether it was parked."""
    result = cast(
        "CursorResult[Any]",
        await session.execute(
            update(InboxUpdate)
            .where(InboxUpdate.update_id == update_id, InboxUpdate.state == UpdateState.PARKED.value)
            .values(state=UpdateState.DROPPED.value, settled_at=now)
        ),
    )
    return result.rowcount == 1
