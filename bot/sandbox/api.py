"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.errors import ApiError, bad_request, not_found
from bot.sandbox.faults import Fault
from bot.sandbox.methods import ABSENT, METHODS, TRUE
from bot.sandbox.params import Params, parse_request
from bot.sandbox.store import dumps
from bot.sandbox.world import World

TOKEN = re.compile(r"\d+:.+\Z")
# What a multipart request may need beside the file itself.
FORM_BYTES = 1024 * 1024
HIDDEN = ("getupdates",)


class Drop(Response):
    """No answer: the connection is cut. The server closes one whose answer does not come to its announced end."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


def answer(body: dict[str, Any]) -> Response:
    status = 200 if body["ok"] else body["error_code"]
    return Response(dumps(body), status, media_type="application/json")


def check_token(world: World, token: str) -> None:
    """A wrong form is 404, another bot's token 401, as at Telegram."""
    if not TOKEN.match(token):
        raise not_found()
    if world.settings.token is not None and token != world.settings.token:
        raise ApiError(401, "Unauthorized")
    world.meet_bot(token)


async def read_body(world: World, request: Request) -> bytes:
    """The body, refused with 413 as soon as it is too long."""
    limit = world.settings.max_upload + FORM_BYTES
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size <= limit:
            parts.append(part)
    # The rest was read and thrown away: a client that is still sending would not see the refusal.
    if size > limit:
        raise ApiError(413, "Request Entity Too Large")
    return b"".join(parts)


async def call(world: World, method: str, params: Params) -> dict[str, Any]:
    """Runs one method; gives the whole answer. Used by HTTP and for a method in a webhook's answer."""
    name = method.lower()
    try:
        function = METHODS.get(name)
        if function is not None:
            result = function(world, params)
            if inspect.isawaitable(result):
                result = await result
        elif name in TRUE:
            result = True
        elif name in ABSENT:
            raise bad_request(f"the sandbox does not offer {method}")
        else:
            raise not_found()
    except ApiError as error:
        body = error.body()
    else:
        body = {"ok": True, "result": result}
    if name not in HIDDEN:
        note(world, method, params, body)
    return body


def note(world: World, method: str, params: Params, body: dict[str, Any]) -> None:
    files = {name: {"name": upload.name, "size": len(upload.data)} for name, upload in params.files.items()}
    world.note_call(method, {**params.values, **files}, body)


async def handle_call(request: Request) -> Response:
    world: World = request.app.state.world
    try:
        check_token(world, request.path_params["token"])
        params = parse_request(
            request.headers.get("content-type", ""), request.url.query, await read_body(world, request)
        )
    except ApiError as error:
        return answer(error.body())
    except ClientDisconnect:
        return Drop()
    method = request.path_params["method"]
    fault = world.faults.take(method, params.text("chat_id"))
    if fault is None:
        return answer(await call(world, method, params))
    return await faulty(world, fault, method, params)


async def faulty(world: World, fault: Fault, method: str, params: Params) -> Response:
    """The call as it goes with this fault."""
    refusal = fault.refusal()
    if refusal is not None:
        note(world, method, params, refusal.body())
        return answer(refusal.body())
    if fault.kind in ("reset", "outage"):
        return Drop()
    body = await call(world, method, params)
    await asyncio.sleep(fault.seconds)
    return Drop() if fault.kind == "timeout" else answer(body)


async def handle_file(request: Request) -> Response:
    world: World = request.app.state.world
    try:
        check_token(world, request.path_params["token"])
    except ApiError as error:
        return answer(error.body())
    row = world.files.at(request.path_params["path"])
    if row is None or row["size"] > world.settings.max_download:
        return answer(not_found().body())
    return Response(row["data"], media_type="application/octet-stream")


async def handle_other(_request: Request) -> Response:
    return answer(not_found().body())


def params_of_answer(content_type: str, body: bytes) -> tuple[str, Params] | None:
    """The method that a webhook's answer asks for, with its parameters; None where it asks for none."""
    if not body.strip():
        return None
    try:
        params = parse_request(content_type, "", body)
    except ApiError:
        return None
    method = params.values.pop("method", None)
    return (method, params) if isinstance(method, str) and method else None


def readable(value: Any) -> Any:
    """A value of the call log: JSON in strings is opened, so that tests can look inside."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
