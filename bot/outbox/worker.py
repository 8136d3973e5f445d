"""The outbox worker: claims due pushes, sends and settles them. Knows only rows and a transport."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import select, update

from bot.clock import Clock
from bot.db import pushes
from bot.db.engine import Database
from bot.db.tables import Account, Push
from bot.domain.pushes import Priority, PushState
from bot.outbox.delivery import DeliveryError, FailureKind, Transport, after_failure
from bot.outbox.limits import Limits

log = structlog.get_logger(__name__)
BATCH = 20
IDLE_SECONDS = 1.0
UNREACHABLE = (FailureKind.BLOCKED, FailureKind.GONE)


class Outbox:
    """Sends what is queued. `again` turns the text of a push that may have arrived into the words of its repetition."""

    def __init__(
        self, db: Database, transport: Transport, clock: Clock, *, name: str, again: Callable[[str], str]
    ) -> None:
        self._db, self._transport, self._clock = db, transport, clock
        self._name, self._again = name, again
        self.limits = Limits()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something was enqueued: look now instead of at the next round."""
        self._woken.set()

    async def recover(self) -> None:
        """After a start: what was in flight when the last sender died may or may not have arrived.

        An urgent push goes again, marked as a repetition under the same content; a routine one stays uncertain.
        """
        async with self._db.write() as session:
            for push in await pushes.abandoned(session):
                await self._settle_uncertain(push)

    async def run(self) -> None:
        """Drain for ever."""
        await self.recover()
        while True:
            if not await self.drain_one():
                self._woken.clear()
                try:
                    await asyncio.wait_for(self._woken.wait(), IDLE_SECONDS)
                except TimeoutError:
                    continue

    async def drain(self) -> int:
        """Send all that is due now; how many were sent or given up."""
        count = 0
        while done := await self.drain_one():
            count += done
        return count

    async def drain_one(self) -> int:
        """Claim and send one batch over different chats at once; how many were claimed."""
        async with self._db.write() as session:
            batch = await pushes.claim(session, self._clock.now(), self._name, BATCH)
        if batch:
            async with asyncio.TaskGroup() as group:
                for push in batch:
                    group.create_task(self._deliver(push))
        return len(batch)

    async def _deliver(self, push: Push) -> None:
        # Others take tokens while we sleep, so the wait is asked for again.
        while wait := self.limits.wait(push.chat_id, time.monotonic()):  # noqa: ASYNC110
            await asyncio.sleep(wait)
        self.limits.take(push.chat_id, time.monotonic())
        try:
            message_id = await self._transport.send(push, push.text)
        except DeliveryError as error:
            await self._failed(push, error)
            return
        now = self._clock.now()
        async with self._db.write() as session:
            await session.execute(
                update(Push)
                .where(Push.id == push.id)
                .values(state=PushState.SENT.value, sent_at=now, message_id=message_id, error=None)
            )
        log.info("push sent", push=push.id, kind=push.kind)

    async def _failed(self, push: Push, error: DeliveryError) -> None:
        log.warning("push failed", push=push.id, kind=push.kind, failure=error.kind.value, attempts=push.attempts)
        if error.kind is FailureKind.FLOOD:
            self.limits.block(error.retry_after or 1.0, time.monotonic())
        verdict = after_failure(error, push.attempts)
        now = self._clock.now()
        async with self._db.write() as session:
            row = (await session.scalars(select(Push).where(Push.id == push.id).with_for_update())).one()
            row.error = str(error)
            if verdict.delay is not None:
                row.state, row.not_before = PushState.QUEUED.value, now + timedelta(seconds=verdict.delay)
            elif verdict.state == PushState.UNCERTAIN.value:
                await self._settle_uncertain(row)
            else:
                row.state = PushState.FAILED.value
            if error.kind in UNREACHABLE:
                await session.execute(
                    update(Account)
                    .where(Account.chat_id == push.chat_id, Account.unbound_at.is_(None))
                    .values(unreachable_since=now)
                )

    async def _settle_uncertain(self, push: Push) -> None:
        """One repetition of an urgent push; the words say that it is one."""
        if push.priority == Priority.RED and push.text != (again := self._again(push.text)):
            push.text, push.state, push.not_before = again, PushState.QUEUED.value, self._clock.now()
        else:
            push.state = PushState.UNCERTAIN.value
