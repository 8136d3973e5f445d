"""The inbox's connection to PostgreSQL: one round trip for a batch, and locks that say which chats are ours.

A chat is held by an advisory lock of this connection. The server gives it back by itself when the process dies, within
seconds also where the machine went down with it, and never while the process lives: no clock takes part.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]

from bot.db.engine import Database
from bot.db.intake import ON_KNOWN_NUMBER, OPEN, EndedUpdate, left_over
from bot.db.updates import STARTS, ReceivedUpdate

R = TypeVar("R")
STORE = f"""
INSERT INTO inbox (update_id, chat_id, kind, payload, received_at, state, attempts)
SELECT *, $5::timestamptz, 'received', 0 FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
{ON_KNOWN_NUMBER} RETURNING update_id
"""
END = """
UPDATE inbox SET state = ended.state, settled_at = ended.at, error = ended.error, attempts = attempts + 1
FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[]) AS ended (update_id, state, at, error)
WHERE inbox.update_id = ended.update_id
"""
UNFINISHED = f"""
SELECT update_id, chat_id FROM inbox
WHERE {OPEN} AND ($1::bigint[] IS NULL OR coalesce(chat_id, 0) = ANY($1::bigint[])) ORDER BY update_id
"""
TAKE_UP = f"""
UPDATE inbox SET attempts = greatest(attempts, least(attempts + 1, {STARTS}))
WHERE update_id = ANY($1::bigint[]) AND {OPEN} RETURNING update_id, chat_id, kind, payload, attempts
"""
COUNT = "UPDATE inbox SET attempts = attempts + 1 WHERE update_id = $1 RETURNING attempts"
HOLD = "SELECT key, pg_try_advisory_lock(key) FROM unnest($1::bigint[]) AS key"
LET_GO = "SELECT pg_advisory_unlock(key) FROM unnest($1::bigint[]) AS key"
# Beyond all other keys of ours, and chat numbers have at most 52 bits.
NAMESPACE = 0x2B << 56
CHAT_BITS = (1 << 52) - 1
# A machine that went down without a word: its locks are free after these seconds.
LIVENESS = {"tcp_keepalives_idle": "3", "tcp_keepalives_interval": "1", "tcp_keepalives_count": "3"}
STATEMENT_SECONDS = 15.0
# Of an address, these are for the engine and not for the driver.
ENGINE_OPTIONS = ("prepared_statement_cache_size", "prepared_statement_name_func")


def _key(chat: int | None) -> int:
    return NAMESPACE | ((chat or 0) & CHAT_BITS)


class PostgresIntake:
    """See Intake."""

    shared = True

    def __init__(self, db: Database) -> None:
        self._dialect, self._url = db.engine.dialect, db.url
        self._connection: Any = None
        self._one = asyncio.Lock()
        self._held: set[int | None] = set()
        self._lost: set[int | None] = set()

    async def record(self, received: Sequence[ReceivedUpdate], ended: Sequence[EndedUpdate], now: datetime) -> set[int]:
        """Write arrivals and ends in one commit; the numbers that were new."""
        stored = [item.update_id for item in received]
        rows = (
            stored,
            [item.chat_id for item in received],
            [item.kind for item in received],
            [item.payload for item in received],
            now,
        )
        ends = (
            [end.update_id for end in ended],
            [end.state.value for end in ended],
            [end.at for end in ended],
            [end.error for end in ended],
        )

        async def work(connection: Any) -> set[int]:
            if not ended:
                return {row[0] for row in await connection.fetch(STORE, *rows)}
            if not received:
                await connection.execute(END, *ends)
                return set()
            async with connection.transaction():
                await connection.execute(END, *ends)
                return {row[0] for row in await connection.fetch(STORE, *rows)}

        return await self._do(work)

    async def unfinished(self, chats: Collection[int | None] | None = None) -> list[tuple[int, int | None]]:
        """Numbers and chats of what has not come to an end, of these chats or of all, in order."""
        wanted = None if chats is None else [chat or 0 for chat in chats]
        return [tuple(row) for row in await self._do(lambda connection: connection.fetch(UNFINISHED, wanted))]

    async def take_up(self, update_ids: Sequence[int]) -> list[ReceivedUpdate]:
        """Those of these updates that are not at an end, in order; that one more process has them is counted."""
        rows = await self._do(lambda connection: connection.fetch(TAKE_UP, list(update_ids)))
        return [left_over(row) for row in sorted(map(tuple, rows))]

    async def count_start(self, update_id: int) -> int:
        """Count one more process for an update that is about to be handled; how many it has had."""
        return int(await self._do(lambda connection: connection.fetchval(COUNT, update_id)) or 0)

    async def hold(self, chats: Collection[int | None]) -> set[int | None]:
        """Make these chats ours; those that are now."""
        wanted = set(chats) - self._held
        if wanted:
            await self._do(lambda connection: self._lock(connection, wanted))
        return set(chats) & self._held

    async def let_go(self, chats: Collection[int | None]) -> None:
        """Give chats free for any process."""
        leaving = set(chats) & self._held
        if not leaving:
            return
        # Unlocked or not known to be: what follows must not count on them.
        self._held -= leaving
        await self._do(lambda connection: connection.execute(LET_GO, [_key(chat) for chat in leaving]))

    def lost(self) -> set[int | None]:
        """Chats that were ours until the connection broke and are not any more; each is named once."""
        lost, self._lost = self._lost, set()
        return lost

    async def close(self) -> None:
        """Close the connection; all chats are free."""
        connection, self._connection = self._connection, None
        self._held.clear()
        if connection is not None:
            with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=2)

    async def _lock(self, connection: Any, chats: set[int | None]) -> None:
        by_key = {_key(chat): chat for chat in chats}
        rows = await connection.fetch(HOLD, list(by_key))
        self._held |= {by_key[key] for key, locked in rows if locked}

    async def _do(self, work: Callable[[Any], Awaitable[R]]) -> R:
        async with self._one:
            if self._connection is None or self._connection.is_closed():
                await self._open()
            try:
                async with asyncio.timeout(STATEMENT_SECONDS):
                    return await work(self._connection)
            except (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError) as error:
                # What it knew of locks is void: the next call opens another and takes stock.
                self._connection.terminate()
                raise ConnectionError(f"the inbox's connection broke: {type(error).__name__}") from error

    async def _open(self) -> None:
        """Connect, and take again what was ours; another process may have been quicker."""
        _, options = self._dialect.create_connect_args(self._url)
        for name in ENGINE_OPTIONS:
            options.pop(name, None)
        self._connection = await asyncpg.connect(
            **options,
            command_timeout=STATEMENT_SECONDS,
            server_settings={"application_name": "baton inbox", **LIVENESS},
        )
        before, self._held = self._held, set()
        self._lost |= before
        if before:
            await self._lock(self._connection, before)
            self._lost -= self._held
