"""Keeps web pages of other sites out: a browser on this machine must not be made to drive the messenger."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class LoopbackGuard:
    """Refuses what names another host (a rebound name) or comes from another site's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not allowed(Headers(scope=scope)):
            answer = JSONResponse({"error": "the sandbox messenger answers to its own page on loopback only"}, 403)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


def allowed(headers: Headers) -> bool:
    host = headers.get("host", "127.0.0.1")
    if urlsplit(f"//{host}").hostname not in LOOPBACK:
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host
