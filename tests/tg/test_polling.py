"""Long polling against the real messenger: stored before confirmed, one consumer, numbers that start anew."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter

from bot.db.engine import Database
from bot.db.updates import ReceivedUpdate
from bot.inbox.receiving import Inbox
from bot.tg.polling import CONFLICT_PAUSES, PAUSES, Poller
from bot.tg.request import AiohttpRequest
from tests.delivery.fakes import HandClock
from tests.delivery.rows import update_states
from tests.sandbox.messenger import LI, PEOPLE, TOKEN, Messenger, running


@pytest.fixture
async def messenger() -> AsyncIterator[Messenger]:
    async with running() as one:
        await one.put_people(PEOPLE)
        yield one


class Station:
    """A poller over real HTTP and what it handed on."""

    def __init__(self, bot: Bot, db: Database) -> None:
        self.got: list[ReceivedUpdate] = []
        self.poller = Poller(bot, Inbox(db, HandClock()), self.got.extend)

    @property
    def texts(self) -> list[str]:
        return [item.payload for item in self.got]


@contextlib.asynccontextmanager
async def station(messenger: Messenger, db: Database) -> AsyncIterator[Station]:
    async with Bot(
        TOKEN,
        base_url=f"{messenger.url}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    ) as bot:
        yield Station(bot, db)


async def test_an_update_is_on_disk_before_telegram_forgets_it(messenger: Messenger, db: Database) -> None:
    await messenger.send(LI, "你好")
    async with station(messenger, db) as one:
        assert await one.poller.poll_once(0) == 1
        assert list((await update_states(db)).values()) == ["received"]
        assert (await messenger.get("updates"))["count"] == 1
        assert await one.poller.poll_once(0) == 0
        assert (await messenger.get("updates"))["count"] == 0
    assert len(one.got) == 1


async def test_a_process_that_dies_before_confirming_gets_it_again_and_hands_it_on_once(
    messenger: Messenger, db: Database
) -> None:
    await messenger.send(LI, "你好")
    async with station(messenger, db) as dying:
        await dying.poller.poll_once(0)
    async with station(messenger, db) as after:
        assert await after.poller.poll_once(0) == 1
        assert after.got == []
        assert await after.poller.poll_once(0) == 0


async def test_what_cannot_be_stored_is_not_confirmed(
    messenger: Messenger, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await messenger.send(LI, "你好")
    async with station(messenger, db) as one:

        async def disk_full(_raw: Any) -> list[ReceivedUpdate]:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(one.poller._inbox, "accept", disk_full)
            with pytest.raises(OSError):
                await one.poller.poll_once(0)
        assert (await messenger.get("updates"))["count"] == 1
        assert await one.poller.poll_once(0) == 1
    assert len(one.got) == 1


async def test_numbers_that_start_anew_below_the_old_ones_are_fetched(messenger: Messenger, db: Database) -> None:
    await messenger.send(LI, "之前")
    async with station(messenger, db) as one:
        await one.poller.poll_once(0)
        await one.poller.poll_once(0)
        high = one.got[-1].update_id
        seen: list[int] = []
        post = one.poller._bot._post

        async def with_low_numbers(endpoint: str, data: dict[str, Any], **more: Any) -> Any:
            seen.append(data["offset"])
            return await post(endpoint, data, **more)

        one.poller._bot._unfreeze()
        one.poller._bot._post = with_low_numbers  # type: ignore[method-assign]
        await one.poller.poll_once(0)
        assert seen == [0]
        await messenger.send(LI, "之后")
        assert await one.poller.poll_once(0) == 1
        await one.poller.poll_once(0)
        assert seen == [0, 0, one.got[-1].update_id + 1]
        assert one.got[-1].update_id != high


async def test_two_pollers_with_one_token_the_second_waits_its_turn(messenger: Messenger, db: Database) -> None:
    async with station(messenger, db) as first, station(messenger, db) as second:
        waiting = asyncio.create_task(first.poller.poll_once(5))
        await asyncio.sleep(0.2)
        with pytest.raises(Conflict):
            await asyncio.gather(second.poller.poll_once(0), waiting)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_two_processes_with_one_token_back_off_say_so_and_lose_nothing(
    messenger: Messenger, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.tg.polling.CONFLICT_PAUSES", (0.05, 0.4))
    monkeypatch.setattr("bot.tg.polling.POLL_SECONDS", 1)
    async with station(messenger, db) as one, station(messenger, db) as two:
        loops = [asyncio.create_task(each.poller.run()) for each in (one, two)]
        for number in range(6):
            await messenger.send(LI, f"第{number}句")
            await asyncio.sleep(0.2)
        while len(one.got) + len(two.got) < 6:
            await asyncio.sleep(0.02)
        assert one.poller.in_conflict or two.poller.in_conflict
        for task in loops:
            task.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
    # An answer in between does not start the pauses anew: that would be two processes in each other's way for ever.
    poller = one.poller if one.poller.in_conflict else two.poller
    poller._errors, poller._conflicts = 0, 5
    assert poller._pause_after(Conflict("x")) == 0.4


async def test_the_loop_outlives_what_happens_and_knows_when_telegram_is_gone(
    messenger: Messenger, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.tg.polling.PAUSES", (0.01,))
    monkeypatch.setattr("bot.tg.polling.POLL_SECONDS", 1)
    async with station(messenger, db) as one:
        await messenger.post("faults", kind="server_error", method="getUpdates", count=2)
        await messenger.post("faults", kind="reset", method="getUpdates", count=2)
        running_loop = asyncio.create_task(one.poller.run())
        await messenger.send(LI, "你好")
        while not one.got:
            await asyncio.sleep(0.02)
        assert one.poller.last_contact
        await messenger.post("faults", kind="server_error", method="getUpdates", count=None)
        while one.poller.last_contact:
            await asyncio.sleep(0.02)
        running_loop.cancel()
        await asyncio.gather(running_loop, return_exceptions=True)


@pytest.mark.parametrize(
    "error", [Conflict("x"), NetworkError("x"), InvalidToken("x"), OSError(), KeyError("bug")], ids=repr
)
def test_the_pauses_grow(error: Exception) -> None:
    poller = Poller(None, None, print)  # type: ignore[arg-type]
    pauses = CONFLICT_PAUSES if isinstance(error, Conflict) else PAUSES
    assert [poller._pause_after(error) for _ in range(len(pauses) + 1)] == [*pauses, pauses[-1]]
    assert poller._pause_after(RetryAfter(7)) == 7
