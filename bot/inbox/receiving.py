"""Durable receive: an update is on disk before Telegram is told that we have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from bot.clock import Clock
from bot.db import updates
from bot.db.engine import Database
from bot.db.updates import ReceivedUpdate


def describe(raw: dict[str, Any]) -> ReceivedUpdate:
    """The stored form of an update. Raises ValueError for something that is no update."""
    update_id = raw.get("update_id")
    if not isinstance(update_id, int):
        raise ValueError("an update has an integer update_id")
    kind = next((key for key in raw if key != "update_id"), "unknown")
    return ReceivedUpdate(update_id, _chat_id(raw.get(kind)), kind, orjson.dumps(raw).decode())


def _chat_id(content: Any) -> int | None:
    """The chat whose order the update belongs to; a press belongs to the chat of its message."""
    if not isinstance(content, dict):
        return None
    holder = content.get("message") if "chat" not in content else content
    chat = holder.get("chat") if isinstance(holder, dict) else None
    source = chat if isinstance(chat, dict) else content.get("from")
    found = source.get("id") if isinstance(source, dict) else None
    return found if isinstance(found, int) else None


class Inbox:
    """Stores updates; what is new comes back to be handled."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def accept(self, raw: Sequence[dict[str, Any]]) -> list[ReceivedUpdate]:
        """Store a batch in one commit; the updates that were not there yet, in order."""
        received = [describe(item) for item in raw]
        if not received:
            return []
        async with self._db.write() as session:
            new = set(await updates.store(session, received, self._clock.now()))
        return sorted((item for item in received if item.update_id in new), key=lambda item: item.update_id)

    async def unfinished(self) -> list[ReceivedUpdate]:
        """What was stored but not brought to an end: to be handled again after a start."""
        async with self._db.write() as session:
            return await updates.resume(session, self._clock.now())
