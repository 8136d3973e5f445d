"""Our own HTTP: liveness, readiness, the webhook, and the rehearsal clock where there is one."""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.db.trouble import is_trouble

log = structlog.get_logger(__name__)
MAX_BODY = 1_000_000
# How soon Telegram is to bring an update again that could not be stored; it obeys.
RETRY_SECONDS = 3
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECRET_HEADER = "x-telegram-bot-api-secret-token"


@dataclass(frozen=True)
class Doors:
    """What the HTTP side may reach. `ready` names what is not well; `rehearse` exists in rehearsal only."""

    ready: Callable[[], Awaitable[list[str]]]
    take_update: Callable[[dict[str, Any]], Awaitable[None]] | None = None
    webhook_secret: str | None = None
    metrics: Callable[[], Awaitable[bytes]] | None = None
    rehearsal_stops: Callable[[str | None], Awaitable[dict[str, object]]] | None = None
    rehearse: Callable[[str], Awaitable[dict[str, object]]] | None = None


async def _bounded_body(request: Request) -> bytes | None:
    """The body, or None when it is larger than an update can be. The declared length is not trusted."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def is_update_id(value: object) -> bool:
    """Whether it is a number that the database can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


class Endpoints:
    """The handlers of the HTTP side."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def healthz(self, _request: Request) -> Response:
        """The process is alive."""
        return JSONResponse({"ok": True})

    async def readyz(self, _request: Request) -> Response:
        """Everything that an answer needs is there."""
        failing = await self._doors.ready()
        return JSONResponse({"ok": not failing, "failing": failing}, 503 if failing else 200)

    async def metrics(self, _request: Request) -> Response:
        """The figures, for Prometheus."""
        if self._doors.metrics is None:
            return Response(status_code=404)
        return Response(await self._doors.metrics(), media_type=METRICS_TYPE)

    async def telegram(self, request: Request) -> Response:
        """Webhook: stored before the 200. A wrong secret and a body too large get no detail."""
        take, secret = self._doors.take_update, self._doors.webhook_secret
        given = request.headers.get(SECRET_HEADER, "")
        if take is None or not secret or not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=401)
        body = await _bounded_body(request)
        if body is None:
            # Without the header the server would read the rest, however much it is, and throw it away.
            return Response(status_code=413, headers={"Connection": "close"})
        try:
            raw = orjson.loads(body)
        except ValueError:
            return Response(status_code=400)
        if not isinstance(raw, dict) or not is_update_id(raw.get("update_id")):
            return Response(status_code=400)
        try:
            await take(raw)
        except Exception as error:
            trouble = is_trouble(error)
            log.error("update not stored", error=type(error).__name__, exc_info=None if trouble else error)
            return Response(status_code=503, headers={"Retry-After": str(RETRY_SECONDS)})
        return Response(status_code=200)

    async def clock(self, request: Request) -> Response:
        """The rehearsal clock: where it stands and where it can go; POST sets it forward."""
        stops, rehearse = self._doors.rehearsal_stops, self._doors.rehearse
        if stops is None or rehearse is None:
            return Response(status_code=404)
        if request.method == "GET":
            return JSONResponse(await stops(request.query_params.get("to")))
        try:
            wanted = orjson.loads(await request.body())["to"]
            return JSONResponse(await rehearse(str(wanted)))
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": type(error).__name__}, 400)


def create_app(doors: Doors) -> Starlette:
    """The HTTP application."""
    ends = Endpoints(doors)
    return Starlette(
        routes=[
            Route("/healthz", ends.healthz),
            Route("/readyz", ends.readyz),
            Route("/metrics", ends.metrics),
            Route("/telegram", ends.telegram, methods=["POST"]),
            Route("/rehearsal/clock", ends.clock, methods=["GET", "POST"]),
        ]
    )


class HttpServer(uvicorn.Server):
    """uvicorn without signal handlers of its own: the composition root owns them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def http_server(app: Starlette, host: str, port: int) -> HttpServer:
    """A server ready to `serve()`; one line a request would drown the log, so access logging is off."""
    return HttpServer(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )
