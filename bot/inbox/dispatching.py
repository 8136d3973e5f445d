"""Handles stored updates: in order within a chat, chats in parallel, each to an end state."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.db import updates
from bot.db.engine import Database
from bot.db.trouble import is_trouble
from bot.db.updates import ReceivedUpdate
from bot.domain.pushes import UpdateState

log = structlog.get_logger(__name__)
# Seconds before an update is handled again after a cause that may pass; then it is parked. Together they outlast the
# restart of a database.
RETRY_SECONDS = (0.5, 2.0, 5.0, 15.0)
LONGEST_WAIT = 60.0
SETTLE_SECONDS = (0.2, 1.0, 3.0)


class MayPass(Exception):
    """Handling failed for a cause that may pass: try again, after `retry_after` seconds if that is known."""

    def __init__(self, cause: str, retry_after: float | None = None) -> None:
        super().__init__(cause)
        self.retry_after = retry_after


class HandlingFailed(Exception):
    """Handling failed for good."""


class Handler(Protocol):
    """Brings one update to its effect and its answer."""

    async def __call__(self, item: ReceivedUpdate, again: bool) -> None:
        """`again`: an earlier attempt may have had the effect already. Raises MayPass, or anything else for good."""
        ...

    async def give_up(self, item: ReceivedUpdate, failure: Exception) -> None:
        """Answer the person and tell the administrators."""
        ...


class Dispatcher:
    """One line for each chat that has something waiting; `pauses` are the seconds between attempts."""

    def __init__(self, db: Database, clock: Clock, handler: Handler, pauses: Sequence[float] = RETRY_SECONDS) -> None:
        self._db, self._clock, self._handler = db, clock, handler
        self.pauses = pauses
        self._chats: dict[int | None, deque[ReceivedUpdate]] = {}
        self._arrived: asyncio.Queue[int | None] = asyncio.Queue()
        self._quiet = asyncio.Event()
        self._quiet.set()

    def submit(self, received: list[ReceivedUpdate]) -> None:
        """Put updates behind what their chats already wait for."""
        for item in received:
            self._quiet.clear()
            line = self._chats.get(item.chat_id)
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
        # No await since the line was found empty: nothing can have been put into it.
        del self._chats[chat_id]
        if not self._chats:
            self._quiet.set()

    async def handle_one(self, item: ReceivedUpdate) -> None:
        """Bring one update to its end state; never raises for what the handling did.

        Cancelled in the middle it leaves the update unsettled, to be resumed at the next start.
        """
        failure = await self._attempt(item)
        if failure is None:
            await self._settle(item, UpdateState.DONE, None)
            return
        log.error("update parked", update_id=item.update_id, kind=item.kind, error=str(failure))
        try:
            await self._handler.give_up(item, failure)
        except Exception as error:
            log.error("failure not explained", update_id=item.update_id, kind=type(error).__name__, exc_info=error)
        await self._settle(item, UpdateState.PARKED, f"{type(failure).__name__}: {failure}")

    async def _attempt(self, item: ReceivedUpdate) -> Exception | None:
        """None when the update is through, else why it never will be."""
        again = item.resumed
        for pause in (*self.pauses, None):
            try:
                await self._handler(item, again)
                return None
            except MayPass as cause:
                if pause is None:
                    return cause
                log.warning("update tried again", update_id=item.update_id, cause=str(cause), seconds=pause)
                await asyncio.sleep(max(pause, min(cause.retry_after or 0.0, LONGEST_WAIT)))
            except Exception as cause:  # noqa: BLE001 - outer rim: one update must not stop the others
                return cause
            again = True
        raise AssertionError("the last pause returns")

    async def _settle(self, item: ReceivedUpdate, state: UpdateState, error: str | None) -> None:
        """Write the end state, however long the database is away: the chat's order waits for it."""
        for attempt in range(1_000_000):
            try:
                async with self._db.write() as session:
                    await updates.settle(session, item.update_id, state, self._clock.now(), error)
                return
            except Exception as cause:
                if not is_trouble(cause):
                    raise
                log.warning("update not settled yet", update_id=item.update_id, kind=type(cause).__name__)
                await asyncio.sleep(SETTLE_SECONDS[min(attempt, len(SETTLE_SECONDS) - 1)])
