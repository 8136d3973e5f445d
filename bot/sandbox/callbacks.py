"""Pressed buttons that wait for the bot's answer. They survive a restart; the person's wait does not."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.settings import Settings
from bot.sandbox.store import Store, dumps

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Callbacks:
    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    def open(self, chat: int) -> str:
        """A new query; gives its id."""
        query = str(secrets.randbelow(9 * 10**17) + 10**17)
        self._store.run("INSERT INTO callbacks VALUES (?, ?, ?, NULL)", query, self._settings.wall(), chat)
        self._waiting[query] = asyncio.get_running_loop().create_future()
        return query

    def answer(self, query: str, answer: dict[str, Any]) -> int:
        """Settles a query; gives the chat where it was pressed. Refuses an unknown one and one older than 150 s."""
        row = self._store.one("SELECT * FROM callbacks WHERE id = ?", query)
        if row is None or self._settings.wall() - row["at"] > self._settings.callback_seconds:
            raise bad_request(TOO_OLD)
        self._store.run("UPDATE callbacks SET answer = ? WHERE id = ?", dumps(answer), query)
        future = self._waiting.pop(query, None)
        if future and not future.done():
            future.set_result(answer)
        return int(row["chat"])

    async def wait(self, query: str, seconds: float) -> dict[str, Any] | None:
        """What the bot answered within `seconds`; None where it did not."""
        future = self._waiting.get(query)
        if future is None:
            return None
        try:
            return await asyncio.wait_for(asyncio.shield(future), seconds)
        except TimeoutError:
            return None
        finally:
            self._waiting.pop(query, None)
