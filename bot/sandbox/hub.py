"""Live events for the page and for whoever waits; nothing here is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from bot.sandbox.store import dumps

HEARTBEAT_SECONDS = 15.0
# A page that does not read for so long is cut off; it reloads when it connects again.
QUEUE_LIMIT = 5000


class Hub:
    """Sends each event to every open page as server-sent events."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[str | None]] = set()
        self._number = 0

    def tell(self, event: str, **data: Any) -> None:
        self._number += 1
        line = f"id: {self._number}\nevent: {event}\ndata: {dumps(data)}\n\n"
        for page in list(self._pages):
            if page.qsize() >= QUEUE_LIMIT:
                self._pages.discard(page)
                page.put_nowait(None)
            else:
                page.put_nowait(line)

    def close(self) -> None:
        """Ends every stream, so that the server can stop."""
        for page in self._pages:
            page.put_nowait(None)
        self._pages.clear()

    async def stream(self) -> AsyncIterator[str]:
        page: asyncio.Queue[str | None] = asyncio.Queue()
        self._pages.add(page)
        try:
            yield "retry: 1000\n\nevent: hello\ndata: {}\n\n"
            while True:
                try:
                    line = await asyncio.wait_for(page.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    line = ": alive\n\n"
                if line is None:
                    return
                yield line
        finally:
            self._pages.discard(page)
