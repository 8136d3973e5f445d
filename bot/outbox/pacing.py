"""Lets the processes of one bot share Telegram's limits without costing an answer anything.

Each process counts its answers in memory and notes the count once a second, while there is one; the sender takes the
others' counts from what its pushes may use. Whoever is told by Telegram to be quiet notes that at once, and all obey
within a second. SQLite serves one process: there only the silence is noted, so that it outlives a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

import structlog

from bot.db import pace
from bot.db.engine import Database
from bot.db.trouble import is_trouble
from bot.outbox.limits import Limits

log = structlog.get_logger(__name__)
SECONDS = 1.0


class Pacing:
    """Exchanges counts between `limits` and the table that all processes read."""

    def __init__(self, db: Database, limits: Limits, process: str) -> None:
        self._db, self._limits, self._process = db, limits, process
        self._told = asyncio.Event()
        limits.on_block = self._told.set
        self._known = 0.0

    async def run(self) -> None:
        """Exchange once a second until cancelled; a database that is away only means not to know of the others."""
        first = True
        while True:
            try:
                if first or not self._db.is_sqlite or self._told.is_set():
                    await self.exchange()
                first = False
            except Exception as error:
                if not is_trouble(error):
                    raise
                log.warning("limits not exchanged", kind=type(error).__name__)
                await asyncio.sleep(SECONDS)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), None if self._db.is_sqlite else SECONDS)

    async def exchange(self) -> None:
        """Note what is new here, learn what is new elsewhere."""
        now = time.monotonic()
        quiet = self._limits.quiet(now)
        mine = quiet if self._limits.blocked_until > self._known else 0.0
        answers = 0 if self._db.is_sqlite else self._limits.answers
        if answers or mine:
            async with self._db.write() as session:
                await pace.note(session, self._process, answers, mine)
        self._limits.answers -= answers
        self._told.clear()
        async with self._db.read() as session:
            found = await pace.others(session, self._process)
        now = time.monotonic()
        if found.answers:
            self._limits.answered_elsewhere(found.answers, now)
        if found.quiet > self._limits.quiet(now) + 0.05:
            log.warning("quiet", seconds=round(found.quiet, 1))
            self._limits.block(found.quiet, now)
            self._told.clear()
        self._known = self._limits.blocked_until
