"""One active sender per database: a lock that PostgreSQL gives back by itself when its holder dies."""

from __future__ import annotations

import asyncio
import contextlib

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database

# Key of the advisory lock; never reused for anything else.
KEY = 71_100


class Lease:
    """`hold()` takes or keeps the lease. SQLite serves one process, which always holds it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._connection: AsyncConnection | None = None

    async def hold(self) -> bool:
        """Whether we are the active sender now. Raises what the database raises when it is away; then we are not."""
        if self._db.is_sqlite:
            return True
        try:
            if self._connection is not None:
                await self._connection.execute(text("SELECT 1"))
                return True
            return await self._take()
        except (SQLAlchemyError, OSError):
            await self.release()
            raise

    async def _take(self) -> bool:
        connection = await self._db.engine.connect()
        try:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            taken = bool(await connection.scalar(select(func.pg_try_advisory_lock(KEY))))
        except BaseException:
            await connection.invalidate()
            await connection.close()
            raise
        if not taken:
            await connection.close()
            return False
        self._connection = connection
        return True

    async def release(self) -> None:
        """Give the lease back: the connection is closed for good, so that the lock cannot linger in the pool."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with contextlib.suppress(SQLAlchemyError, OSError, asyncio.TimeoutError):
            await connection.invalidate()
            await connection.close()
