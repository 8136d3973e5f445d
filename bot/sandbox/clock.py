"""The rehearsal clock: real time, or the bot's own time where its rehearsal endpoint is known."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bot.sandbox.hub import Hub
from bot.sandbox.settings import Settings

ASK_EVERY_SECONDS = 5.0
# While the bot's clock runs through days, messages take their stamps from it.
ASK_WHILE_BUSY_SECONDS = 0.4
ASK_TIMEOUT = aiohttp.ClientTimeout(total=3)
MOVE_TIMEOUT = aiohttp.ClientTimeout(total=900)


class ClockError(Exception):
    """The bot's rehearsal endpoint is not there, or refused."""


class Clock:
    def __init__(self, settings: Settings, hub: Hub) -> None:
        self._settings = settings
        self._hub = hub
        self._offset = 0.0 if settings.clock_start is None else settings.clock_start - settings.wall()
        self._stops: list[dict[str, Any]] = []
        self.busy = False
        self.connected = False

    def now(self) -> int:
        """Seconds since the epoch by which messages are stamped."""
        return int(self._settings.wall() + self._offset)

    def state(self) -> dict[str, Any]:
        """`rehearsal`: an endpoint is configured; `connected`: it answered last; `stops`: where the clock may jump."""
        return {
            "now": datetime.fromtimestamp(self._settings.wall() + self._offset, UTC).isoformat(),
            "rehearsal": self._settings.clock_upstream is not None,
            "connected": self.connected,
            "busy": self.busy,
            "stops": self._stops,
            "timezone": self._settings.timezone,
        }

    async def refresh(self) -> None:
        """Asks the bot what time it believes it is."""
        if not self._settings.clock_upstream:
            return
        try:
            async with (
                aiohttp.ClientSession(timeout=ASK_TIMEOUT) as session,
                session.get(self._settings.clock_upstream) as answer,
            ):
                self._take(await answer.json())
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError):
            self._set_connected(False)

    async def move(self, to: str) -> dict[str, Any]:
        """Sends the bot's clock on; returns when what became due has run."""
        if not self._settings.clock_upstream:
            raise ClockError("no rehearsal clock: the messenger was started without one")
        if self.busy:
            raise ClockError("the clock is moving already")
        self.busy = True
        self._tell()
        watch = asyncio.create_task(self._watch())
        try:
            async with (
                aiohttp.ClientSession(timeout=MOVE_TIMEOUT) as session,
                session.post(self._settings.clock_upstream, json={"to": to}) as answer,
            ):
                if answer.status != 200:
                    raise ClockError(f"the bot refused: {answer.status} {(await answer.text())[:300]}")
                self._take(await answer.json())
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
            raise ClockError(f"the bot's clock does not answer: {error}") from error
        finally:
            watch.cancel()
            self.busy = False
            self._tell()
        return self.state()

    async def follow(self) -> None:
        """Runs for ever: keeps the stamps right although the bot may restart with another time."""
        while True:
            await self.refresh()
            await asyncio.sleep(ASK_EVERY_SECONDS if self.connected else 1.0)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(ASK_WHILE_BUSY_SECONDS)
            await self.refresh()

    def _take(self, answer: dict[str, Any]) -> None:
        now = datetime.fromisoformat(answer["now"])
        before, stops = self._offset, self._stops
        self._offset = now.timestamp() - self._settings.wall()
        self._stops = list(answer.get("stops") or [])
        self.connected = True
        if abs(before - self._offset) > 1.5 or stops != self._stops:
            self._tell()

    def _set_connected(self, connected: bool) -> None:
        if self.connected != connected:
            self.connected = connected
            self._tell()

    def _tell(self) -> None:
        self._hub.tell("clock", **self.state())
