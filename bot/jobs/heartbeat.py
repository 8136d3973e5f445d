"""The dead man's switch: somebody elsewhere is told that all is well, and raises the alarm when that ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp
import structlog

log = structlog.get_logger(__name__)
PAUSE_SECONDS = 55.0
TIMEOUT_SECONDS = 10.0


class Heartbeat:
    """Pings `url` after a sweep, about once a minute, if `unwell()` names nothing. `beat()` never waits."""

    def __init__(self, url: str, unwell: Callable[[], Awaitable[list[str]]], pause: float = PAUSE_SECONDS) -> None:
        self._url, self._unwell, self._pause = url, unwell, pause
        self._swept = asyncio.Event()
        self._next = 0.0

    def beat(self) -> None:
        """A sweep is done."""
        self._swept.set()

    async def run(self) -> None:
        """Ping for ever; whatever goes wrong is logged and silence is the message."""
        while True:
            await self._swept.wait()
            self._swept.clear()
            if time.monotonic() < self._next:
                continue
            try:
                if unwell := await self._unwell():
                    log.warning("heartbeat held back", unwell=unwell)
                elif await self._ping():
                    self._next = time.monotonic() + self._pause
            except Exception as error:  # noqa: BLE001 - outer rim: the bot does not stop because its watcher is away
                # The address is a secret, and most errors name it.
                log.warning("heartbeat failed", error=type(error).__name__)

    async def _ping(self) -> bool:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as http, http.get(self._url) as answer:
            if not answer.ok:
                log.warning("heartbeat refused", status=answer.status)
            return answer.ok
