"""The connection layer over real sockets: what arrived, what certainly did not, and what nobody can know."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.outbox.delivery import FailureKind
from bot.tg.errors import delivery_error, may_pass
from bot.tg.request import AiohttpRequest, NotAccepted, NotConnected, ServerFailed
from tests.sandbox.messenger import LI, Messenger, running
from tests.tg import network

TOKEN = "4242:test-token"


@contextlib.asynccontextmanager
async def request() -> AsyncIterator[AiohttpRequest]:
    made = AiohttpRequest(read_timeout=0.3, connect_timeout=0.5)
    await made.initialize()
    try:
        yield made
    finally:
        await made.shutdown()


async def failure_of(talk: network.Talk) -> TelegramError:
    async with network.server(talk) as url, request() as one:
        with pytest.raises(TelegramError) as caught:
            await one.post(f"{url}/bot{TOKEN}/sendMessage")
    assert TOKEN not in repr(caught.value)
    return caught.value


async def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with request() as one:
        with pytest.raises(NotConnected) as caught:
            await one.post(f"http://127.0.0.1:{port}/bot{TOKEN}/sendMessage")
    assert TOKEN not in repr(caught.value)
    assert delivery_error(caught.value).kind is FailureKind.NETWORK


async def test_a_name_that_does_not_exist() -> None:
    async with request() as one:
        with pytest.raises(NotConnected):
            await one.post(f"http://nowhere.invalid/bot{TOKEN}/sendMessage")


async def test_a_connection_layer_that_was_not_started_or_is_closed() -> None:
    one = AiohttpRequest()
    with pytest.raises(NotConnected):
        await one.post("http://127.0.0.1:9/")
    await one.initialize()
    await one.shutdown()
    with pytest.raises(NotConnected):
        await one.post("http://127.0.0.1:9/")


@pytest.mark.parametrize("talk", [network.never_answers, network.hangs_up, network.stops_in_the_middle])
async def test_whether_it_arrived_is_unknown(talk: network.Talk) -> None:
    error = await failure_of(talk)
    assert isinstance(error, (TimedOut, NetworkError))
    assert not isinstance(error, NotAccepted)
    assert delivery_error(error).kind is FailureKind.UNCERTAIN
    assert may_pass(error)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_the_server_says_that_it_did_nothing(status: int) -> None:
    error = await failure_of(network.answering(status, b"<html>bad gateway</html>"))
    assert isinstance(error, ServerFailed)
    assert delivery_error(error).kind is FailureKind.NETWORK


async def test_a_gateway_that_gave_up_waiting_leaves_it_unknown() -> None:
    error = await failure_of(network.answering(504, b"<html>timeout</html>"))
    assert delivery_error(error).kind is FailureKind.UNCERTAIN


@pytest.mark.parametrize(
    ("status", "body", "kind", "failure"),
    [
        (429, b'{"ok":false,"description":"x","parameters":{"retry_after":7}}', RetryAfter, FailureKind.FLOOD),
        (403, b'{"ok":false,"description":"Forbidden: bot was blocked"}', Forbidden, FailureKind.BLOCKED),
        (400, b'{"ok":false,"description":"Bad Request: chat not found"}', BadRequest, FailureKind.GONE),
        (400, b'{"ok":false,"description":"Bad Request: text is empty"}', BadRequest, FailureKind.BAD_REQUEST),
        (400, b'{"ok":false,"parameters":{"migrate_to_chat_id":-1005}}', ChatMigrated, FailureKind.MIGRATED),
        (401, b'{"ok":false,"description":"Unauthorized"}', InvalidToken, FailureKind.NETWORK),
        (409, b'{"ok":false,"description":"Conflict"}', Conflict, FailureKind.UNCERTAIN),
    ],
)
async def test_what_telegram_says(status: int, body: bytes, kind: type[TelegramError], failure: FailureKind) -> None:
    error = await failure_of(network.answering(status, body))
    assert type(error) is kind
    found = delivery_error(error)
    assert found.kind is failure
    assert found.retry_after == (7 if kind is RetryAfter else None)
    assert found.moved_to == (-1005 if kind is ChatMigrated else None)


def bot_at(messenger: Messenger) -> Bot:
    return Bot(
        TOKEN,
        base_url=f"{messenger.url}/bot",
        base_file_url=f"{messenger.url}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    )


async def test_a_file_goes_up_and_comes_down_unchanged() -> None:
    content = bytes(range(256)) * 3000
    async with running() as messenger:
        await messenger.put_people([{"id": LI, "name": "李明", "role": "contact", "started": True}])
        async with bot_at(messenger) as bot:
            sent = await bot.send_document(
                LI, InputFile(content, '十一月“通报”"a".xlsx'), caption="<b>通报</b>", parse_mode="HTML"
            )
            assert sent.document is not None
            assert (sent.document.file_name, sent.caption) == ('十一月“通报”"a".xlsx', "通报")
            file = await bot.get_file(sent.document.file_id)
            assert bytes(await file.download_as_bytearray()) == content


async def test_a_chat_of_real_http() -> None:
    async with running() as messenger:
        await messenger.put_people([{"id": LI, "name": "李明", "role": "contact", "started": True}])
        async with bot_at(messenger) as bot:
            assert (await bot.send_message(LI, "早上好 & <晚上好>")).text == "早上好 & <晚上好>"
            await messenger.post(f"chats/{LI}/block")
            with pytest.raises(Forbidden):
                await bot.send_message(LI, "还在吗")
