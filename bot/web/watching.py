"""What a process says about itself: ready or not, well or not, and its figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import version

from bot.clock import Clock
from bot.db.engine import Database
from bot.measures import MEASURES
from bot.services import watching
from bot.web.metrics import Scraped, exposition


class Watch:
    """`own` names what only this process can know of itself: its contact with Telegram, that it is stopping.

    A late sweep makes a process unready that sweeps; the others go on answering, and their figures show it.
    """

    def __init__(
        self, db: Database, clock: Clock, roles: tuple[str, ...], own: Callable[[], Awaitable[list[str]]]
    ) -> None:
        self._db, self._clock, self._roles, self._own = db, clock, roles, own

    async def failing(self) -> list[str]:
        """What keeps us from being ready, by name: database, migrations, sweeps, telegram, conflict, stopping."""
        missing = await watching.not_ready(self._db, self._clock.now(), sweeps="jobs" in self._roles)
        return [*missing, *await self._own()]

    async def unwell(self) -> list[str]:
        """What keeps the heartbeat back: whatever keeps us from being ready, and everything that stands still."""
        if failing := await self.failing():
            return failing
        now = self._clock.now()
        async with self._db.read() as session:
            return sorted(await watching.standing_still(session, now))

    async def metrics(self) -> bytes:
        """The figures for Prometheus; without the database the process's own."""
        found = await watching.figures(self._db, self._clock.now())
        scraped = Scraped(
            version=version("baton"),
            roles=self._roles,
            failing=tuple(await self.failing()),
            depths=found.depths if found else None,
            database_seconds=found.seconds if found else None,
            overdue=found.overdue if found else 0,
        )
        return exposition(MEASURES, scraped)
