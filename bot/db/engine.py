"""Engines and transactions. The same code serves SQLite (WAL, full sync) and PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from time import perf_counter
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from bot.db.audit_chain import append_waiting
from bot.db.looking import Look, PostgresLooks, SqliteLooks
from bot.db.revision import MarkingSession
from bot.db.sqlite_trips import connector
from bot.db.sqlite_writer import SqliteWriter
from bot.measures import MEASURES

BUSY_SECONDS = 15
# How every connection to SQLite is set up.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}")
# Under this name a session notes that it put something into the outbox.
OUTBOX_CHANGED = "baton_outbox"
_READS, _WRITTEN = MEASURES.transactions["read"], MEASURES.transactions["write"]


class UnknownDatabase(ValueError):
    """Neither SQLite nor PostgreSQL."""


def driver_url(url: str) -> URL:
    """`sqlite:///…` or `postgresql://…` with the driver we use. Raises UnknownDatabase, ArgumentError."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return parsed.set(drivername="sqlite+aiosqlite")
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+asyncpg")
    raise UnknownDatabase(f"{backend} is not supported: use sqlite:///… or postgresql://…")


def _nobody() -> None:
    """Nobody waits for the outbox here."""


def _set_up_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The driver's own implicit BEGIN comes too late for a consistent look; ours below replaces it.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")


class Database:
    """One database: `look()` for a question, `read()` for anything wider, `write()` for one all-or-nothing change."""

    def __init__(self, url: str) -> None:
        target = self.url = driver_url(url)
        self.is_sqlite = target.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_size": 10}
        if self.is_sqlite:
            options = {"async_creator": connector(target.database or ":memory:", BUSY_SECONDS)}
        # The values of a failed statement are people's words: they stay out of errors and logs.
        self.engine = create_async_engine(target, pool_pre_ping=not self.is_sqlite, hide_parameters=True, **options)
        if self.is_sqlite:
            _set_up_sqlite(self.engine)
        self._sessions = async_sessionmaker(self.engine, sync_session_class=MarkingSession, expire_on_commit=False)
        self._writer = SqliteWriter(target, PRAGMAS, BUSY_SECONDS) if self.is_sqlite else None
        self._looks = (
            SqliteLooks(target.database or ":memory:", self.engine.dialect)
            if self.is_sqlite
            else PostgresLooks(create_async_engine(target, pool_pre_ping=True, hide_parameters=True, **options))
        )
        # SQLite has one writer: queueing here in order is cheaper and fairer than its busy polling.
        self._turn = asyncio.Lock() if self.is_sqlite else None
        self._closers: list[Callable[[], Awaitable[None]]] = []
        # Called after each commit that put something into the outbox.
        self.on_outbox: Callable[[], None] = _nobody

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; what it changes is rolled back."""
        begun = perf_counter()
        try:
            async with self._sessions() as session:
                yield session
        finally:
            _READS.add(perf_counter() - begun)

    def look(self) -> Look:
        """For the narrow reads of a question, on what is committed: see `looking`."""
        return self._looks.look()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction that commits at the end of the block and rolls back on any exception."""
        begun = perf_counter()
        try:
            async with self.turn(), self._transaction() as session:
                yield session
        finally:
            _WRITTEN.add(perf_counter() - begun)
        if session.info.pop(OUTBOX_CHANGED, False):
            self.on_outbox()

    def _transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self._writer.transaction() if self._writer else self._on_postgresql()

    @asynccontextmanager
    async def _on_postgresql(self) -> AsyncIterator[AsyncSession]:
        async with self._sessions.begin() as session:
            yield session
            await append_waiting(session)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """For a writer with a connection of its own: SQLite's one turn to write; elsewhere nothing to wait for."""
        async with self._turn or contextlib.nullcontext():
            yield

    def at_close(self, closer: Callable[[], Awaitable[None]]) -> None:
        """Have a connection of somebody's own closed with all others."""
        self._closers.append(closer)

    async def close(self) -> None:
        """Give all connections back."""
        while self._closers:
            await self._closers.pop()()
        await self._looks.close()
        if self._writer:
            await self._writer.close()
        await self.engine.dispose()
