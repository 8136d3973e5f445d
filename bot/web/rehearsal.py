"""The rehearsal clock, set forward from outside: each morning's jobs run, each push leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import RehearsalClock
from bot.db.engine import Database
from bot.services.rehearsing import digest_hour, steps_between, stops_after


class Rehearsal:
    """`sweep` does what is due at a moment, `drain` sends what came of it."""

    def __init__(
        self,
        db: Database,
        clock: RehearsalClock,
        zone: ZoneInfo,
        sweep: Callable[[datetime], Awaitable[object]],
        drain: Callable[[], Awaitable[object]],
    ) -> None:
        self._db, self._clock, self._zone = db, clock, zone
        self._sweep, self._drain = sweep, drain
        self._moving = asyncio.Lock()

    async def stops(self, _to: str | None = None) -> dict[str, object]:
        """Where the clock stands and where it can go."""
        now = self._clock.now()
        stops = stops_after(now, await digest_hour(self._db, now))
        return {"now": now.isoformat(), "stops": [{"key": stop.key, "at": stop.at.isoformat()} for stop in stops]}

    async def go(self, wanted: str) -> dict[str, object]:
        """Live through to a stop (by key) or a moment (ISO). Raises ValueError for neither."""
        async with self._moving:
            now = self._clock.now()
            hour = await digest_hour(self._db, now)
            keyed = {stop.key: stop.at for stop in stops_after(now, hour)}
            to = keyed.get(wanted) or datetime.fromisoformat(wanted)
            if to.tzinfo is None:
                to = to.replace(tzinfo=self._zone)
            for step in steps_between(now, to, hour):
                self._clock.set(step)
                await self._sweep(self._clock.now())
                await self._drain()
        return await self.stops()
