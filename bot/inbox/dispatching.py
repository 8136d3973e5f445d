"""Handles stored updates: in order within a chat, chats in parallel, each to an end state."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from bot.clock import Clock
from bot.db import updates
from bot.db.engine import Database
from bot.db.updates import ReceivedUpdate
from bot.domain.pushes import UpdateState

log = structlog.get_logger(__name__)
ATTEMPTS = 3
RETRY_SECONDS = (0.5, 2.0)


class MayPass(Exception):
    """Handling failed for a cause that may pass: try again."""


class HandlingFailed(Exception):
    """Handling failed for good; the person has been answered and the administrators told."""


Handle = Callable[[ReceivedUpdate], Awaitable[None]]


class Dispatcher:
    """`handle` brings one update to its effect and its answer; it raises MayPass or HandlingFailed otherwise."""

    def __init__(self, db: Database, clock: Clock, handle: Handle) -> None:
        self._db, self._clock, self._handle = db, clock, handle
        self._chats: dict[int | None, deque[ReceivedUpdate]] = {}
        self._arrived: asyncio.Queue[int | None] = asyncio.Queue()
        self._quiet = asyncio.Event()
        self._quiet.set()

    def submit(self, received: list[ReceivedUpdate]) -> None:
        """Put updates behind what their chats already wait for."""
        for item in received:
            line = self._chats.get(item.chat_id)
            self._quiet.clear()
            if line is None:
                self._chats[item.chat_id] = deque([item])
                self._arrived.put_nowait(item.chat_id)
            else:
                line.append(item)

    async def run(self) -> None:
        """Work for ever; one worker for each chat that has something waiting."""
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self._work_off(await self._arrived.get()))

    async def idle(self) -> None:
        """Wait until nothing is waiting (for a graceful stop, and for tests)."""
        await self._quiet.wait()

    async def _work_off(self, chat_id: int | None) -> None:
        line = self._chats[chat_id]
        while line:
            await self.handle_one(line[0])
            line.popleft()
        del self._chats[chat_id]
        if not self._chats:
            self._quiet.set()

    async def handle_one(self, item: ReceivedUpdate) -> None:
        """Bring one update to its end state; never raises for what the handling did."""
        state, error = UpdateState.DONE, None
        for attempt in range(ATTEMPTS):
            try:
                await self._handle(item)
                break
            except MayPass as cause:
                error = str(cause)
                if attempt + 1 == ATTEMPTS:
                    state = UpdateState.PARKED
                else:
                    await asyncio.sleep(RETRY_SECONDS[attempt])
            except HandlingFailed as cause:
                state, error = UpdateState.PARKED, str(cause)
                break
        if state is UpdateState.PARKED:
            log.error("update parked", update_id=item.update_id, kind=item.kind, error=error)
        async with self._db.write() as session:
            await updates.settle(session, item.update_id, state, self._clock.now(), error)
