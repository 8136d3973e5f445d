"""Several processes on one inbox: a chat is in one of them at a time, and the dead one's updates are taken over."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from bot.db.engine import Database
from bot.db.updates import ReceivedUpdate
from bot.inbox.dispatching import Dispatcher
from bot.inbox.receiving import Inbox
from tests.delivery.fakes import HandClock
from tests.delivery.rows import update_states
from tests.delivery.test_inbox import message


class Ledger:
    """What all processes handled, and that no chat was in two hands."""

    def __init__(self) -> None:
        self.handled: list[tuple[int | None, int, str]] = []
        self.busy: dict[int | None, str] = {}
        self.gates: dict[int, asyncio.Event] = {}
        self.dice = random.Random(7)
        self.slowness = 0.0

    def order(self, chat: int) -> list[int]:
        return [number for where, number, _who in self.handled if where == chat]

    def by(self, number: int) -> list[str]:
        return [who for _chat, handled, who in self.handled if handled == number]

    def gate(self, number: int) -> asyncio.Event:
        return self.gates.setdefault(number, asyncio.Event())


class Process:
    """A web process: its own connections, inbox and dispatcher."""

    def __init__(self, name: str, url: str, ledger: Ledger) -> None:
        self.name, self.ledger = name, ledger
        self.db = Database(url)
        self.inbox = Inbox(self.db, HandClock())
        self.dispatcher = Dispatcher(self.inbox, self, (0.01,))
        self.running: asyncio.Task[None] | None = None

    async def __call__(self, item: ReceivedUpdate, again: bool) -> None:
        assert item.chat_id not in self.ledger.busy, f"{self.ledger.busy} and {self.name}"
        self.ledger.busy[item.chat_id] = self.name
        try:
            if item.update_id in self.ledger.gates:
                await self.ledger.gates[item.update_id].wait()
            await asyncio.sleep(self.ledger.dice.random() * self.ledger.slowness)
            self.ledger.handled.append((item.chat_id, item.update_id, self.name))
        finally:
            del self.ledger.busy[item.chat_id]

    async def give_up(self, item: ReceivedUpdate, failure: Exception) -> None:
        raise AssertionError((item, failure))

    def start(self) -> None:
        self.running = asyncio.create_task(self.dispatcher.run())

    async def take(self, *raw: dict[str, Any]) -> None:
        self.dispatcher.submit(await self.inbox.accept(raw))

    async def die(self) -> None:
        """As after kill -9: nothing is written, the sockets are closed by the kernel."""
        connection = self.inbox.intake._connection  # type: ignore[attr-defined]
        if connection is not None:
            connection.terminate()
        assert self.running is not None
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


@contextlib.asynccontextmanager
async def processes(url: str, count: int) -> AsyncIterator[tuple[Ledger, list[Process]]]:
    ledger = Ledger()
    made = [Process(f"web{number}", url, ledger) for number in range(count)]
    for one in made:
        one.start()
    try:
        yield ledger, made
    finally:
        for one in made:
            assert one.running is not None
            one.running.cancel()
            await asyncio.gather(one.running, return_exceptions=True)
            await one.db.close()


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.inbox.dispatching.LOOK_SECONDS", 0.1)


async def until_done(url: str, count: int) -> None:
    db = Database(url)
    async with asyncio.timeout(20):
        while list((await update_states(db)).values()) != ["done"] * count:
            await asyncio.sleep(0.03)
    await db.close()


async def test_a_chat_is_in_one_process_at_a_time_and_in_order(postgresql_url: str) -> None:
    async with processes(postgresql_url, 2) as (ledger, (one, two)):
        first = ledger.gate(1)
        await one.take(message(1))
        await two.take(message(2))
        await one.take(message(3))
        await two.take(message(9, 102))
        await asyncio.sleep(0.3)
        # Only the other chat went on.
        assert ledger.handled == [(102, 9, "web1")]
        first.set()
        await until_done(postgresql_url, 4)
        assert ledger.order(101) == [1, 2, 3]


async def test_what_a_live_process_has_in_hand_is_never_taken(postgresql_url: str) -> None:
    async with processes(postgresql_url, 2) as (ledger, (one, _two)):
        first = ledger.gate(1)
        await one.take(message(1))
        await asyncio.sleep(0.6)
        first.set()
        await until_done(postgresql_url, 1)
        assert ledger.by(1) == ["web0"]


async def test_what_a_dead_process_had_is_taken_over_in_order(postgresql_url: str) -> None:
    async with processes(postgresql_url, 2) as (ledger, (one, two)):
        ledger.gate(1)
        await one.take(message(1), message(2))
        await two.take(message(3))
        await asyncio.sleep(0.2)
        await one.die()
        del ledger.gates[1]
        await until_done(postgresql_url, 3)
        assert ledger.handled == [(101, number, "web1") for number in (1, 2, 3)]


async def test_a_process_that_only_lost_its_connection_keeps_its_chats(postgresql_url: str) -> None:
    async with processes(postgresql_url, 1) as (ledger, (one,)):
        first = ledger.gate(1)
        await one.take(message(1), message(2))
        await asyncio.sleep(0.1)
        async with one.db.write() as session:
            await session.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            )
        await asyncio.sleep(0.4)
        first.set()
        await until_done(postgresql_url, 2)
        assert ledger.order(101) == [1, 2]


async def test_a_chat_that_another_process_got_meanwhile_is_left_to_it(postgresql_url: str) -> None:
    async with processes(postgresql_url, 1) as (ledger, (one,)):
        ledger.gate(1)
        await one.take(message(1), message(2))
        await asyncio.sleep(0.1)
        other = Process("other", postgresql_url, ledger)
        intake = one.inbox.intake
        intake._connection.terminate()  # type: ignore[attr-defined]
        assert await other.inbox.intake.hold([101]) == {101}
        while ledger.busy:
            await asyncio.sleep(0.02)
        del ledger.gates[1]
        await asyncio.sleep(0.3)
        assert ledger.handled == []
        await other.db.close()
        await until_done(postgresql_url, 2)
        assert ledger.order(101) == [1, 2]


async def test_many_updates_at_any_door_are_handled_once_and_in_order(postgresql_url: str) -> None:
    async with processes(postgresql_url, 3) as (ledger, made):
        ledger.slowness = 0.02
        chats: dict[int, list[int]] = {}

        async def chat(number: int) -> None:
            for step in range(12):
                update_id = 1000 * number + step
                chats.setdefault(number, []).append(update_id)
                # Telegram brings the next update of a chat when the one before was confirmed.
                await ledger.dice.choice(made).take(message(update_id, number))

        await asyncio.gather(*(chat(number) for number in range(1, 9)))
        await until_done(postgresql_url, 96)
        assert {number: ledger.order(number) for number in chats} == chats


async def test_what_an_operator_puts_back_is_noticed_while_running(db: Database, db_url: str) -> None:
    async with processes(db_url, 1) as (ledger, (one,)):
        await one.take(message(1))
        await until_done(db_url, 1)
        async with db.write() as session:
            await session.execute(text("UPDATE inbox SET state = 'received' WHERE update_id = 1"))
        async with asyncio.timeout(10):
            while ledger.order(101) != [1, 1]:
                await asyncio.sleep(0.02)
