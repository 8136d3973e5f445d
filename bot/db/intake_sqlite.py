"""The inbox's connection to SQLite: one trip to its thread for a whole transaction. One process has all chats."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.db.engine import BUSY_SECONDS, PRAGMAS, Database
from bot.db.intake import ON_KNOWN_NUMBER, OPEN, EndedUpdate, left_over
from bot.db.sqlite_trips import connector
from bot.db.updates import STARTS, ReceivedUpdate

R = TypeVar("R")
STORE = f"""
INSERT INTO inbox (update_id, chat_id, kind, payload, received_at, state, attempts)
VALUES (?, ?, ?, ?, ?, 'received', 0) {ON_KNOWN_NUMBER}
"""
END = "UPDATE inbox SET state = ?, settled_at = ?, error = ?, attempts = attempts + 1 WHERE update_id = ?"
UNFINISHED = f"SELECT update_id, chat_id FROM inbox WHERE {OPEN} ORDER BY update_id"
TAKE_UP = f"""
UPDATE inbox SET attempts = max(attempts, min(attempts + 1, {STARTS})) WHERE update_id = ? AND {OPEN}
RETURNING update_id, chat_id, kind, payload, attempts
"""
COUNT = "UPDATE inbox SET attempts = attempts + 1 WHERE update_id = ? RETURNING attempts"


def _stored(moment: datetime) -> str:
    """A moment as the engine stores it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class SqliteIntake:
    """See Intake."""

    shared = False

    def __init__(self, db: Database) -> None:
        self._db = db
        self._connection: Any = None

    async def record(self, received: Sequence[ReceivedUpdate], ended: Sequence[EndedUpdate], now: datetime) -> set[int]:
        """Write arrivals and ends in one commit; the numbers that were new."""
        at = _stored(now)
        rows = [(item.update_id, item.chat_id, item.kind, item.payload, at) for item in received]
        ends = [(end.state.value, _stored(end.at), end.error, end.update_id) for end in ended]

        def work(connection: sqlite3.Connection) -> set[int]:
            if ends:
                connection.executemany(END, ends)
            return {row[0] for row in rows if connection.execute(STORE, row).rowcount == 1}

        return await self._write(work)

    async def unfinished(self, chats: Collection[int | None] | None = None) -> list[tuple[int, int | None]]:
        """Numbers and chats of what has not come to an end, of these chats or of all, in order."""
        rows = await self._in_thread(lambda connection: connection.execute(UNFINISHED).fetchall())
        return [row for row in rows if chats is None or row[1] in chats]

    async def take_up(self, update_ids: Sequence[int]) -> list[ReceivedUpdate]:
        """Those of these updates that are not at an end, in order; that one more process has them is counted."""

        def work(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
            return [row for number in update_ids for row in connection.execute(TAKE_UP, (number,)).fetchall()]

        rows = await self._write(work)
        return [left_over(row) for row in rows]

    async def count_start(self, update_id: int) -> int:
        """Count one more process for an update that is about to be handled; how many it has had."""
        rows = await self._write(lambda connection: connection.execute(COUNT, (update_id,)).fetchall())
        return int(rows[0][0]) if rows else 0

    async def hold(self, chats: Collection[int | None]) -> set[int | None]:
        """All chats are ours."""
        return set(chats)

    async def let_go(self, chats: Collection[int | None]) -> None:
        """Nobody waits for them."""

    def lost(self) -> set[int | None]:
        """Nobody can take them."""
        return set()

    async def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _write(self, work: Callable[[sqlite3.Connection], R]) -> R:
        def whole(connection: sqlite3.Connection) -> R:
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return result

        async with self._db.turn():
            return await self._in_thread(whole)

    async def _in_thread(self, work: Callable[[sqlite3.Connection], R]) -> R:
        if self._connection is None:
            self._connection = await self._open()
        result: R = await self._connection._execute(work, self._connection._conn)
        return result

    async def _open(self) -> Any:
        connection = await connector(self._db.url.database or "", BUSY_SECONDS)()

        def set_up() -> None:
            connection._conn.isolation_level = None
            for pragma in PRAGMAS:
                connection._conn.execute(f"PRAGMA {pragma}")

        await connection.in_thread(set_up)
        return connection
