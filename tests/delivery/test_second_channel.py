"""The second channel, over real HTTP: a push reaches its address, and nothing ever shows the address."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog
from aiohttp import web

from bot.db import fallback
from bot.db.engine import Database
from bot.db.tables import FallbackAddress
from bot.db.telling import Notice, set_administrators_channel, tell
from bot.domain.kinds import Role
from bot.domain.pushes import Channel, Priority, PushKind
from bot.outbox.limits import Limits
from bot.outbox.second_channel import SecondChannel, administrators_urls, is_address
from bot.outbox.worker import Outbox, Sender
from bot.presenters.errors import mark_repeated
from tests.delivery.fakes import NOW, HandClock
from tests.delivery.rows import push_row, queue

SECRET = "s3cr3t-of-the-address"


class Receiver:
    """A loopback service that takes notifications, or refuses them."""

    def __init__(self, port: int = 0) -> None:
        self.taken: list[dict[str, Any]] = []
        self.status = 200
        self.port = port

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/{SECRET}"

    async def _take(self, request: web.Request) -> web.Response:
        assert request.path == f"/{SECRET}"
        if self.status == 200:
            self.taken.append(json.loads(await request.text()))
        return web.Response(status=self.status)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver._take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.port = runner.addresses[0][1]
    yield receiver
    await runner.cleanup()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


@pytest.fixture
def administrators() -> AsyncIterator[None]:
    set_administrators_channel(True)
    yield None  # type: ignore[misc]
    set_administrators_channel(False)


def lane(db: Database, clock: HandClock, *urls: str) -> Outbox:
    who = Sender("one", mark_repeated, channel=Channel.SECOND)
    return Outbox(db, SecondChannel(db, urls, seconds=5.0), clock, who, Limits.unbounded())


async def address(db: Database, url: str) -> int:
    async with db.write() as session:
        row = FallbackAddress(url=url, added_at=NOW)
        session.add(row)
        await session.flush()
        return row.id


async def test_a_push_reaches_its_address_as_plain_words(db: Database, clock: HandClock, receiver: Receiver) -> None:
    number = await queue(
        db, await address(db, receiver.url), "【严重预警】<b>固定资产投资</b>\n第3号\nA &amp; B", channel=Channel.SECOND
    )
    await lane(db, clock).drain()
    (got,) = receiver.taken
    assert (got["title"], got["message"]) == ("【严重预警】固定资产投资", "第3号\nA & B")
    row = await push_row(db, number)
    assert (row.state, row.message_id, row.error) == ("sent", None, None)


async def test_the_two_lanes_do_not_touch_each_others_pushes(
    db: Database, clock: HandClock, receiver: Receiver, outbox: Outbox, transport: Any
) -> None:
    telegram = await queue(db, 1)
    second = await queue(db, await address(db, receiver.url), channel=Channel.SECOND)
    await outbox.drain()
    assert [(await push_row(db, number)).state for number in (telegram, second)] == ["sent", "queued"]
    await lane(db, clock).drain()
    assert len(receiver.taken) == len(transport.sent) == 1


async def test_a_refusal_is_tried_again_and_at_last_given_up_with_a_word_to_the_administrators(
    sqlite_db: Database, clock: HandClock, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    structlog.configure()
    number = await queue(sqlite_db, await address(sqlite_db, receiver.url), channel=Channel.SECOND)
    outbox = lane(sqlite_db, clock)
    receiver.status = 500
    await outbox.drain()
    assert (await push_row(sqlite_db, number)).state == "queued"
    receiver.status = 200
    clock.forward(2)
    await outbox.drain()
    assert (await push_row(sqlite_db, number)).state == "sent"

    receiver.status = 500
    lost = await queue(sqlite_db, await address(sqlite_db, receiver.url), channel=Channel.SECOND)
    for _ in range(8):
        await outbox.drain()
        clock.forward(300)
    row = await push_row(sqlite_db, lost)
    assert (row.state, row.attempts, row.error) == ("failed", 8, "bad_request: not accepted")
    assert SECRET not in capsys.readouterr().out


async def test_an_address_that_was_removed_fails_at_once(sqlite_db: Database, clock: HandClock) -> None:
    number = await queue(sqlite_db, 77, channel=Channel.SECOND)
    await lane(sqlite_db, clock).drain()
    assert (await push_row(sqlite_db, number)).error == "bad_request: no such address"


async def test_alerts_reach_the_administrators_addresses_even_where_nobody_is_bound(
    db: Database, clock: HandClock, receiver: Receiver, administrators: None
) -> None:
    notice = Notice(PushKind.ALERT, "【系统告警】\n出错", "alert:x", "failure", NOW, second=True)
    async with db.write() as session:
        assert await tell(session, [Role.ADMIN], notice) == 1
        assert await tell(session, [Role.ADMIN], notice) == 0
    # One of the addresses is dead: the others count.
    await lane(db, clock, f"json://127.0.0.1:9/{SECRET}", receiver.url).drain()
    assert [got["message"] for got in receiver.taken] == ["出错"]


async def test_a_service_that_does_not_answer_may_have_taken_it(sqlite_db: Database, clock: HandClock) -> None:
    from tests.tg.network import never_answers, server

    async with server(never_answers) as base:
        url = base.replace("http://", "json://") + f"/{SECRET}"
        number = await queue(sqlite_db, await address(sqlite_db, url), channel=Channel.SECOND, priority=Priority.BULK)
        outbox = lane(sqlite_db, clock)
        outbox._transport.seconds = 0.2  # type: ignore[attr-defined]
        await outbox.drain()
    assert (await push_row(sqlite_db, number)).state == "uncertain"


def test_an_address_is_shown_nowhere() -> None:
    url = f"json://user:pass@127.0.0.1/{SECRET}"
    shown = fallback.masked(url)
    assert shown.startswith("json://…#")
    assert SECRET not in shown
    assert shown != fallback.masked(url + "x")
    one = fallback.Address(1, None, None, url)
    assert SECRET not in repr(one) + repr(FallbackAddress(url=url)) + repr(SecondChannel(None, [url]))  # type: ignore[arg-type]


def test_what_is_an_address() -> None:
    assert is_address("json://127.0.0.1/x")
    assert is_address("mailto://user:pass@example.com")
    for nonsense in ("", "13800000000", "nonsense://x", "://", "http//x"):
        assert not is_address(nonsense), nonsense
    assert administrators_urls(" json://a \n json://b ") == ("json://a", "json://b")
    assert administrators_urls(None) == ()
