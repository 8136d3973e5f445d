"""The outbox worker: claims due pushes, sends and settles them. Knows only rows and a transport."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.db import pushes
from bot.db.engine import Database
from bot.db.pushes import Claim
from bot.db.tables import Push
from bot.db.trouble import is_trouble
from bot.domain.pushes import PushState
from bot.outbox.delivery import DeliveryError, FailureKind, Transport
from bot.outbox.lease import Lease
from bot.outbox.limits import Limits
from bot.outbox.settling import Again, settle_failure, settle_uncertain

log = structlog.get_logger(__name__)
# Messages on their way at once, and how many of these places only urgent ones may take.
CONCURRENCY = 32
RESERVED = 8
IDLE_SECONDS = 1.0
# Claims closer together than this would cost more than they bring.
SHORTEST_REST = 0.02
TROUBLE_SECONDS = (0.2, 1.0, 3.0)


class Outbox:
    """Sends what is queued. `again` turns the text of a push that may have arrived into the words of its repetition."""

    def __init__(self, db: Database, transport: Transport, clock: Clock, *, name: str, again: Again) -> None:
        self._db, self._transport, self._clock = db, transport, clock
        self._name, self._again = name, again
        self.limits = Limits()
        self._lease = Lease(db)
        self._active = False
        self._in_flight: set[int] = set()
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something was enqueued: look now instead of at the next round."""
        self._woken.set()

    def stop(self) -> None:
        """Claim nothing more; `run()` ends when what is on its way has been settled."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Send whatever becomes due, until `stop()`. Trouble with the database pauses, it never ends the loop."""
        try:
            async with asyncio.TaskGroup() as group:
                while not self._stopping:
                    self._woken.clear()
                    if not await self._turn(group):
                        await self._rest()
        finally:
            self._active = False
            await self._lease.release()

    async def _turn(self, group: asyncio.TaskGroup) -> int:
        """Start what may start now; how many. Another sender's turn, or trouble, counts as none."""
        try:
            active = await self._lease.hold()
            if active and not self._active:
                await self.recover()
            self._active = active
            return await self._start_due(group) if active else 0
        except Exception as error:
            self._active = False
            log.error("outbox round failed", kind=type(error).__name__, exc_info=None if is_trouble(error) else error)
            return 0

    async def _rest(self) -> None:
        now = time.monotonic()
        waits = [IDLE_SECONDS, *self.limits.waiting(now).values()]
        if wait := self.limits.wait(now):
            waits.append(wait)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), max(SHORTEST_REST, min(waits)))

    async def recover(self) -> None:
        """What was in flight when its sender died may or may not have arrived.

        An urgent push goes again, marked as a repetition under the same content; a routine one stays uncertain. What
        we claimed ourselves without coming to send it (the claim's commit was not confirmed) certainly did not arrive.
        """
        now = self._clock.now()
        async with self._db.write() as session:
            for push in await pushes.sending(session):
                if push.id in self._in_flight:
                    continue
                log.warning("push was in flight", push=push.id, kind=push.kind)
                if push.claimed_by == self._name:
                    push.state = PushState.QUEUED.value
                else:
                    settle_uncertain(push, now, self._again)

    async def drain(self) -> int:
        """Send all that is due now, waiting where a limit asks for it; how many were tried."""
        count = 0
        while True:
            async with asyncio.TaskGroup() as group:
                started = await self._start_due(group)
            count += started
            if started:
                continue
            if not self._in_flight:
                async with self._db.read() as session:
                    if not await pushes.any_due(session, self._clock.now()):
                        return count
            await self._rest()

    async def _start_due(self, group: asyncio.TaskGroup) -> int:
        """Claim as much as limits and places allow, urgent first, and start sending it."""
        started = time.monotonic()
        places = CONCURRENCY - len(self._in_flight)
        room = min(self.limits.room(started), places)
        if room < 1:
            return 0
        now = self._clock.now()
        async with self._db.read() as session:
            due = await pushes.any_due(session, now)
        # `stop()` may have come while the database was asked: it promises that nothing more is claimed.
        if not due or self._stopping:
            return 0
        routine = min(room, places - RESERVED)
        wanted = Claim(now, self._name, max(routine, 1), tuple(self.limits.waiting(started)), urgent_only=routine < 1)
        async with self._db.write() as session:
            claimed = await pushes.claim(session, wanted)
        for push in claimed:
            self.limits.take(push.chat_id, time.monotonic())
            self._in_flight.add(push.id)
            group.create_task(self._deliver(push))
        return len(claimed)

    async def _deliver(self, push: Push) -> None:
        try:
            await self._send(push)
        except Exception as error:
            log.error("push not settled", push=push.id, kind=push.kind, exc_info=error)
        finally:
            self._in_flight.discard(push.id)
            self.wake()

    async def _send(self, push: Push) -> None:
        try:
            message_id = await self._transport.send(push, push.text)
        except DeliveryError as error:
            await self._failed(push, error)
        except Exception as error:
            log.error("push not sendable", push=push.id, kind=push.kind, exc_info=error)
            await self._failed(push, DeliveryError(FailureKind.BAD_REQUEST, detail=type(error).__name__))
        else:
            await self._persist(
                lambda session: pushes.settle_sent(session, push.id, self._name, message_id, self._clock.now())
            )
            log.info("push sent", push=push.id, kind=push.kind)

    async def _failed(self, push: Push, error: DeliveryError) -> None:
        log.warning("push failed", push=push.id, kind=push.kind, failure=error.kind.value, attempts=push.attempts)
        if error.kind is FailureKind.FLOOD or error.retry_after:
            self.limits.block(error.retry_after or 1.0, time.monotonic())
        await self._persist(lambda session: settle_failure(session, push, error, self._clock.now(), self._again))

    async def _persist(self, settle: Callable[[AsyncSession], Awaitable[None]]) -> None:
        """Write down what happened to a push, however long the database is away: only we know it."""
        for attempt in range(1_000_000):
            try:
                async with self._db.write() as session:
                    await settle(session)
                return
            except Exception as error:
                if not is_trouble(error):
                    raise
                log.warning("push not settled yet", kind=type(error).__name__)
                await asyncio.sleep(TROUBLE_SECONDS[min(attempt, len(TROUBLE_SECONDS) - 1)])
