"""Durable receive: an update is on disk before Telegram is told that we have it, its end soon after it.

Arrivals and ends share commits: whoever comes while one is being written goes into the next, all together. An end that
finds no arrival to go with waits FLUSH_SECONDS. A process that is killed in that time answers again, after the restart,
a question that it has just answered; what an answer reported as done is not done again, for an effect is marked in its
own transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog

from bot.clock import Clock
from bot.db.engine import Database
from bot.db.intake import EndedUpdate, Intake, intake_of
from bot.db.trouble import is_trouble
from bot.db.updates import ReceivedUpdate
from bot.domain.pushes import UpdateState

log = structlog.get_logger(__name__)
FLUSH_SECONDS = 0.05
# Pauses while ends cannot be written, in seconds; the last one repeats.
TROUBLE_SECONDS = (0.2, 1.0, 3.0)
# Numbers beyond are no chat of Telegram's, and no column holds them.
LARGEST = 2**63


def describe(raw: dict[str, Any]) -> ReceivedUpdate:
    """The stored form of an update. Raises ValueError for something that is no update."""
    update_id = raw.get("update_id")
    if not isinstance(update_id, int):
        raise ValueError("an update has an integer update_id")
    kind = next((key for key in raw if key != "update_id"), "unknown")
    chat_id = _chat_id(raw.get(kind))
    return ReceivedUpdate(
        update_id, chat_id, kind if kind.isidentifier() else "unknown", orjson.dumps(raw).decode(), raw=raw
    )


def _chat_id(content: Any) -> int | None:
    """The chat whose order the update belongs to; a press belongs to the chat of its message."""
    if not isinstance(content, dict):
        return None
    holder = content.get("message") if "chat" not in content else content
    chat = holder.get("chat") if isinstance(holder, dict) else None
    source = chat if isinstance(chat, dict) else content.get("from")
    found = source.get("id") if isinstance(source, dict) else None
    return found if isinstance(found, int) and abs(found) < LARGEST else None


@dataclass(eq=False)
class _Arrivals:
    """A batch that waits to be written; `new` when it is."""

    received: list[ReceivedUpdate]
    new: set[int] | None = None
    failure: Exception | None = None


class Inbox:
    """Stores updates and their ends; what is new comes back to be handled."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._clock = clock
        self.intake: Intake = intake_of(db)
        self._waiting: list[_Arrivals] = []
        self._ends: dict[int, EndedUpdate] = {}
        # Set while there are ends that are not on disk.
        self.ended = asyncio.Event()
        # Held while something is written, and while somebody looks what is unfinished.
        self.turn = asyncio.Lock()

    async def accept(self, raw: Sequence[dict[str, Any]]) -> list[ReceivedUpdate]:
        """Store a batch; the updates that were not there yet, in order. Concurrent batches share a commit."""
        received = {item.update_id: item for item in reversed([describe(item) for item in raw])}
        if not received:
            return []
        batch = _Arrivals(list(received.values()))
        self._waiting.append(batch)
        try:
            async with self.turn:
                if batch.new is None and batch.failure is None:
                    await self._write()
        finally:
            if batch in self._waiting:
                self._waiting.remove(batch)
        if batch.failure is not None:
            raise batch.failure
        new = batch.new or set()
        return sorted((item for item in batch.received if item.update_id in new), key=lambda item: item.update_id)

    def end(self, item: ReceivedUpdate, state: UpdateState, error: str | None = None) -> None:
        """Note the end of an update's handling; it is on disk with the next commit."""
        self._ends[item.update_id] = EndedUpdate(item.update_id, item.chat_id, state, self._clock.now(), error)
        self.ended.set()

    def has_ended(self, update_id: int) -> bool:
        """Whether its end is noted and not on disk yet."""
        return update_id in self._ends

    def chats_with_ends(self) -> set[int | None]:
        """Chats of the ends that are not on disk yet."""
        return {end.chat_id for end in self._ends.values()}

    async def flush(self) -> None:
        """Return when all ends are on disk, however long the database is away."""
        attempt = 0
        while self._ends:
            async with self.turn:
                error = await self._write()
            if error is None:
                continue
            say = log.warning if is_trouble(error) else log.error
            say("ends not written yet", updates=len(self._ends), error=type(error).__name__)
            await asyncio.sleep(TROUBLE_SECONDS[min(attempt, len(TROUBLE_SECONDS) - 1)])
            attempt += 1

    async def _write(self) -> Exception | None:
        """One commit for all that waits now; what kept it from being written, told to all who wait for it."""
        batches, self._waiting = self._waiting, []
        ends = list(self._ends.values())
        self.ended.clear()
        try:
            await self._write_together(batches, ends)
        except Exception as error:  # noqa: BLE001 - it is raised where the batches came from
            for batch in batches:
                batch.failure = error
            if ends:
                self.ended.set()
            return error
        except BaseException:
            # Only this caller is gone: the others' batches go into the next commit.
            self._waiting = batches + self._waiting
            raise
        for end in ends:
            if self._ends.get(end.update_id) is end:
                del self._ends[end.update_id]
        return None

    async def _write_together(self, batches: list[_Arrivals], ends: list[EndedUpdate]) -> None:
        received: dict[int, ReceivedUpdate] = {}
        for batch in batches:
            for item in batch.received:
                received.setdefault(item.update_id, item)
        new = await self.intake.record(list(received.values()), ends, self._clock.now())
        for batch in batches:
            # Of the same update in two batches at once the first one has it.
            batch.new = {item.update_id for item in batch.received if received[item.update_id] is item} & new
