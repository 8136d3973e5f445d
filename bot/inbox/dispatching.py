"""Handles stored updates: in order within a chat, chats in parallel, each to an end state."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from time import perf_counter
from typing import Any, Protocol

import structlog

from bot.db.trouble import is_trouble
from bot.db.updates import STARTS, ReceivedUpdate
from bot.domain.pushes import UpdateState
from bot.inbox.patience import PAUSES, UNSURE_PAUSES, HandlingFailed, MayPass, Patience
from bot.inbox.receiving import FLUSH_SECONDS, TROUBLE_SECONDS, Inbox
from bot.measures import MEASURES
from bot.tracing import trace_of_update, tracing

log = structlog.get_logger(__name__)
# Chats that are worked on at the same moment; one more waits until one of them has nothing left.
CHATS_AT_ONCE = 512
# How often to look for updates that nobody works on: of a process that died, or put back by an operator.
LOOK_SECONDS = 2.0
# How soon to ask again for a chat that another process is just working on.
HELD_SECONDS = 0.03

__all__ = ["Dispatcher", "Handler", "HandlingFailed", "MayPass"]


class Handler(Protocol):
    """Brings one update to its effect and its answer."""

    async def __call__(self, item: ReceivedUpdate, again: bool) -> None:
        """`again`: an earlier attempt may have had the effect already. Raises MayPass, or anything else for good."""
        ...

    async def give_up(self, item: ReceivedUpdate, failure: Exception) -> None:
        """Answer the person and tell the administrators."""
        ...


def least_suspected_first(items: Iterable[ReceivedUpdate]) -> list[ReceivedUpdate]:
    """In order within each chat, and the chats by how many processes their first update has outlived.

    What is handled alone waits in this order: were it that of the numbers, one update would be in hand whenever a
    process dies early, and be parked for it.
    """
    ordered = sorted(items, key=lambda item: item.update_id)
    first: dict[int | None, int] = {}
    for item in ordered:
        first.setdefault(item.chat_id, item.starts)
    return sorted(ordered, key=lambda item: first[item.chat_id])


class Dispatcher:
    """One line for each chat that has something waiting; `pauses` are the seconds between attempts.

    Where several processes share the inbox a chat's line exists in one of them at a time: the one that holds the chat.
    """

    def __init__(self, inbox: Inbox, handler: Handler, pauses: Sequence[float] = PAUSES) -> None:
        self._inbox, self._intake, self._handler = inbox, inbox.intake, handler
        self.pauses = pauses
        self.unsure_pauses: Sequence[float] = UNSURE_PAUSES
        self._chats: dict[int | None, deque[ReceivedUpdate]] = {}
        self._workers: dict[int | None, asyncio.Task[None]] = {}
        self._in_hand: set[int] = set()
        self._arrived: asyncio.Queue[int | None] = asyncio.Queue()
        self._slots = asyncio.Semaphore(CHATS_AT_ONCE)
        # What ended several processes is handled one at a time.
        self._alone = asyncio.Lock()
        self._quiet = asyncio.Event()
        self._quiet.set()
        # Only where the inbox is shared: arrivals whose chats are not known to be ours, and chats to be let go.
        self._fresh: dict[int | None, dict[int, ReceivedUpdate]] = {}
        self._fresh_came = asyncio.Event()
        self._leaving: set[int | None] = set()

    def submit(self, received: Iterable[ReceivedUpdate]) -> None:
        """Put updates behind what their chats already wait for."""
        for item in received:
            self._quiet.clear()
            if self._intake.shared:
                self._fresh.setdefault(item.chat_id, {})[item.update_id] = item
                self._fresh_came.set()
            else:
                self._line_up(item)

    async def run(self) -> None:
        """Work for ever; one worker for each chat that has something waiting."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._settle())
            group.create_task(self._look_again())
            if self._intake.shared:
                group.create_task(self._claim())
            while True:
                chat = await self._arrived.get()
                if chat not in self._chats or chat in self._workers:
                    continue
                await self._slots.acquire()
                self._workers[chat] = group.create_task(self._work_off(chat, self._chats.setdefault(chat, deque())))

    async def idle(self) -> None:
        """Wait until nothing is waiting and all is on disk (for a graceful stop, and for tests)."""
        while True:
            await self._quiet.wait()
            await self._inbox.flush()
            if self._quiet.is_set():
                return

    # -- lines ---------------------------------------------------------------------------------------------------

    def _line_up(self, item: ReceivedUpdate) -> None:
        if item.update_id in self._in_hand or self._inbox.has_ended(item.update_id):
            return
        self._quiet.clear()
        self._in_hand.add(item.update_id)
        line = self._chats.get(item.chat_id)
        if line is None:
            self._chats[item.chat_id] = deque([item])
            self._leaving.discard(item.chat_id)
            self._arrived.put_nowait(item.chat_id)
            return
        line.append(item)
        if len(line) > 2 and item.update_id < line[-2].update_id:
            # The first one is being handled.
            first, *rest = line
            line.clear()
            line.extend((first, *sorted(rest, key=lambda waiting: waiting.update_id)))

    async def _work_off(self, chat: int | None, line: deque[ReceivedUpdate]) -> None:
        try:
            while line:
                await self.handle_one(line[0])
                self._in_hand.discard(line.popleft().update_id)
        finally:
            # No await since the line was found empty: nothing can have been put into it.
            self._in_hand.difference_update(item.update_id for item in line)
            del self._chats[chat], self._workers[chat]
            self._slots.release()
            if self._intake.shared:
                self._leaving.add(chat)
                self._inbox.ended.set()
            self._rest()

    def _rest(self) -> None:
        if not self._chats and not self._fresh:
            self._quiet.set()

    async def handle_one(self, item: ReceivedUpdate) -> None:
        """Bring one update to its end state; never raises for what the handling did.

        Cancelled in the middle it leaves the update unsettled, to be resumed at the next start.
        """
        begun = perf_counter()
        with tracing(trace_of_update(item.update_id)):
            outcome = await self._bring_to_end(item)
        MEASURES.update_ended(item.kind, outcome.value, perf_counter() - begun)

    async def _bring_to_end(self, item: ReceivedUpdate) -> UpdateState:
        failure = await (self._attempt(item) if item.starts < STARTS else self._attempt_alone(item))
        if failure is None:
            self._inbox.end(item, UpdateState.DONE)
            return UpdateState.DONE
        log.error("update parked", update_id=item.update_id, kind=item.kind, error=str(failure))
        try:
            await self._handler.give_up(item, failure)
        except Exception as error:
            log.error("failure not explained", update_id=item.update_id, kind=type(error).__name__, exc_info=error)
        self._inbox.end(item, UpdateState.PARKED, f"{type(failure).__name__}: {failure}")
        return UpdateState.PARKED

    async def _attempt(self, item: ReceivedUpdate) -> Exception | None:
        """None when the update is through, else why it never will be."""
        again, patience = item.resumed, Patience(self.pauses, self.unsure_pauses)
        while True:
            try:
                await self._handler(item, again)
                return None
            except Exception as error:  # noqa: BLE001 - outer rim: one update must not stop the others
                cause = error
            pause = patience.pause_after(cause)
            if pause is None:
                if isinstance(cause, (MayPass, HandlingFailed)):
                    return cause
                failure = HandlingFailed(type(cause).__name__)
                failure.__cause__ = cause
                return failure
            why = str(cause) if isinstance(cause, MayPass) else type(cause).__name__
            log.warning("update tried again", update_id=item.update_id, cause=why, seconds=pause)
            await asyncio.sleep(pause)
            again = True

    async def _attempt_alone(self, item: ReceivedUpdate) -> Exception | None:
        """An attempt at what several processes took up and did not finish: it counts before it is made."""
        async with self._alone:
            if await self._intake.count_start(item.update_id) > 2 * STARTS:
                return HandlingFailed("not finished by several processes")
            return await self._attempt(item)

    # -- what lies about -----------------------------------------------------------------------------------------

    async def resume(self) -> None:
        """Take up what nobody works on: left by a process that died, or put back by an operator."""
        if self._intake.shared:
            unfinished = await self._intake.unfinished()
            await self._adopt({chat for number, chat in unfinished if number not in self._in_hand} - set(self._chats))
            return
        async with self._inbox.turn:
            for item in least_suspected_first(await self._take_up(await self._intake.unfinished())):
                self._line_up(item)

    async def _take_up(self, unfinished: Sequence[tuple[int, int | None]]) -> list[ReceivedUpdate]:
        """What of it is in nobody's hand. The inbox's turn must be ours: an end in between would be missed."""
        lying = [
            number for number, _chat in unfinished if number not in self._in_hand and not self._inbox.has_ended(number)
        ]
        return await self._intake.take_up(lying) if lying else []

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self._try(self.resume())

    async def _settle(self) -> None:
        """Write the ends that no arrival took along, and let go of chats that have nothing left."""
        while True:
            await self._inbox.ended.wait()
            await asyncio.sleep(FLUSH_SECONDS)
            self._inbox.ended.clear()
            await self._inbox.flush()
            if self._leaving:
                await self._try(self._let_go())

    @staticmethod
    async def _try(work: Coroutine[Any, Any, None]) -> bool:
        """Whether it went through; what did not is done again later."""
        try:
            await work
        except Exception as error:
            kind = type(error).__name__
            if is_trouble(error):
                log.warning("inbox not reached", error=kind)
            else:
                log.error("inbox broke", error=kind, exc_info=error)
            return False
        return True

    # -- several processes ---------------------------------------------------------------------------------------

    async def _claim(self) -> None:
        """Get hold of the chats of what arrived; one that another process works on is asked for again soon."""
        while True:
            await self._fresh_came.wait()
            self._fresh_came.clear()
            went = await self._try(self._adopt(set(self._fresh)))
            if self._fresh:
                self._fresh_came.set()
                await asyncio.sleep(HELD_SECONDS if went else TROUBLE_SECONDS[0])

    async def _adopt(self, chats: set[int | None]) -> None:
        """Take up all that is unfinished in those of these chats that we can hold."""
        async with self._inbox.turn:
            held = await self._intake.hold(chats)
            self._drop(self._intake.lost())
            fresh = {chat: self._fresh.pop(chat) for chat in held & set(self._fresh)}
            arrived = {number: item for items in fresh.values() for number, item in items.items()}
            try:
                unfinished = await self._intake.unfinished(held) if held else []
                others = await self._take_up([found for found in unfinished if found[0] not in arrived])
            except BaseException:
                for chat, items in fresh.items():
                    self._fresh[chat] = {**items, **self._fresh.get(chat, {})}
                raise
            # What another process was quicker with is not unfinished any more.
            mine = [arrived[number] for number, _chat in unfinished if number in arrived]
            for item in least_suspected_first((*others, *mine)):
                self._line_up(item)
            self._leaving |= held - set(self._chats)
            if self._leaving:
                self._inbox.ended.set()
        self._rest()

    async def _let_go(self) -> None:
        """Free the chats in which all is on disk."""
        async with self._inbox.turn:
            free = self._leaving - set(self._chats) - self._inbox.chats_with_ends()
            self._leaving -= free
            await self._intake.let_go(free)

    def _drop(self, lost: set[int | None]) -> None:
        """Stop work on chats that another process has by now."""
        for chat in lost & set(self._workers):
            log.warning("chat lost to another process", chat_id=chat)
            self._workers[chat].cancel()
        for chat in lost & (set(self._chats) - set(self._workers)):
            self._in_hand.difference_update(item.update_id for item in self._chats.pop(chat))
