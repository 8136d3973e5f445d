"""The transport against a real Bot API over HTTP: whole, in parts, as a file, edited, and what each refusal means."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from telegram import Bot

from bot.db.claims import Claimed
from bot.db.tables import Push, PushFile
from bot.outbox.delivery import DeliveryError, FailureKind
from bot.tg.request import AiohttpRequest
from bot.tg.transport import TelegramTransport
from tests.sandbox.messenger import LI, PEOPLE, TOKEN, Messenger, running

BUTTONS = [[{"text": "签收", "data": "ack:1:3"}]]
LINE = "某单位某项指标的进展情况，需要在本月内说明原因并提出措施。" * 4


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def messenger() -> AsyncIterator[Messenger]:
    async with running() as one:
        await one.put_people(PEOPLE)
        await one.send(LI, "/start")
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def transport(messenger: Messenger) -> AsyncIterator[TelegramTransport]:
    request = AiohttpRequest(read_timeout=1.0)
    bot = Bot(TOKEN, base_url=f"{messenger.url}/bot", request=request)
    await request.initialize()
    yield TelegramTransport(bot)
    await request.shutdown()


pytestmark = pytest.mark.asyncio(loop_scope="module")


def push(
    text: str = "正文", *, edits: tuple[int, ...] = (), files: tuple[PushFile, ...] = (), chat: int = LI
) -> Claimed:
    row = Push(id=1, kind="digest", chat_id=chat, text=text, buttons=BUTTONS, files=len(files))
    row.act = "edit" if edits else "send"
    return Claimed(row, edits, files)


async def newest(messenger: Messenger, count: int = 1) -> list[dict[str, Any]]:
    return (await messenger.messages(LI))[-count:]


async def fault(messenger: Messenger, **rule: Any) -> None:
    await messenger.post("faults", **rule)


async def test_a_push_stands_with_its_buttons(transport: TelegramTransport, messenger: Messenger) -> None:
    done = await transport.send(push("<b>正文</b>"), "<b>正文</b>")
    (message,) = await newest(messenger)
    assert done.message_ids == (message["message_id"],)
    assert (message["text"], done.remark) == ("正文", None)
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "ack:1:3"


async def test_a_long_text_comes_in_parts_with_the_buttons_under_the_last(
    transport: TelegramTransport, messenger: Messenger
) -> None:
    text = "\n".join(f"<b>{number}</b> {LINE}" for number in range(60))
    done = await transport.send(push(text), text)
    parts = await newest(messenger, len(done.message_ids))
    assert 2 <= len(parts) <= 3
    assert [part["message_id"] for part in parts] == list(done.message_ids)
    assert ["reply_markup" in part for part in parts] == [False] * (len(parts) - 1) + [True]
    assert "\n".join(part["text"] for part in parts).count(LINE) == 60


async def test_a_text_of_more_than_three_parts_comes_as_a_file_with_its_beginning(
    transport: TelegramTransport, messenger: Messenger
) -> None:
    text = "\n".join(f"<b>{number}</b> {LINE}" for number in range(200))
    done = await transport.send(push(text), text)
    (message,) = await newest(messenger)
    assert len(done.message_ids) == 1
    assert message["document"]["file_name"] == "全文.txt"
    assert message["caption"].startswith(f"0 {LINE}")
    assert "见附件" in message["caption"]
    assert len(message["caption"]) <= 1024
    assert "reply_markup" in message
    path = (await messenger.result("getFile", file_id=message["document"]["file_id"]))["file_path"]
    whole = (await messenger.http.get(f"/file/bot{TOKEN}/{path}")).content.decode("utf-8-sig")
    assert whole.count(LINE) == 200
    assert "<b>" not in whole


async def test_a_file_takes_a_short_text_as_its_caption_and_follows_a_long_one(
    transport: TelegramTransport, messenger: Messenger
) -> None:
    file = PushFile(push_id=1, position=0, name="通报.docx", photo=False, content=b"words")
    await transport.send(push("通报", files=(file,)), "通报")
    (message,) = await newest(messenger)
    assert (message["caption"], message["document"]["file_name"]) == ("通报", "通报.docx")
    done = await transport.send(push(LINE * 12, files=(file,)), LINE * 12)
    text, document = await newest(messenger, 2)
    assert len(done.message_ids) == 2
    assert (text["text"], "reply_markup" in text, "reply_markup" in document) == (LINE * 12, False, True)


async def test_markup_that_is_refused_goes_as_plain_words_and_is_remarked_upon(
    transport: TelegramTransport, messenger: Messenger
) -> None:
    done = await transport.send(push(), "<i>没有<b>关上 &amp; 还在</i>")
    (message,) = await newest(messenger)
    assert (message["text"], done.remark) == ("没有关上 & 还在", "markup_refused")


async def test_an_edit_changes_words_and_buttons_and_twice_is_once(
    transport: TelegramTransport, messenger: Messenger
) -> None:
    done = await transport.send(push(), "旧")
    for _ in range(2):
        assert (await transport.send(push(edits=done.message_ids), "<b>新</b>")).message_ids == ()
    (message,) = await newest(messenger)
    assert (message["text"], message["message_id"]) == ("新", done.message_ids[0])
    assert "reply_markup" in message


async def test_an_edit_of_another_number_of_parts_changes_the_buttons_alone(
    transport: TelegramTransport, messenger: Messenger
) -> None:
    text = "\n".join(f"{number} {LINE}" for number in range(60))
    done = await transport.send(push(), text)
    await transport.send(push(edits=done.message_ids), "短")
    parts = await newest(messenger, len(done.message_ids))
    assert "短" not in [part["text"] for part in parts]


async def test_an_edit_of_a_message_that_is_gone_is_no_failure_of_ours(transport: TelegramTransport) -> None:
    with pytest.raises(DeliveryError) as caught:
        await transport.send(push(edits=(999_999,)), "新")
    assert caught.value.kind is FailureKind.UNCHANGEABLE


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"kind": "flood", "retry_after": 7}, FailureKind.FLOOD),
        ({"kind": "forbidden"}, FailureKind.BLOCKED),
        ({"kind": "bad_request", "description": "chat not found"}, FailureKind.GONE),
        ({"kind": "bad_request", "description": "message is too long"}, FailureKind.BAD_REQUEST),
        ({"kind": "server_error", "code": 502}, FailureKind.NETWORK),
        ({"kind": "reset"}, FailureKind.UNCERTAIN),
        ({"kind": "timeout", "seconds": 1.5}, FailureKind.UNCERTAIN),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else str(value),
)
async def test_what_a_refusal_means(
    transport: TelegramTransport, messenger: Messenger, rule: dict[str, Any], kind: FailureKind
) -> None:
    await fault(messenger, method="sendMessage", **rule)
    with pytest.raises(DeliveryError) as caught:
        await transport.send(push(), "正文")
    assert caught.value.kind is kind
    assert caught.value.retry_after == (7 if kind is FailureKind.FLOOD else None)
    assert TOKEN not in str(caught.value)


async def test_a_refusal_after_a_part_has_arrived_leaves_the_push_uncertain(
    transport: TelegramTransport, messenger: Messenger
) -> None:
    text = "\n".join(f"{number} {LINE}" for number in range(60))
    file = PushFile(push_id=1, position=0, name="a.txt", photo=False, content=b"x")
    await fault(messenger, kind="flood", method="sendDocument", retry_after=3)
    with pytest.raises(DeliveryError) as caught:
        await transport.send(push(text, files=(file,)), text)
    assert (caught.value.kind, caught.value.retry_after) == (FailureKind.UNCERTAIN, 3)
