"""Webhook delivery, faults, the call log, live events, the rehearsal clock."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.sandbox.messenger import LI, PEOPLE, TOKEN, WANG, Messenger, free_port, running


class QuietServer(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@contextlib.asynccontextmanager
async def serving(app: Starlette, port: int) -> AsyncIterator[str]:
    """A neighbour on loopback: the bot's side of the webhook, or of the rehearsal clock."""
    server = QuietServer(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


class Hook:
    """A bot behind a webhook that answers as told: status codes in turn, then 200 with `body`."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[int] = []
        self.body: Any = None

    async def __call__(self, request: Request) -> Response:
        self.got.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        status = self.answers.pop(0) if self.answers else 200
        return JSONResponse(self.body, status) if self.body and status == 200 else Response(status_code=status)

    async def wait(self, count: int) -> None:
        for _ in range(200):
            if len(self.got) >= count:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"only {len(self.got)} of {count} came")


@pytest.fixture
async def hook(chat: Messenger) -> AsyncIterator[tuple[Messenger, Hook, str]]:
    hook = Hook()

    async def endpoint(request: Request) -> Response:
        return await hook(request)

    app = Starlette(routes=[Route("/telegram", endpoint, methods=["POST"])])
    async with serving(app, free_port()) as url:
        yield chat, hook, f"{url}/telegram"


async def test_updates_are_posted_with_the_secret(hook: tuple[Messenger, Hook, str]) -> None:
    chat, bot, url = hook
    await chat.send(LI, "早就在等")
    await chat.result("setWebhook", url=url, secret_token="s-1")
    await chat.send(LI, "二")
    await bot.wait(2)
    assert [u["message"]["text"] for u in bot.got] == ["早就在等", "二"]
    assert bot.secrets == ["s-1", "s-1"]
    await asyncio.sleep(0.1)
    info = await chat.result("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == (url, 0)


async def test_failed_delivery_is_repeated_in_order(hook: tuple[Messenger, Hook, str]) -> None:
    chat, bot, url = hook
    bot.answers = [500, 503]
    await chat.result("setWebhook", url=url)
    await chat.send(LI, "一")
    await chat.send(LI, "二")
    await bot.wait(4)
    assert [u["message"]["text"] for u in bot.got] == ["一", "一", "一", "二"]
    assert "503" in (await chat.result("getWebhookInfo"))["last_error_message"]


async def test_dead_webhook_keeps_the_updates(chat: Messenger) -> None:
    await chat.result("setWebhook", url=f"http://127.0.0.1:{free_port()}/x")
    await chat.send(LI, "在吗")
    for _ in range(50):
        info = await chat.result("getWebhookInfo")
        if "last_error_message" in info:
            break
        await asyncio.sleep(0.05)
    assert (info["last_error_message"], info["pending_update_count"]) == ("Connection refused", 1)
    words = await chat.refusal("getUpdates")
    assert words == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    await chat.result("deleteWebhook")
    assert len(await chat.result("getUpdates")) == 1


async def test_method_in_the_answer_is_executed(hook: tuple[Messenger, Hook, str]) -> None:
    chat, bot, url = hook
    bot.body = {"method": "sendMessage", "chat_id": LI, "text": "直接回答"}
    await chat.result("setWebhook", url=url)
    await chat.send(LI, "在吗")
    await bot.wait(1)
    await asyncio.sleep(0.2)
    assert (await chat.messages(LI))[-1]["text"] == "直接回答"


async def test_webhook_settings_are_checked(chat: Messenger) -> None:
    for url in ("ftp://x", "nowhere", "http://"):
        assert (await chat.refusal("setWebhook", url=url)).startswith("Bad Request: bad webhook")
    words = await chat.refusal("setWebhook", url="https://x.cn", secret_token="ä")
    assert words == "Bad Request: secret token contains unallowed characters"
    poll = asyncio.create_task(chat.bot("getUpdates", timeout=10))
    await asyncio.sleep(0.1)
    await chat.result("setWebhook", url=f"http://127.0.0.1:{free_port()}/x", drop_pending_updates=True)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    assert await chat.result("setWebhook", url="") is True


FAULTS = [
    ({"kind": "flood", "retry_after": 3}, 429, "Too Many Requests: retry after 3"),
    ({"kind": "forbidden"}, 403, "Forbidden: bot was blocked by the user"),
    ({"kind": "server_error", "code": 502}, 502, "Bad Gateway"),
    ({"kind": "bad_request", "description": "CHAT_RESTRICTED"}, 400, "Bad Request: CHAT_RESTRICTED"),
]


@pytest.mark.parametrize(("fault", "code", "words"), FAULTS, ids=[str(f[0]["kind"]) for f in FAULTS])
async def test_refusals_on_request(chat: Messenger, fault: dict[str, Any], code: int, words: str) -> None:
    await chat.post("faults", method="sendMessage", chat_id=LI, count=2, **fault)
    for _ in range(2):
        refused = await chat.bot("sendMessage", chat_id=LI, text="x")
        assert (refused["error_code"], refused["description"]) == (code, words)
        assert (await chat.bot("getMe"))["ok"]
    assert (await chat.bot("sendMessage", chat_id=LI, text="x"))["ok"]
    assert (await chat.get("faults"))["faults"] == []


async def test_reset_does_nothing_and_timeout_does_it(chat: Messenger) -> None:
    for kind, count in (("reset", 0), ("timeout", 1)):
        await chat.post("faults", kind=kind, method="sendMessage", seconds=0.2)
        with pytest.raises(httpx.TransportError):
            await chat.bot("sendMessage", chat_id=LI, text=kind)
        assert [m["text"] for m in await chat.messages(LI)].count(kind) == count


async def test_latency_and_outage(chat: Messenger) -> None:
    await chat.post("faults", kind="latency", seconds=0.3)
    began = time.monotonic()
    await chat.result("getMe")
    assert time.monotonic() - began >= 0.3
    await chat.post("faults", kind="outage", seconds=60)
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            await chat.bot("getMe")
    chat.wall.seconds += 61
    assert await chat.result("getMe")
    await chat.post("faults", kind="outage", seconds=60)
    await chat.http.delete("/sandbox/faults")
    assert await chat.result("getMe")


async def test_calls_are_logged(chat: Messenger) -> None:
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    await chat.http.post(
        f"/bot{TOKEN}/sendMessage", data={"chat_id": str(LI), "text": "x", "reply_markup": json.dumps(markup)}
    )
    await chat.bot("sendMessage", chat_id=WANG, text="y")
    calls = (await chat.get("calls?method=sendmessage"))["calls"]
    assert [call["ok"] for call in calls] == [True, False]
    assert calls[0]["params"]["reply_markup"] == markup
    assert calls[1]["description"].startswith("Forbidden")
    assert len((await chat.get(f"calls?after={calls[0]['seq']}"))["calls"]) == 1
    assert len((await chat.get(f"calls?chat_id={WANG}"))["calls"]) == 1


async def test_events_are_live(chat: Messenger) -> None:
    seen: list[tuple[str, dict[str, Any]]] = []

    async def listen() -> None:
        async with chat.http.stream("GET", "/sandbox/events") as stream:
            name = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    seen.append((name, json.loads(line[6:])))
                    if name == "deleted":
                        return

    task = asyncio.create_task(listen())
    while not seen:
        await asyncio.sleep(0.02)
    sent = await chat.result("sendMessage", chat_id=LI, text="推送")
    await chat.result("sendChatAction", chat_id=LI, action="typing")
    await chat.result("editMessageText", chat_id=LI, message_id=sent["message_id"], text="改")
    await chat.result("deleteMessage", chat_id=LI, message_id=sent["message_id"])
    await asyncio.wait_for(task, 5)
    assert [name for name, _ in seen] == ["hello", "message", "typing", "edited", "deleted"]
    assert (seen[1][1]["message"]["text"], seen[1][1]["unread"]) == ("推送", 1)


class Rehearsal:
    """The bot's rehearsal endpoint: a clock that takes a moment to move."""

    def __init__(self) -> None:
        self.now = "2026-11-20T00:30:00+00:00"
        self.asked: list[str] = []

    def state(self) -> Response:
        return JSONResponse({"now": self.now, "stops": [{"key": "day_25", "at": "2026-11-25T00:30:00+00:00"}]})

    async def __call__(self, request: Request) -> Response:
        if request.method == "POST":
            self.asked.append((await request.json())["to"])
            if self.asked[-1] == "never":
                return Response("no such stop", 400)
            await asyncio.sleep(0.6)
            self.now = "2026-11-25T00:30:00+00:00"
        return self.state()


async def test_rehearsal_clock_stamps_the_messages() -> None:
    rehearsal = Rehearsal()

    async def endpoint(request: Request) -> Response:
        return await rehearsal(request)

    app = Starlette(routes=[Route("/clock", endpoint, methods=["GET", "POST"])])
    async with serving(app, free_port()) as url, running(clock_upstream=f"{url}/clock") as one:
        await one.put_people(PEOPLE)
        clock = await one.get("clock")
        assert (clock["connected"], clock["stops"][0]["key"]) == (True, "day_25")
        await one.send(LI, "/start")
        jump = asyncio.create_task(one.post("clock", to="day_25"))
        await asyncio.sleep(0.1)
        assert (await one.get("clock"))["busy"] is True
        again = await one.http.post("/sandbox/clock", json={"to": "day_25"})
        assert again.status_code == 502
        assert (await jump)["now"].startswith("2026-11-25")
        sent = await one.result("sendMessage", chat_id=LI, text="逾期")
        assert datetime.fromtimestamp(sent["date"]).astimezone().isoformat() >= "2026-11-25"
        assert (await one.http.post("/sandbox/clock", json={"to": "never"})).status_code == 502
    assert rehearsal.asked == ["day_25", "never"]


async def test_without_a_bot_the_clock_is_real(messenger: Messenger) -> None:
    clock = await messenger.get("clock")
    assert (clock["rehearsal"], clock["stops"], clock["busy"]) == (False, [], False)
    async with running(clock_upstream=f"http://127.0.0.1:{free_port()}/x") as one:
        assert (await one.get("clock"))["connected"] is False
        assert (await one.http.post("/sandbox/clock", json={"to": "day_20"})).status_code == 502
