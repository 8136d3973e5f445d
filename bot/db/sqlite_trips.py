"""SQLite connections whose statements go to their thread and back once, instead of four times.

The driver sends cursor, execute, fetch and close to the connection's thread one after the other. On a small machine
these trips are most of a query's time, so here a statement and its rows are one trip. Only a result of more rows than
one trip carries comes in pieces.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

from aiosqlite import Connection

ROWS_PER_TRIP = 2_000


class _Cursor:
    """A statement and its result: what the engine expects of a driver's cursor."""

    arraysize = 1

    def __init__(self, connection: TrippingConnection) -> None:
        self._connection = connection
        self._rows: deque[Any] = deque()
        self._rest: sqlite3.Cursor | None = None
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def close(self) -> None:
        self._rows.clear()
        rest, self._rest = self._rest, None
        if rest is not None:
            await self._connection.in_thread(rest.close)

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> Self:
        return await self._run(lambda cursor: cursor.execute(operation, parameters))

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> Self:
        return await self._run(lambda cursor: cursor.executemany(operation, parameters))

    async def _run(self, work: Callable[[sqlite3.Cursor], object]) -> Self:
        await self.close()

        def whole() -> None:
            cursor = self._connection.open_cursor()
            try:
                work(cursor)
                self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
                self._take(cursor)
            except BaseException:
                cursor.close()
                raise

        await self._connection.in_thread(whole)
        return self

    def _take(self, cursor: sqlite3.Cursor) -> None:
        """In the connection's thread: the next rows; what is behind them waits in the open cursor."""
        rows = cursor.fetchmany(ROWS_PER_TRIP) if self.description else []
        self._rows.extend(rows)
        if len(rows) == ROWS_PER_TRIP:
            self._rest = cursor
        else:
            self._rest = None
            cursor.close()

    async def _have(self, count: int | None) -> None:
        """Make sure that so many rows are here, or all that there are."""
        while self._rest is not None and (count is None or len(self._rows) < count):
            await self._connection.in_thread(self._take, self._rest)

    async def fetchone(self) -> Any | None:
        await self._have(1)
        return self._rows.popleft() if self._rows else None

    async def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        wanted = size or self.arraysize
        await self._have(wanted)
        return [self._rows.popleft() for _ in range(min(wanted, len(self._rows)))]

    async def fetchall(self) -> Sequence[Any]:
        await self._have(None)
        rows, self._rows = self._rows, deque()
        return rows


class TrippingConnection(Connection):
    """The driver's connection with our cursor."""

    def cursor(self) -> _Cursor:  # type: ignore[override]
        return _Cursor(self)

    @property
    def real(self) -> sqlite3.Connection:
        """The connection itself, for who knows that its thread has nothing in hand."""
        return self._conn

    def open_cursor(self) -> sqlite3.Cursor:
        """A cursor of the real connection, for its own thread."""
        return self._conn.cursor()

    async def in_thread(self, work: Callable[..., None], *args: object) -> None:
        """Do the work in the connection's thread."""
        await self._execute(work, *args)  # type: ignore[no-untyped-call]

    async def to_its_end(self, work: Callable[[], None]) -> None:
        """The same; whoever is cancelled meanwhile waits until it is done, for the connection is in use so long."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((done, work))
        try:
            await asyncio.shield(done)
        except asyncio.CancelledError:
            await asyncio.wait({done})
            raise


def connector(database: str, timeout: float) -> Callable[[], Awaitable[Any]]:
    """What opens connections to that file; `timeout`: seconds to wait for a lock."""

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(database, timeout=timeout, check_same_thread=False)

    def connect() -> Awaitable[Any]:
        connection = TrippingConnection(opened, iter_chunk_size=ROWS_PER_TRIP)
        # A process that ends does not wait for the thread.
        connection._thread.daemon = True
        return connection

    return connect
