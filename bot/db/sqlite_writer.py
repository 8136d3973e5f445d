"""The one connection over which use cases write to a SQLite file: prepared statements in the loop, commits in a thread.

SQLite has one writer. Whoever has its turn holds the lock from the first moment, so no statement of the transaction
waits for anybody, and one that an index leads to takes some ten microseconds where a trip to a thread takes a hundred.
What does wait is done in the connection's thread: for the lock, while another process has it, and for the disk, which a
commit is flushed to. A use case that needs more than prepared statements asks its session as ever: that works on the
same connection, in the same transaction, through the thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bot.db.audit_chain import append_waiting
from bot.db.revision import MarkingSession, is_changed
from bot.db.sqlite_trips import TrippingConnection, connector
from bot.db.within import SqliteWithin, set_look

# The low byte of SQLite's error code; the others say more precisely why.
_KIND = 0xFF


class SqliteWriter:
    """Transactions on one file, one after the other. `busy_seconds`: how long to wait for another process."""

    def __init__(self, url: URL, pragmas: Sequence[str], busy_seconds: float) -> None:
        self._pragmas, self._busy_seconds = pragmas, busy_seconds
        self._driver: TrippingConnection | None = None
        # The values of a failed statement are people's words: they stay out of errors and logs. One connection; what
        # it has begun is ended here.
        self._engine = create_async_engine(
            url,
            hide_parameters=True,
            async_creator=connector(url.database or "", 0),
            pool_size=1,
            max_overflow=0,
            pool_reset_on_return=None,
        )
        event.listen(self._engine.sync_engine, "connect", self._on_connect)
        event.listen(self._engine.sync_engine, "close", self._on_close)
        self._sessions = async_sessionmaker(self._engine, sync_session_class=MarkingSession, expire_on_commit=False)

    def _on_connect(self, connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in self._pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        # A statement in the loop never waits.
        cursor.execute("PRAGMA busy_timeout=0")
        cursor.close()
        self._driver = connection.driver_connection

    def _on_close(self, _connection: object, _record: object) -> None:
        self._driver = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """All of the block or nothing. The caller sees to it that nobody else is in one."""
        driver = await self._begin()
        session = self._sessions()
        set_look(session, SqliteWithin(driver.real, self._engine.dialect))
        try:
            yield session
            await append_waiting(session)
            if session.in_transaction() or is_changed(session):
                await session.commit()
            if driver.real.in_transaction:
                await driver.to_its_end(driver.real.commit)
        except BaseException:
            await self._undo(session, driver)
            raise
        finally:
            if session.in_transaction() or session.identity_map:
                await asyncio.shield(session.close())

    async def _begin(self) -> TrippingConnection:
        if self._driver is None:
            # The engine asks a new connection some questions of its own, in transactions of its own.
            async with self._engine.connect():
                pass
        driver = self._driver
        assert driver is not None
        try:
            driver.real.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _KIND != sqlite3.SQLITE_BUSY:
                raise
            await driver.to_its_end(partial(self._begin_patiently, driver.real))
        return driver

    def _begin_patiently(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA busy_timeout={int(self._busy_seconds * 1000)}")
        try:
            connection.execute("BEGIN IMMEDIATE")
        finally:
            connection.execute("PRAGMA busy_timeout=0")

    async def _undo(self, session: AsyncSession, driver: TrippingConnection) -> None:
        try:
            if session.in_transaction():
                await session.rollback()
        finally:
            # A connection that was cut off in the middle of a statement is gone, and its transaction with it.
            if driver is self._driver and driver.real.in_transaction:
                driver.real.rollback()

    async def close(self) -> None:
        """Close the connection."""
        await self._engine.dispose()
