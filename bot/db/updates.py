"""Inbox rows: store, claim the one effect of an update, settle. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.inserting import insert_into
from bot.db.tables import InboxUpdate
from bot.domain.pushes import UpdateState

# So many processes may take an unfinished update up.
STARTS = 3


@dataclass(frozen=True)
class ReceivedUpdate:
    """An update as it came: its JSON text, and the chat whose order it belongs to."""

    update_id: int
    chat_id: int | None
    kind: str
    payload: str
    # An earlier process did not bring it to its end; it may have had its effect.
    resumed: bool = False


async def store(session: AsyncSession, updates: Sequence[ReceivedUpdate], now: datetime) -> list[int]:
    """Store what is new; the ids that were new, in order.

    Telegram numbers updates anew at random after a quiet week, and another Bot API server counts on its own: a number
    that comes back with other content is another update, and takes the row of one that has come to its end.
    """
    if not updates:
        return []
    values = [
        {
            "update_id": item.update_id,
            "chat_id": item.chat_id,
            "kind": item.kind,
            "payload": item.payload,
            "received_at": now,
            "state": UpdateState.RECEIVED.value,
            "attempts": 0,
        }
        for item in updates
    ]
    statement = insert_into(session, InboxUpdate).values(values)
    ended = (UpdateState.DONE.value, UpdateState.PARKED.value)
    statement = statement.on_conflict_do_update(
        index_elements=["update_id"],
        set_={name: statement.excluded[name] for name in (*values[0], "error", "settled_at") if name != "update_id"},
        where=InboxUpdate.state.in_(ended) & (InboxUpdate.payload != statement.excluded.payload),
    )
    new = (await session.execute(statement.returning(InboxUpdate.update_id))).scalars()
    return sorted(new)


async def claim_effect(session: AsyncSession, update_id: int) -> bool:
    """Make the caller's transaction the one effect of the update; False when another one already was.

    Raises LookupError for an update that never went through the inbox: nothing would hold its effect to one.
    """
    result = cast(
        "CursorResult[Any]",
        await session.execute(
            update(InboxUpdate)
            .where(InboxUpdate.update_id == update_id, InboxUpdate.state == UpdateState.RECEIVED.value)
            .values(state=UpdateState.EFFECTED.value)
        ),
    )
    if result.rowcount == 1:
        return True
    if await session.get(InboxUpdate, update_id) is None:
        raise LookupError(f"update {update_id} is not in the inbox")
    return False


async def resume(session: AsyncSession, now: datetime) -> list[ReceivedUpdate]:
    """Updates whose handling has not come to an end, oldest first. Each start counts as an attempt.

    One that has outlived several processes may be what ended them: it is parked.
    """
    states = (UpdateState.RECEIVED.value, UpdateState.EFFECTED.value)
    query = select(InboxUpdate).where(InboxUpdate.state.in_(states)).order_by(InboxUpdate.update_id)
    taken = []
    for row in (await session.scalars(query)).all():
        row.attempts += 1
        if row.attempts > STARTS:
            row.state, row.settled_at, row.error = UpdateState.PARKED.value, now, "not finished by several processes"
        else:
            taken.append(ReceivedUpdate(row.update_id, row.chat_id, row.kind, row.payload, resumed=True))
    return taken


async def settle(session: AsyncSession, update_id: int, state: UpdateState, now: datetime, error: str | None) -> None:
    """Bring an update to its end state."""
    await session.execute(
        update(InboxUpdate)
        .where(InboxUpdate.update_id == update_id)
        .values(state=state.value, settled_at=now, error=error, attempts=InboxUpdate.attempts + 1)
    )
