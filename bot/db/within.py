"""The narrow reads of `looking` inside a transaction: they see what the transaction has written, and nobody else has.

A use case asks a dozen small questions before it writes. Through the session each is built anew, compiled, sent to
another thread and made into objects; through a look it is the statement itself.
"""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.looking import Look, Question, Value
from bot.db.sqlite_trips import TrippingConnection

R = TypeVar("R")
_LOOK = "baton_look"


async def look_within(session: AsyncSession) -> Look:
    """A look on the session's own connection; what the session holds back is written first."""
    if session.new or session.dirty or session.deleted:
        await session.flush()
    look: Look | None = session.info.get(_LOOK)
    if look is None:
        connection = await session.connection()
        driver: Any = (await connection.get_raw_connection()).driver_connection
        dialect = connection.dialect
        look = _Sqlite(driver.real, dialect) if isinstance(driver, TrippingConnection) else _Postgres(driver, dialect)
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


class _Sqlite(_Within):
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


class _Postgres(_Within):
    """On the driver's connection, in its transaction once the session has begun one."""

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        self._connection, self._dialect = connection, dialect

    async def all(self, question: Question[R], **values: Value) -> list[R]:
        prepared = question.on(self._dialect)
        return prepared.records(await self._connection.fetch(prepared.sql, *prepared.arguments(values)))

    async def first(self, question: Question[R], **values: Value) -> R | None:
        prepared = question.on(self._dialect)
        row = await self._connection.fetchrow(prepared.sql, *prepared.arguments(values))
        return prepared.records([row])[0] if row is not None else None
