"""The outbox worker: claims due pushes, sends and settles them. Knows only rows and a transport."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.db import claims
from bot.db.claims import Arrived, Claim, Claimed
from bot.db.engine import Database
from bot.db.tables import Push
from bot.db.trouble import is_trouble
from bot.domain.pushes import Channel, PushState
from bot.measures import MEASURES
from bot.outbox.delivery import Again, DeliveryError, FailureKind, Transport
from bot.outbox.lease import KEYS, Lease
from bot.outbox.limits import Limits, leave
from bot.outbox.line import Line
from bot.outbox.settling import settle_arrived, settle_failure, settle_uncertain
from bot.tracing import tracing

log = structlog.get_logger(__name__)
# Decides anew about pushes that are due and were decided long ago; how many it looked at.
Redecide = Callable[[Database, datetime], Awaitable[int]]
# Writes down what became of a push.
Settle = Callable[[AsyncSession], Awaitable[None]]
# Messages on their way at once, and how many of these places only urgent ones may take.
CONCURRENCY = 32
RESERVED = 8
IDLE_SECONDS = 1.0
# Claims closer together than this would cost more than they bring.
SHORTEST_REST = 0.02
# A push is claimed this long before its turn, so that the database costs no time between two of them. What a sender
# that dies has claimed counts as in flight, so it is no longer than that.
AHEAD_SECONDS = 0.15
# What is too late, or was decided long ago, is looked for this often.
LOOK_SECONDS = 1.0
TROUBLE_SECONDS = (0.2, 1.0, 3.0)
NO_ANSWER = frozenset({FailureKind.UNCERTAIN, FailureKind.NETWORK})


async def keep_everything(db: Database, now: datetime) -> int:
    """Let what was decided long ago leave as it is."""
    async with db.write() as session:
        old = await claims.stale(session, now, CONCURRENCY)
        for push in old:
            push.decided_at = now
        return len(old)


@dataclass(frozen=True)
class Sender:
    """Who sends, and how. `again` turns the text of a push that may have arrived into the words of its repetition."""

    name: str
    again: Again
    redecide: Redecide = keep_everything
    channel: Channel = Channel.TELEGRAM


class Outbox:
    """Sends what is queued for one channel."""

    def __init__(
        self, db: Database, transport: Transport, clock: Clock, sender: Sender, limits: Limits | None = None
    ) -> None:
        self._db, self._transport, self._clock, self._sender = db, transport, clock, sender
        self.limits = limits or Limits()
        self._line = Line()
        self._lease = Lease(db, KEYS[sender.channel])
        self._active = False
        self._in_flight: set[int] = set()
        self._woken = asyncio.Event()
        self._stopping = False
        self._next_look = 0.0
        self._flowing = False
        self._settling = asyncio.Lock()
        self._unsettled: list[tuple[Settle, asyncio.Future[None]]] = []

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
        wait = self.limits.wait(now)
        # Several turns are claimed together.
        waits = [IDLE_SECONDS, *self.limits.waiting(now).values()]
        if wait > 0:
            waits.append(wait - AHEAD_SECONDS / 3)
        if pause := self._line.wait(now):
            waits = [pause]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), max(SHORTEST_REST, min(waits)))

    async def recover(self) -> None:
        """What was in flight when its sender died may or may not have arrived.

        An urgent push goes again, marked as a repetition under the same content; a routine one stays uncertain. What
        we claimed ourselves without coming to send it (the claim's commit was not confirmed) certainly did not arrive.
        """
        now = self._clock.now()
        async with self._db.write() as session:
            for push in await claims.sending(session, self._sender.channel):
                if push.id in self._in_flight:
                    continue
                log.warning("push was in flight", push=push.id, kind=push.kind)
                if push.claimed_by == self._sender.name:
                    push.state = PushState.QUEUED.value
                else:
                    await settle_uncertain(session, push, now, self._sender.again)

    async def drain(self) -> int:
        """Send all that is due now, waiting where a limit asks for it; how many were tried.

        Whoever calls wants it tried now: a broken line is no reason to wait.
        """
        count, self._next_look = 0, 0.0
        while True:
            self._line.held()
            async with asyncio.TaskGroup() as group:
                started = await self._start_due(group)
            count += started
            if started:
                continue
            if not self._in_flight:
                async with self._db.read() as session:
                    if not await claims.any_due(session, self._clock.now(), self._sender.channel):
                        return count
            await self._rest()

    async def _start_due(self, group: asyncio.TaskGroup) -> int:
        """Claim as much as limits and places allow, urgent first, and start sending it."""
        started, now = time.monotonic(), self._clock.now()
        if started >= self._next_look:
            await self._look(now)
            self._next_look = started + LOOK_SECONDS
        places = CONCURRENCY - len(self._in_flight)
        room = self._line.room(min(self.limits.room(started, AHEAD_SECONDS), places), len(self._in_flight), started)
        if room < 1:
            return 0
        if not self._flowing:
            # Asking costs less than a writer's turn for nothing.
            async with self._db.read() as session:
                self._flowing = await claims.any_due(session, now, self._sender.channel)
        # `stop()` may have come while the database was asked: it promises that nothing more is claimed.
        if not self._flowing or self._stopping:
            return 0
        routine = min(room, places - RESERVED)
        waiting = tuple(self.limits.waiting(started))
        wanted = Claim(now, self._sender.name, max(routine, 1), waiting, routine < 1, self._sender.channel)
        async with self._db.write() as session:
            claimed = await claims.claim(session, wanted)
        self._flowing = bool(claimed)
        for one in claimed:
            at = self.limits.reserve(one.push.chat_id, time.monotonic())
            self._in_flight.add(one.push.id)
            group.create_task(self._deliver(one, at))
        return len(claimed)

    async def _look(self, now: datetime) -> None:
        """Nothing leaves that is too late, or that was decided before an outage and is not true any more."""
        async with self._db.read() as session:
            late, old = await claims.any_expired(session, now), await claims.any_stale(session, now)
        if late:
            async with self._db.write() as session:
                await claims.expire(session, now)
        while old and not self._stopping:
            looked = await self._sender.redecide(self._db, now)
            log.info("decided anew", pushes=looked)
            async with self._db.read() as session:
                old = bool(looked) and await claims.any_stale(session, now)

    async def _deliver(self, claimed: Claimed, at: float) -> None:
        try:
            await leave(self.limits, at)
            with tracing(claimed.push.trace or f"p{claimed.push.id}"):
                await self._send(claimed)
        except Exception as error:
            log.error("push not settled", push=claimed.push.id, kind=claimed.push.kind, exc_info=error)
        finally:
            # While pushes flow the next turn comes by itself, unless all places were taken.
            if not self._flowing or len(self._in_flight) >= CONCURRENCY - RESERVED:
                self.wake()
            self._in_flight.discard(claimed.push.id)

    async def _send(self, claimed: Claimed) -> None:
        push, begun = claimed.push, time.perf_counter()
        words = self._sender.again(push.text) if push.repeated else push.text
        try:
            if quiet := self.limits.quiet(time.monotonic()):
                # The whole bot was told to be quiet while this push waited for its turn.
                raise DeliveryError(FailureKind.FLOOD, quiet, "not sent")
            delivered = await self._transport.send(claimed, words)
        except DeliveryError as error:
            MEASURES.push_tried(push.kind, error.kind.value, time.perf_counter() - begun)
            await self._failed(push, error)
        except Exception as error:
            MEASURES.push_tried(push.kind, "unsendable", time.perf_counter() - begun)
            log.error("push not sendable", push=push.id, kind=push.kind, exc_info=error)
            await self._failed(push, DeliveryError(FailureKind.BAD_REQUEST, detail=type(error).__name__))
        else:
            self._line.held()
            MEASURES.push_tried(push.kind, "sent", time.perf_counter() - begun)
            name, ids = self._sender.name, delivered.message_ids
            done = Arrived(push.id, name, ids, words, self._clock.now(), delivered.remark)
            await self._persist(lambda session: settle_arrived(session, push, replace(done, now=self._clock.now())))
            log.info("push sent", push=push.id, kind=push.kind)

    async def _failed(self, push: Push, error: DeliveryError) -> None:
        failure = error.kind.value
        if error.kind in NO_ANSWER:
            self._line.failed(time.monotonic())
        else:
            self._line.held()
        log.warning("push failed", push=push.id, kind=push.kind, failure=failure, tries=push.attempts)
        if error.kind is FailureKind.FLOOD or error.retry_after:
            self.limits.block(error.retry_after or 1.0, time.monotonic())
        await self._persist(lambda session: settle_failure(session, push, error, self._clock.now(), self._sender.again))

    async def _persist(self, settle: Settle) -> None:
        """Write down what happened to a push: what comes together is written in one transaction."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unsettled.append((settle, done))
        async with self._settling:
            if not done.done():
                batch, self._unsettled = self._unsettled, []
                await self._write(batch)
        await done

    async def _write(self, batch: list[tuple[Settle, asyncio.Future[None]]]) -> None:
        """However long the database is away: only we know what happened. A settlement that fails fails alone."""
        for attempt in range(1_000_000):
            try:
                async with self._db.write() as session:
                    for settle, _ in batch:
                        await settle(session)
            except Exception as error:  # noqa: BLE001 - goes to whoever waits for this settlement
                if is_trouble(error):
                    log.warning("push not settled yet", kind=type(error).__name__)
                    await asyncio.sleep(TROUBLE_SECONDS[min(attempt, len(TROUBLE_SECONDS) - 1)])
                elif len(batch) == 1:
                    batch[0][1].set_exception(error)
                    return
                else:
                    for one in batch:
                        await self._write([one])
                    return
            else:
                for _, done in batch:
                    done.set_result(None)
                return
