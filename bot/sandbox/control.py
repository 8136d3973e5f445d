"""The test and page side over HTTP: `/sandbox/…`, JSON. Never reached by the bot."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox import acting
from bot.sandbox.api import read_body, readable
from bot.sandbox.clock import ClockError
from bot.sandbox.errors import ApiError
from bot.sandbox.methods.profile import commands_of
from bot.sandbox.params import Params, Upload, parse_request
from bot.sandbox.store import Row
from bot.sandbox.world import World

Endpoint = Callable[[World, Request], Awaitable[Any]]
# The app gives up waiting for an answer to a press after this long.
PRESS_WAIT_SECONDS = 5.0
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SAFE_TO_SHOW = ("image/png", "image/jpeg", "image/gif")


def endpoint(function: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """JSON out; a wrong request is 400 with {"error"}, a missing thing 404."""

    @wraps(function)
    async def handle(request: Request) -> Response:
        try:
            result = await function(request.app.state.world, request)
        except acting.ActionError as error:
            missing = str(error).startswith("no ")
            return JSONResponse({"error": str(error)}, 404 if missing else 400)
        except ApiError as error:
            return JSONResponse({"error": error.description}, error.code)
        except ClockError as error:
            return JSONResponse({"error": str(error)}, 502)
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            return JSONResponse({"error": f"wrong request: {type(error).__name__}: {error}"}, 400)
        return result if isinstance(result, Response) else JSONResponse(result)

    return handle


async def _params(world: World, request: Request) -> Params:
    """Fields of a multipart body, or of a JSON one whatever it calls itself."""
    kind = request.headers.get("content-type", "")
    kind = kind if kind.startswith("multipart/") else "application/json"
    return parse_request(kind, "", await read_body(world, request))


def _chat_id(request: Request) -> int:
    return int(request.path_params["chat"])


def _card(world: World, row: Row, unread: dict[int, int]) -> dict[str, Any]:
    """One line of the list on the left."""
    chat = world.roster.chat(row["id"])
    card = {"id": row["id"], "unread": unread.get(row["id"], 0), "last": world.history.last(row["id"])}
    if chat:
        card.update(started=bool(chat["started"]), blocked=bool(chat["blocked"]), type=chat["type"])
    for name in ("name", "role", "post", "unit", "hint", "start"):
        if name in row.keys():  # noqa: SIM118 (a Row is no mapping)
            card[name] = row[name]
    return card


async def get_people(world: World, _request: Request) -> Any:
    unread = world.history.unread()
    groups = [{**_card(world, row, unread), "name": row["title"], "role": "group"} for row in world.roster.groups()]
    return {
        "bot": world.bot(),
        "people": [_card(world, row, unread) for row in world.roster.listed()],
        "groups": groups,
        "calls_seen": len(world.calls),
    }


async def put_people(world: World, request: Request) -> Any:
    people = json.loads(await request.body())
    world.roster.replace(people if isinstance(people, list) else people["people"])
    world.hub.tell("people")
    return await get_people(world, request)


async def get_chat(world: World, request: Request) -> Any:
    chat = acting.the_chat(world, _chat_id(request))
    person = world.roster.person(chat["id"])
    card = _card(world, person or chat, world.history.unread())
    members = [
        {"id": row["id"], "name": row["name"]}
        for m in world.roster.members(chat["id"])
        if (row := world.roster.person(m))
    ]
    return {
        **card,
        "title": chat["title"],
        "keyboard": world.roster.keyboard(chat["id"]),
        "commands": commands_of(world, chat),
        "members": members,
    }


async def get_messages(world: World, request: Request) -> Any:
    chat = acting.the_chat(world, _chat_id(request))
    after = int(request.query_params.get("after", 0))
    revision = int(request.query_params.get("after_revision", 0))
    return {"messages": world.history.after(chat["id"], after, revision)}


async def post_read(world: World, request: Request) -> Any:
    chat = acting.the_chat(world, _chat_id(request))
    world.history.read(chat["id"])
    world.hub.tell("read", chat_id=chat["id"], unread=0)
    return {"unread": 0}


async def post_send(world: World, request: Request) -> Any:
    params = await _params(world, request)
    chat, reply_to = _chat_id(request), params.integer("reply_to_message_id")
    upload = _upload(params)
    kind = params.text("kind", "sticker" if params.flag("sticker") else "document")
    if upload is None and kind in ("sticker", "photo"):
        upload = Upload(f"{kind}.png", "image/png", base64.b64decode(PIXEL))
    if upload is not None:
        caption = params.text("caption") or params.text("text")
        return acting.send_file(world, chat, acting.SentFile(upload, kind, caption), reply_to)
    text = f"/start {params.text('start')}".strip() if params.has("start") else params.text("text")
    return acting.send_text(world, chat, text, reply_to, params.integer("from") or None)


def _upload(params: Params) -> Upload | None:
    """A file part named `file`, or {"name", "base64", "mime"?} in JSON."""
    if "file" in params.files:
        return params.files["file"]
    given = params.tree("file", "file")
    if not given:
        return None
    mime = given.get("mime", "application/octet-stream")
    return Upload(given["name"], mime, base64.b64decode(given["base64"], validate=True))


async def post_press(world: World, request: Request) -> Any:
    params = await _params(world, request)
    wait = float(params.values.get("wait", PRESS_WAIT_SECONDS))
    button = acting.Pressed(params.integer("message_id"), params.text("data"), params.integer("from") or None)
    return await acting.press(world, _chat_id(request), button, wait)


async def post_edit(world: World, request: Request) -> Any:
    params = await _params(world, request)
    return acting.edit_text(world, _chat_id(request), params.integer("message_id"), params.text("text"))


async def post_block(world: World, request: Request) -> Any:
    return {"update_id": acting.set_blocked(world, _chat_id(request), True)}


async def post_unblock(world: World, request: Request) -> Any:
    return {"update_id": acting.set_blocked(world, _chat_id(request), False)}


async def post_groups(world: World, request: Request) -> Any:
    body = json.loads(await request.body())
    acting.put_group(world, int(body["id"]), str(body["title"]), [int(member) for member in body.get("members", [])])
    return {"id": int(body["id"])}


async def get_calls(world: World, request: Request) -> Any:
    after, method = int(request.query_params.get("after", 0)), request.query_params.get("method", "").lower()
    chat = request.query_params.get("chat_id")
    return {
        "calls": [
            {**call, "params": {name: readable(value) for name, value in call["params"].items()}}
            for call in world.calls
            if call["seq"] > after
            and (not method or call["method"].lower() == method)
            and (chat is None or str(call["params"].get("chat_id")) == chat)
        ]
    }


async def get_updates(world: World, _request: Request) -> Any:
    return {"updates": world.updates.pending(1000), "count": world.updates.count()}


async def get_faults(world: World, _request: Request) -> Any:
    return {"faults": world.faults.list()}


async def post_faults(world: World, request: Request) -> Any:
    world.faults.add(json.loads(await request.body()))
    return {"faults": world.faults.list()}


async def delete_faults(world: World, request: Request) -> Any:
    if number := request.query_params.get("id"):
        world.faults.remove(int(number))
    else:
        world.faults.clear()
    return {"faults": world.faults.list()}


async def get_clock(world: World, _request: Request) -> Any:
    if not world.clock.busy:
        await world.clock.refresh()
    return world.clock.state()


async def post_clock(world: World, request: Request) -> Any:
    to = json.loads(await request.body())["to"]
    # The jump goes on although the page that asked for it is closed.
    return await asyncio.shield(asyncio.create_task(world.clock.move(str(to))))


async def get_events(world: World, _request: Request) -> Any:
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(world.hub.stream(), media_type="text/event-stream", headers=headers)


async def get_file(world: World, request: Request) -> Any:
    """A file for the page; only pictures are shown in place, everything else is for saving."""
    row = world.files.find(request.path_params["file"])
    if row is None:
        raise acting.ActionError("no such file")
    shown = row["mime"] in SAFE_TO_SHOW
    name = "".join(f"%{byte:02X}" for byte in row["name"].encode())
    headers = {
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    return Response(row["data"], media_type=row["mime"] if shown else "application/octet-stream", headers=headers)


def routes() -> list[Route]:
    table: list[tuple[str, str, Endpoint]] = [
        ("GET", "people", get_people),
        ("PUT", "people", put_people),
        ("GET", "chats/{chat}", get_chat),
        ("GET", "chats/{chat}/messages", get_messages),
        ("POST", "chats/{chat}/read", post_read),
        ("POST", "chats/{chat}/send", post_send),
        ("POST", "chats/{chat}/press", post_press),
        ("POST", "chats/{chat}/edit", post_edit),
        ("POST", "chats/{chat}/block", post_block),
        ("POST", "chats/{chat}/unblock", post_unblock),
        ("POST", "groups", post_groups),
        ("GET", "calls", get_calls),
        ("GET", "updates", get_updates),
        ("GET", "faults", get_faults),
        ("POST", "faults", post_faults),
        ("DELETE", "faults", delete_faults),
        ("GET", "clock", get_clock),
        ("POST", "clock", post_clock),
        ("GET", "events", get_events),
        ("GET", "files/{file}", get_file),
    ]
    return [Route(f"/sandbox/{path}", endpoint(function), methods=[method]) for method, path, function in table]
