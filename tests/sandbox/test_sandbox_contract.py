"""The messenger's answers against the description of the Bot API, and a real python-telegram-bot against both."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import Update
from telegram.error import BadRequest, Conflict, Forbidden, RetryAfter
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from bot.sandbox.__main__ import main
from bot.sandbox.control import PIXEL
from bot.sandbox.server import create_server
from bot.sandbox.settings import Settings
from tests.sandbox.messenger import GROUP, LI, PEOPLE, TOKEN, WANG, Messenger, free_port

BOTAPI = Path(__file__).parents[3] / "shared" / "botapi"


@pytest.fixture
def check_response() -> Callable[[str, Any], list[str]]:
    if not (BOTAPI / "botapi_validate.py").exists():
        pytest.skip(f"no description of the Bot API at {BOTAPI}: answers are NOT checked against it")
    sys.path.insert(0, str(BOTAPI))
    try:
        from botapi_validate import check_response
    finally:
        sys.path.remove(str(BOTAPI))
    return check_response  # type: ignore[no-any-return]


async def test_every_answer_is_valid(chat: Messenger, check_response: Callable[[str, Any], list[str]]) -> None:
    markup = {"inline_keyboard": [[{"text": "签收", "callback_data": "a"}, {"text": "网页", "url": "https://x.cn"}]]}
    text = '<b>a</b> <a href="tg://user?id=1">b</a> <pre><code class="language-c">d</code></pre> /mine https://x.cn'
    sent = await chat.result("sendMessage", chat_id=LI, text=text, parse_mode="HTML", reply_markup=markup)
    number = sent["message_id"]
    await chat.post("groups", id=GROUP, title="工作群", members=[LI, WANG])
    await chat.send(LI, "回复 /mine", reply_to_message_id=number)
    await chat.post(f"chats/{LI}/press", message_id=number, data="a", wait=0)
    await chat.post(f"chats/{LI}/send", kind="photo", caption="x")
    await chat.post(f"chats/{LI}/send", kind="sticker")
    document = await chat.post(f"chats/{LI}/send", file={"name": "a.pdf", "base64": "cGRm"})
    await chat.post(f"chats/{LI}/edit", message_id=number + 1, text="改")
    await chat.post(f"chats/{LI}/block")
    await chat.post(f"chats/{LI}/unblock")
    file_id = document["message"]["document"]["file_id"]
    item = {"type": "document", "media": file_id}
    commands = [{"command": "mine", "description": "我的指标"}]
    here = {"chat_id": LI, "message_id": number}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("getMe", {}),
        ("getUpdates", {}),
        ("getWebhookInfo", {}),
        ("sendMessage", {"chat_id": LI, "text": "x", "reply_parameters": {"message_id": number, "quote": "a"}}),
        ("sendMessage", {"chat_id": GROUP, "text": "x", "protect_content": True}),
        ("editMessageText", {**here, "text": "y", "reply_markup": markup}),
        ("editMessageReplyMarkup", here),
        ("sendDocument", {"chat_id": LI, "document": file_id, "caption": "c"}),
        ("sendMediaGroup", {"chat_id": LI, "media": [item, item]}),
        ("getFile", {"file_id": file_id}),
        ("copyMessage", {"chat_id": LI, "from_chat_id": LI, "message_id": number}),
        ("forwardMessage", {"chat_id": LI, "from_chat_id": LI, "message_id": number}),
        ("setMessageReaction", {**here, "reaction": []}),
        ("sendChatAction", {"chat_id": LI, "action": "typing"}),
        ("setMyCommands", {"commands": commands, "scope": {"type": "chat", "chat_id": LI}}),
        ("getMyCommands", {"scope": {"type": "chat", "chat_id": LI}}),
        ("deleteMyCommands", {}),
        ("setMyDescription", {"description": "绩效考评助手"}),
        ("getMyDescription", {}),
        ("setMyShortDescription", {"short_description": "绩效"}),
        ("getMyShortDescription", {}),
        ("setMyName", {"name": "指挥棒"}),
        ("getMyName", {}),
        ("getChatMenuButton", {}),
        ("setChatMenuButton", {}),
        ("getChat", {"chat_id": LI}),
        ("getChat", {"chat_id": GROUP}),
        ("getChatMember", {"chat_id": GROUP, "user_id": WANG}),
        ("getChatMember", {"chat_id": GROUP, "user_id": 4242}),
        ("getChatMemberCount", {"chat_id": GROUP}),
        ("getChatAdministrators", {"chat_id": GROUP}),
        ("pinChatMessage", here),
        ("deleteMessage", here),
        ("deleteMessages", {"chat_id": LI, "message_ids": [number + 1, 99]}),
        ("leaveChat", {"chat_id": GROUP}),
        ("close", {}),
    ]
    for method, params in calls:
        assert (method, check_response(method, await chat.result(method, **params))) == (method, [])
    kinds = {next(k for k in u if k != "update_id") for u in await chat.result("getUpdates")}
    assert kinds == {"message", "callback_query", "edited_message", "my_chat_member"}


async def test_menu_of_the_narrowest_scope(chat: Messenger) -> None:
    async def menu(person: int) -> list[str]:
        return [c["command"] for c in (await chat.get(f"chats/{person}"))["commands"]]

    for scope, command in (({"type": "default"}, "help"), ({"type": "chat", "chat_id": LI}, "report")):
        await chat.result("setMyCommands", scope=scope, commands=[{"command": command, "description": "x"}])
    assert (await menu(LI), await menu(WANG)) == (["report"], ["help"])
    await chat.result("deleteMyCommands", scope={"type": "chat", "chat_id": LI})
    assert await menu(LI) == ["help"]
    for wrong in ([{"command": "Füll", "description": "x"}], [{"command": "a", "description": ""}], "x"):
        assert (await chat.refusal("setMyCommands", commands=wrong)).startswith("Bad Request: ")
    assert (await chat.refusal("setMyCommands", commands=[], scope={"type": "moon"})).startswith("Bad Request: ")


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    await update.message.reply_html(f"<b>{update.message.text}</b>", do_quote=True)


async def pressed(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query
    await update.callback_query.answer("好")
    await update.callback_query.edit_message_text("已签收")


def application(messenger: Messenger) -> Any:
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{messenger.url}/bot")
    app = builder.base_file_url(f"{messenger.url}/file/bot").build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    app.add_handler(CallbackQueryHandler(pressed))
    return app


async def wait_for_text(messenger: Messenger, text: str) -> dict[str, Any]:
    for _ in range(200):
        for message in await messenger.messages(LI):
            if message.get("text") == text and message["outgoing"]:
                return message
        await asyncio.sleep(0.05)
    raise AssertionError(f"{text} never came: {await messenger.messages(LI)}")


async def talk(messenger: Messenger, app: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """What both ways of delivery have to manage."""
    await messenger.send(LI, "投资怎么样")
    answer = await wait_for_text(messenger, "投资怎么样")
    assert answer["reply_to_message"]["text"] == "投资怎么样"
    await app.bot.send_message(LI, "预警", reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]})  # type: ignore[arg-type]
    push = await wait_for_text(messenger, "预警")
    press = await messenger.post(f"chats/{LI}/press", message_id=push["message_id"], data="b")
    assert press["text"] == "好"
    assert (await wait_for_text(messenger, "已签收"))["message_id"] == push["message_id"]


async def test_python_telegram_bot_polling(messenger: Messenger) -> None:
    await messenger.send(LI, "等机器人醒来")
    app = application(messenger)
    async with app:
        await app.start()
        await app.updater.start_polling(timeout=2)
        await wait_for_text(messenger, "等机器人醒来")
        await talk(messenger, app)
        await app.updater.stop()
        await app.stop()
    assert (await messenger.get("updates"))["count"] == 0


async def test_python_telegram_bot_webhook(messenger: Messenger) -> None:
    """python-telegram-bot's own server needs tornado; the update goes in through the application's queue instead."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from tests.sandbox.test_sandbox_webhook import serving

    app = application(messenger)

    async def hook(request: Request) -> Response:
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
        await app.update_queue.put(Update.de_json(await request.json(), app.bot))
        return Response()

    async with serving(Starlette(routes=[Route("/telegram", hook, methods=["POST"])]), free_port()) as url, app:
        await app.start()
        await app.bot.set_webhook(f"{url}/telegram", secret_token="s3cret")
        await messenger.send(LI, "/start")
        await talk(messenger, app)
        assert (await app.bot.get_webhook_info()).url == f"{url}/telegram"
        await app.stop()


async def test_python_telegram_bot_understands_the_refusals(chat: Messenger) -> None:
    app = application(chat)
    async with app:
        with pytest.raises(BadRequest, match="Chat not found"):
            await app.bot.send_message(5, "x")
        with pytest.raises(Forbidden, match="bot can't initiate conversation"):
            await app.bot.send_message(WANG, "x")
        with pytest.raises(BadRequest, match="Message is too long"):
            await app.bot.send_message(LI, "x" * 4097)
        with pytest.raises(BadRequest, match="Can't parse entities"):
            await app.bot.send_message(LI, "<x>", parse_mode="HTML")
        await chat.post("faults", kind="flood", retry_after=7)
        with pytest.raises(RetryAfter) as flood:
            await app.bot.send_message(LI, "x")
        assert int(flood.value._retry_after.total_seconds()) == 7
        poll = asyncio.create_task(app.bot.get_updates(timeout=10))
        await asyncio.sleep(0.2)
        await chat.result("getUpdates")
        with pytest.raises(Conflict):
            await poll


async def test_python_telegram_bot_sends_and_fetches_files(chat: Messenger) -> None:
    app = application(chat)
    async with app:
        sent = await app.bot.send_document(LI, b"report", filename="报告.docx", caption="报告")
        assert sent.document.file_name == "报告.docx"
        file = await app.bot.get_file(sent.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"report"
        photo = await app.bot.send_photo(LI, base64.b64decode(PIXEL))
        assert photo.photo[0].width == 1


async def test_messenger_refuses_the_outside_world(messenger: Messenger) -> None:
    for host in ("0.0.0.0", "192.168.1.5", "example.org"):
        with pytest.raises(ValueError, match="loopback only"):
            create_server(Settings(host=host))
    own = {"Origin": messenger.url}
    assert (await messenger.http.get("/sandbox/people", headers=own)).status_code == 200
    for foreign in ({"Origin": "https://evil.example"}, {"Host": "evil.example:8081"}, {"Origin": "null"}):
        answer = await messenger.http.post(f"/sandbox/chats/{LI}/send", json={"text": "x"}, headers=foreign)
        assert answer.status_code == 403
    assert await messenger.messages(LI) == []


@pytest.mark.process
async def test_messenger_killed_in_the_middle_keeps_what_it_took(tmp_path: Path) -> None:
    port, state = free_port(), str(tmp_path / "state.db")
    command = [sys.executable, "-m", "bot.sandbox", "--port", str(port), "--state", state]

    async def start() -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(*command)
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                await http.get("/sandbox/clock")
                return process
            await asyncio.sleep(0.05)
        raise AssertionError("the messenger does not come up")

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        process = await start()
        await http.put("/sandbox/people", json=PEOPLE)
        sent = (await http.post(f"/sandbox/chats/{LI}/send", json={"text": "98.6亿"})).json()
        process.kill()
        await process.wait()
        process = await start()
        updates = (await http.get(f"/bot{TOKEN}/getUpdates")).json()["result"]
        assert [(u["update_id"], u["message"]["text"]) for u in updates] == [(sent["update_id"], "98.6亿")]
        process.terminate()
        await asyncio.wait_for(process.wait(), 5)


def test_command_line_refuses_another_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", "0.0.0.0"]) == 2
    assert "loopback only" in capsys.readouterr().err
