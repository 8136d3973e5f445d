"""The narrow reads and writes of `looking` and `writing` inside a transaction, which see what it has written.

A use case asks a dozen small questions and writes a few rows. Through the session each statement is built anew,
compiled, sent to another thread and made into objects; through a look it is the statement itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot.db.looking import Look, Question, Value
from bot.db.sqlite_trips import TrippingConnection
from bot.db.writing import Write

R = TypeVar("R")
_LOOK = "baton_look"


async def look_within(session: AsyncSession) -> Look:
    """A look on the session's own connection; what the session holds back is written first."""
    return await _within(session)


async def changed(session: AsyncSession, write: Write, **values: Any) -> int:
    """Do the write in the session's transaction; how many rows it found."""
    return (await (await _within(session)).write(write, values))[0]


async def written(session: AsyncSession, write: Write, **values: Any) -> Sequence[Any] | None:
    """Do the write in the session's transaction; the first row that it returns."""
    return (await (await _within(session)).write(write, values))[1]


def set_look(session: AsyncSession, look: SqliteWithin) -> None:
    """Have the session's narrow statements answered by this look, whose transaction has begun."""
    session.info[_LOOK] = look


async def _within(session: AsyncSession) -> SqliteWithin | _Postgres:
    if session.new or session.dirty or session.deleted:
        await session.flush()
    look: SqliteWithin | _Postgres | None = session.info.get(_LOOK)
    if look is None:
        connection = await session.connection()
        driver: Any = (await connection.get_raw_connection()).driver_connection
        if isinstance(driver, TrippingConnection):
            look = SqliteWithin(driver.real, connection.dialect)
        else:
            look = _Postgres(driver, connection)
        session.info[_LOOK] = look
    return look


class _Within:
    """The session opens and closes the connection."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing of its own is open."""


class SqliteWithin(_Within):
    """In the event loop: its own thread has nothing in hand while the session waits for us."""

    def __init__(self, connection: sqlite3.Connection, dialect: Dialect) -> None:
        self._connection, self._dialect = connection, dialect

    async def all(self, question: Question[R], **values: Value) -> list[R]:
        prepared = question.on(self._dialect)
        return prepared.records(self._connection.execute(prepared.sql, prepared.arguments(values)).fetchall())

    async def first(self, question: Question[R], **values: Value) -> R | None:
        prepared = question.on(self._dialect)
        row = self._connection.execute(prepared.sql, prepared.arguments(values)).fetchone()
        return prepared.records([row])[0] if row is not None else None

    async def write(self, write: Write, values: dict[str, Any]) -> tuple[int, Sequence[Any] | None]:
        """How many rows the write found, and the first one that it returns."""
        prepared = write.on(self._dialect)
        cursor = self._connection.execute(prepared.sql, prepared.arguments(values))
        # A statement that returns rows is not through before the last one is taken.
        rows = cursor.fetchall() if cursor.description else []
        return cursor.rowcount, next(iter(rows), None)


class _Postgres(_Within):
    """On the driver's connection, in its transaction once the session has begun one; a write begins it."""

    def __init__(self, connection: Any, engines: AsyncConnection) -> None:
        self._connection, self._engines, self._dialect = connection, engines, engines.dialect

    async def all(self, question: Question[R], **values: Value) -> list[R]:
        prepared = question.on(self._dialect)
        return prepared.records(await self._connection.fetch(prepared.sql, *prepared.arguments(values)))

    async def first(self, question: Question[R], **values: Value) -> R | None:
        prepared = question.on(self._dialect)
        row = await self._connection.fetchrow(prepared.sql, *prepared.arguments(values))
        return prepared.records([row])[0] if row is not None else None

    async def write(self, write: Write, values: dict[str, Any]) -> tuple[int, Sequence[Any] | None]:
        """How many rows the write found, and the first one that it returns."""
        prepared = write.on(self._dialect)
        result = await self._engines.exec_driver_sql(prepared.sql, prepared.arguments(values))
        return result.rowcount, result.first() if result.returns_rows else None
