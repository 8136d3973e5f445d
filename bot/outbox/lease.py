"""One active sender per database and channel: a lock that PostgreSQL gives back by itself when its holder is gone."""

from __future__ import annotations

import asyncio
import contextlib
import time

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.engine import Database
from bot.domain.pushes import Channel

# Keys of the advisory locks; never reused for anything else.
KEYS = {Channel.TELEGRAM: 71_100, Channel.SECOND: 71_101}
# The lease time. The server ends the session of a holder that says nothing for so long (its machine lost its power or
# its network, or stands still), and with it the lock; that of a process which died goes at once.
SECONDS = 5
# How often the holder says that it is there.
RENEW_SECONDS = 1.0
# A server that takes longer than this to answer the holder has lost it.
PATIENCE_SECONDS = 3.0
# Older servers (before 14) do not know the first of these; there a half-open connection ends by the keepalive alone.
_SETTINGS = (
    "SET idle_session_timeout = {milliseconds:.0f}",
    "SET tcp_keepalives_idle = 2",
    "SET tcp_keepalives_interval = 1",
    "SET tcp_keepalives_count = 3",
)


class Lease:
    """`hold()` takes or keeps the lease. SQLite serves one process, which always holds it."""

    def __init__(self, db: Database, key: int, seconds: float = SECONDS) -> None:
        self._db, self._key, self._seconds = db, key, seconds
        self._connection: AsyncConnection | None = None
        self._held = False
        self._renewed = 0.0

    async def hold(self) -> bool:
        """Whether we are the active sender now. Raises what the database raises when it is away; then we are not."""
        if self._db.is_sqlite:
            return True
        try:
            if self._connection is None:
                self._connection = await self._connect()
            await asyncio.wait_for(self._ask(self._connection), PATIENCE_SECONDS)
        except (SQLAlchemyError, OSError):
            await self.release()
            raise
        return self._held

    async def _ask(self, connection: AsyncConnection) -> None:
        """Take the lock, or say that we are there: not too often, the lease cannot have ended a moment later."""
        now = time.monotonic()
        if not self._held:
            self._held = bool(await connection.scalar(select(func.pg_try_advisory_lock(self._key))))
        elif now - self._renewed >= RENEW_SECONDS:
            await connection.execute(text("SELECT 1"))
        else:
            return
        self._renewed = now

    async def _connect(self) -> AsyncConnection:
        connection = await self._db.engine.connect()
        try:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            for setting in _SETTINGS:
                with contextlib.suppress(SQLAlchemyError):
                    await connection.execute(text(setting.format(milliseconds=self._seconds * 1000)))
        except BaseException:
            await connection.invalidate()
            await connection.close()
            raise
        return connection

    async def release(self) -> None:
        """Give the lease back: the connection is closed for good, so that the lock cannot linger in the pool."""
        connection, self._connection, self._held = self._connection, None, False
        if connection is None:
            return
        with contextlib.suppress(SQLAlchemyError, OSError, asyncio.TimeoutError):
            await connection.invalidate()
            await connection.close()
