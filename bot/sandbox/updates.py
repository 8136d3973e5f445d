"""The queue of updates for the bot: offsets, long polling, one consumer. Nothing leaves it unconfirmed for 24 hours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from bot.sandbox.errors import ApiError, conflict
from bot.sandbox.settings import Settings
from bot.sandbox.store import Store, dumps

MAX_POLL_SECONDS = 50.0
MAX_BATCH = 100
# Only sent to a bot that asks for them.
ON_REQUEST = ("chat_member", "message_reaction", "message_reaction_count")
TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class UpdateQueue:
    """`on_push` is called after each new update (the webhook sender listens there)."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._held: asyncio.Future[None] | None = None
        self.on_push: Callable[[], None] = lambda: None

    def push(self, kind: str, payload: dict[str, Any], queue: int) -> int | None:
        """Queues an update; `queue` (a chat or person) keeps its order to a webhook. None: the bot wants no such."""
        allowed = self._store.get("allowed_updates") or []
        if (allowed and kind not in allowed) or (not allowed and kind in ON_REQUEST):
            return None
        if not self._store.number("SELECT count(*) FROM sqlite_sequence WHERE name = 'updates'"):
            self._store.run("INSERT INTO sqlite_sequence VALUES ('updates', 400000000)")
        cursor = self._store.run(
            "INSERT INTO updates (at, queue, body) VALUES (?, ?, ?)",
            self._settings.wall(),
            queue,
            dumps({kind: payload}),
        )
        self._wake()
        self.on_push()
        return cursor.lastrowid

    def allow(self, kinds: list[str] | None) -> None:
        """Remembers what the bot wants from now on; None keeps the last wish, an empty list means the default."""
        if kinds is not None:
            self._store.put("allowed_updates", kinds)

    def pending(self, limit: int = MAX_BATCH) -> list[dict[str, Any]]:
        rows = self._store.all("SELECT id, body FROM updates ORDER BY id LIMIT ?", limit)
        return [{"update_id": row["id"], **json.loads(row["body"])} for row in rows]

    def count(self) -> int:
        return self._store.number("SELECT count(*) FROM updates")

    def confirm(self, offset: int) -> None:
        """Forgets updates before `offset`; a negative offset keeps only that many of the newest."""
        self._store.run("DELETE FROM updates WHERE at < ?", self._settings.wall() - self._settings.update_seconds)
        if offset > 0:
            self._store.run("DELETE FROM updates WHERE id < ?", offset)
        elif offset < 0:
            self._store.run(
                "DELETE FROM updates WHERE id NOT IN (SELECT id FROM updates ORDER BY id DESC LIMIT ?)", -offset
            )

    def drop(self) -> None:
        self._store.run("DELETE FROM updates")

    async def poll(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """One getUpdates: at once what is there, else what comes within `timeout` seconds."""
        if self._store.get("webhook"):
            raise conflict(WEBHOOK_ACTIVE)
        self.interrupt(TERMINATED)
        self.confirm(offset)
        batch = self.pending(limit)
        if batch or timeout <= 0:
            return batch
        held: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._held = held
        try:
            await asyncio.wait_for(held, min(timeout, MAX_POLL_SECONDS))
        except TimeoutError:
            return []
        finally:
            if self._held is held:
                self._held = None
        return self.pending(limit)

    def interrupt(self, reason: str) -> None:
        """Ends a waiting poll with 409."""
        if self._held and not self._held.done():
            self._held.set_exception(conflict(reason))
        self._held = None

    def close(self) -> None:
        """The messenger stops: a waiting poll gets what Telegram says at such a moment."""
        if self._held and not self._held.done():
            self._held.set_exception(ApiError(502, "Bad Gateway"))
        self._held = None

    def _wake(self) -> None:
        if self._held and not self._held.done():
            self._held.set_result(None)
