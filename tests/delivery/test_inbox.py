"""The inbox: stored once, handled in order within a chat, brought to an end whatever happens in between."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.db import updates
from bot.db.engine import Database
from bot.db.tables import InboxUpdate
from bot.db.updates import ReceivedUpdate
from bot.inbox.dispatching import Dispatcher, HandlingFailed, MayPass, least_suspected_first
from bot.inbox.receiving import Inbox, describe
from tests.delivery.fakes import NOW, HandClock
from tests.delivery.rows import update_states

PAUSES = (0.01, 0.01)


def message(update_id: int, chat: int = 101, text: str = "你好") -> dict[str, Any]:
    return {"update_id": update_id, "message": {"message_id": 1, "chat": {"id": chat}, "text": text}}


class Script:
    """A handler by script: what each update's attempts do, and a record of what came."""

    def __init__(self) -> None:
        self.failures: dict[int, list[Exception]] = {}
        self.seen: list[tuple[int, bool]] = []
        self.given_up: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}

    async def __call__(self, item: ReceivedUpdate, again: bool) -> None:
        self.seen.append((item.update_id, again))
        if item.update_id in self.gates:
            await self.gates[item.update_id].wait()
        if failures := self.failures.get(item.update_id):
            raise failures.pop(0)

    async def give_up(self, item: ReceivedUpdate, failure: Exception) -> None:
        self.given_up.append(item.update_id)


class Desk:
    """An inbox with its dispatcher at work."""

    def __init__(self, db: Database, script: Script) -> None:
        self.db, self.script = db, script
        self.inbox = Inbox(db, HandClock())
        self.dispatcher = Dispatcher(self.inbox, script, PAUSES)
        self.dispatcher.unsure_pauses = PAUSES

    async def take(self, *raw: dict[str, Any]) -> None:
        self.dispatcher.submit(await self.inbox.accept(raw))

    async def work(self) -> None:
        running = asyncio.create_task(self.dispatcher.run())
        await asyncio.wait_for(self.dispatcher.idle(), 10)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
def desk(db: Database) -> Desk:
    return Desk(db, Script())


async def test_the_same_update_twice_is_handled_once(desk: Desk) -> None:
    await desk.take(message(1), message(2))
    await desk.take(message(2), message(3))
    await desk.work()
    assert [number for number, _again in desk.script.seen] == [1, 2, 3]
    assert await update_states(desk.db) == {1: "done", 2: "done", 3: "done"}


@pytest.mark.parametrize(
    ("raw", "chat"),
    [
        (message(1, 7), 7),
        ({"update_id": 1, "edited_message": {"chat": {"id": 7}}}, 7),
        ({"update_id": 1, "callback_query": {"from": {"id": 9}, "message": {"chat": {"id": 7}}}}, 7),
        ({"update_id": 1, "callback_query": {"from": {"id": 9}, "inline_message_id": "x"}}, 9),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 7}, "from": {"id": 9}}}, 7),
        ({"update_id": 1, "poll": {"id": "1"}}, None),
        ({"update_id": 1, "message": "odd"}, None),
        ({"update_id": 1}, None),
    ],
)
def test_the_chat_whose_order_an_update_belongs_to(raw: dict[str, Any], chat: int | None) -> None:
    assert describe(raw).chat_id == chat


async def test_a_slow_chat_holds_up_only_itself(desk: Desk) -> None:
    desk.script.gates[1] = asyncio.Event()
    await desk.take(message(1, 101), message(2, 101), message(3, 102))
    working = asyncio.create_task(desk.work())
    while (await update_states(desk.db))[3] != "done":
        await asyncio.sleep(0.02)
    assert [number for number, _again in desk.script.seen] == [1, 3]
    desk.script.gates[1].set()
    await working
    assert [number for number, _again in desk.script.seen] == [1, 3, 2]


async def test_an_update_that_arrives_while_its_chat_is_just_finishing_is_not_forgotten(desk: Desk) -> None:
    working = asyncio.create_task(desk.dispatcher.run())
    for number in range(1, 40):
        await desk.take(message(number))
        # Every possible moment of the worker's end.
        for _ in range(number % 7):
            await asyncio.sleep(0)
    await asyncio.wait_for(desk.dispatcher.idle(), 10)
    working.cancel()
    assert [number for number, _again in desk.script.seen] == list(range(1, 40))
    assert set((await update_states(desk.db)).values()) == {"done"}


async def test_a_cause_that_passes_is_waited_out_and_the_second_attempt_knows_it(desk: Desk) -> None:
    desk.script.failures[1] = [MayPass("busy"), MayPass("busy")]
    await desk.take(message(1), message(2))
    await desk.work()
    assert desk.script.seen == [(1, False), (1, True), (1, True), (2, False)]
    assert await update_states(desk.db) == {1: "done", 2: "done"}


@pytest.mark.parametrize(
    "failures", [[MayPass("busy")] * 9, [HandlingFailed("bug")], [KeyError("nobody foresaw this")] * 3]
)
async def test_what_fails_for_good_is_parked_explained_and_the_next_one_handled(
    desk: Desk, failures: list[Exception]
) -> None:
    desk.script.failures[1] = list(failures)
    await desk.take(message(1), message(2))
    await desk.work()
    assert desk.script.given_up == [1]
    assert await update_states(desk.db) == {1: "parked", 2: "done"}


async def test_an_explanation_that_fails_itself_stops_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def give_up(_item: ReceivedUpdate, _failure: Exception) -> None:
        raise ConnectionError

    desk.script.give_up = give_up  # type: ignore[method-assign]
    desk.script.failures[1] = [HandlingFailed("bug")]
    await desk.take(message(1), message(2))
    await desk.work()
    assert await update_states(desk.db) == {1: "parked", 2: "done"}


async def test_a_kill_in_the_middle_of_handling_resumes_after_the_start(desk: Desk) -> None:
    desk.script.gates[1] = asyncio.Event()
    await desk.take(message(1), message(2))
    running = asyncio.create_task(desk.dispatcher.run())
    while not desk.script.seen:
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await update_states(desk.db) == {1: "received", 2: "received"}

    after = Desk(desk.db, Script())
    await desk.inbox.intake.close()
    await after.dispatcher.resume()
    await after.work()
    assert after.script.seen == [(1, True), (2, True)]
    assert await update_states(desk.db) == {1: "done", 2: "done"}


def test_of_those_that_outlived_processes_the_least_suspected_goes_first_and_no_chat_loses_its_order() -> None:
    def left(update_id: int, chat: int, starts: int) -> ReceivedUpdate:
        return ReceivedUpdate(update_id, chat, "message", "{}", resumed=True, starts=starts)

    lying = [left(4, 103, 3), left(1, 101, 5), left(2, 102, 4), left(3, 101, 0), left(5, 102, 3)]
    assert [item.update_id for item in least_suspected_first(lying)] == [4, 2, 5, 1, 3]


async def test_an_update_that_ends_every_process_is_parked_in_the_end_and_those_beside_it_are_not(db: Database) -> None:
    await Inbox(db, HandClock()).accept([message(1, 101), message(2, 102), message(3, 102)])
    deaths = 0
    while (await update_states(db))[1] != "parked":
        script = Script()
        # Update 1 ends the process; the others are in hand at that moment.
        script.gates = {number: asyncio.Event() for number in (1, 2, 3)}
        one = Desk(db, script)
        await one.dispatcher.resume()
        running = asyncio.create_task(one.dispatcher.run())
        while not script.seen and not script.given_up:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        if 1 in {number for number, _again in script.seen}:
            deaths += 1
        else:
            # It is not its turn: nothing ends the process, and the others come to their end.
            script.gates[2].set()
            script.gates[3].set()
            await asyncio.sleep(0.1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await one.inbox.flush()
        await one.inbox.intake.close()
        assert deaths < 20
    after = Desk(db, Script())
    await after.dispatcher.resume()
    await after.work()
    assert await update_states(db) == {1: "parked", 2: "done", 3: "done"}


async def test_an_update_has_one_effect(db: Database) -> None:
    await Inbox(db, HandClock()).accept([message(1)])
    async with db.write() as session:
        assert await updates.claim_effect(session, 1)
    async with db.write() as session:
        assert not await updates.claim_effect(session, 1)


async def test_an_effect_that_rolls_back_was_none(db: Database) -> None:
    await Inbox(db, HandClock()).accept([message(1)])
    with pytest.raises(ZeroDivisionError):
        async with db.write() as session:
            await updates.claim_effect(session, 1)
            raise ZeroDivisionError
    async with db.write() as session:
        assert await updates.claim_effect(session, 1)


async def test_two_attempts_at_the_same_effect_leave_one(db: Database) -> None:
    await Inbox(db, HandClock()).accept([message(1)])

    async def attempt() -> bool:
        async with db.write() as session:
            mine = await updates.claim_effect(session, 1)
            await asyncio.sleep(0.05)
            return mine

    assert sorted(await asyncio.gather(attempt(), attempt(), attempt())) == [False, False, True]


async def test_an_effect_needs_an_update_in_the_inbox(db: Database) -> None:
    with pytest.raises(LookupError):
        async with db.write() as session:
            await updates.claim_effect(session, 404)


async def test_an_effected_update_that_was_never_answered_is_resumed(desk: Desk) -> None:
    await desk.take(message(1))
    async with desk.db.write() as session:
        await updates.claim_effect(session, 1)
    after = Desk(desk.db, Script())
    await desk.inbox.intake.close()
    await after.dispatcher.resume()
    await after.work()
    assert after.script.seen == [(1, True)]


async def test_the_end_state_is_written_when_the_database_comes_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.take(message(1))
    record, away = desk.inbox.intake.record, [OperationalError("", {}, Exception("locked"))] * 2

    async def sometimes_away(*args: Any) -> set[int]:
        if away:
            raise away.pop()
        return await record(*args)

    monkeypatch.setattr(desk.inbox.intake, "record", sometimes_away)
    monkeypatch.setattr("bot.inbox.receiving.TROUBLE_SECONDS", (0.01,))
    await desk.work()
    assert away == []
    assert await update_states(desk.db) == {1: "done"}


async def test_what_is_kept_of_a_failure_is_its_kind(desk: Desk) -> None:
    desk.script.failures[1] = [HandlingFailed("ValueError")]
    await desk.take(message(1, text="私密的话"))
    await desk.work()
    async with desk.db.read() as session:
        row = await session.get(InboxUpdate, 1)
    assert row is not None
    assert (row.error, row.settled_at) == ("HandlingFailed: ValueError", NOW)


async def commits_of(desk: Desk, work: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """How many arrivals and ends went into each commit."""
    record, seen = desk.inbox.intake.record, []

    async def counted(received: Any, ended: Any, now: Any) -> set[int]:
        seen.append((len(received), len(ended)))
        return await record(received, ended, now)

    monkeypatch.setattr(desk.inbox.intake, "record", counted)
    await work
    return seen


async def test_requests_that_come_together_share_a_commit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    together = asyncio.gather(*(desk.take(message(number, number)) for number in range(1, 41)))
    commits = await commits_of(desk, together, monkeypatch)
    assert len(commits) <= 3
    assert sum(arrived for arrived, _ended in commits) == 40
    await desk.work()
    assert set((await update_states(desk.db)).values()) == {"done"}


async def test_the_ends_of_questions_share_a_commit_and_go_along_with_the_next_arrival(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.take(*(message(number, number) for number in range(1, 31)))
    commits = await commits_of(desk, desk.work(), monkeypatch)
    assert sum(ended for _arrived, ended in commits) == 30
    assert len(commits) <= 3
    running = asyncio.create_task(desk.dispatcher.run())
    await desk.take(message(31))
    while len(desk.script.seen) < 31:
        await asyncio.sleep(0)
    await desk.take(message(32))
    assert (await update_states(desk.db))[31] == "done"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_batch_that_cannot_be_stored_fails_for_all_who_wait_and_is_stored_when_it_comes_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        async def disk_full(*_args: Any) -> set[int]:
            await asyncio.sleep(0.01)
            raise OperationalError("", {}, Exception("disk is full"))

        broken.setattr(desk.inbox.intake, "record", disk_full)
        results = await asyncio.gather(*(desk.take(message(number)) for number in range(1, 6)), return_exceptions=True)
    assert [type(result) for result in results] == [OperationalError] * 5
    await desk.take(*(message(number) for number in range(1, 6)))
    await desk.work()
    assert [number for number, _again in desk.script.seen] == [1, 2, 3, 4, 5]


async def test_one_waiting_request_that_is_cut_off_does_not_take_the_others_along(desk: Desk) -> None:
    tasks = [asyncio.create_task(desk.take(message(number, number))) for number in range(1, 6)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await desk.dispatcher.resume()
    await desk.work()
    seen = [number for number, _again in desk.script.seen]
    assert sorted(set(seen) | {1}) == [1, 2, 3, 4, 5]
    assert len(seen) == len(set(seen))
