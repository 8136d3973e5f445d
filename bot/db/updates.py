"""Inbox rows as use cases see them: the one effect of an update. Functions take the session and never commit.

Arrivals and ends of handling go over the inbox's own connection: see `intake`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import AuditEntry, InboxUpdate
from bot.db.within import changed
from bot.db.writing import Write
from bot.domain.pushes import UpdateState

# An update that so many processes took up without bringing it to its end may be what ended them. From then on it is
# handled alone, and when it has ended so many more it is parked.
STARTS = 3


@dataclass(frozen=True)
class ReceivedUpdate:
    """An update as it came: its JSON text, and the chat whose order it belongs to."""

    update_id: int
    chat_id: int | None
    kind: str
    payload: str
    # Another process may have handled it and even had its effect.
    resumed: bool = False
    # So many processes took it up (no more than STARTS are counted).
    starts: int = 0
    # The payload as it was parsed, where it just arrived.
    raw: dict[str, Any] | None = field(default=None, compare=False, repr=False)


_CLAIM = Write(
    lambda _insert: (
        update(InboxUpdate)
        .where(InboxUpdate.update_id == bindparam("number"), InboxUpdate.state == UpdateState.RECEIVED.value)
        .values(state=UpdateState.EFFECTED.value, had_effect=True)
    )
)


async def claim_effect(session: AsyncSession, update_id: int) -> bool:
    """Make the caller's transaction the one effect of the update; False when another one already was.

    Raises LookupError for an update that never went through the inbox: nothing would hold its effect to one.
    """
    if await changed(session, _CLAIM, number=update_id) == 1:
        return True
    if await session.get(InboxUpdate, update_id) is None:
        raise LookupError(f"update {update_id} is not in the inbox")
    return False


async def left_a_mark(session: AsyncSession, update_id: int | None) -> bool:
    """Whether the audit knows the update: it did more than a step of a conversation."""
    query = select(AuditEntry.id).where(AuditEntry.update_id == update_id).limit(1)
    return update_id is not None and await session.scalar(query) is not None
