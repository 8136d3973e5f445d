"""Puts the messenger together and serves it on loopback, and nowhere else."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.sandbox import control
from bot.sandbox.api import handle_call, handle_file, handle_other
from bot.sandbox.guard import LoopbackGuard
from bot.sandbox.settings import Settings
from bot.sandbox.webhook import WebhookSender
from bot.sandbox.world import World

PAGE = Path(__file__).parents[2] / "templates" / "sandbox"
EVERY_METHOD = ["GET", "POST", "PUT", "DELETE"]


async def page(_request: Request) -> Response:
    headers = {
        "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
        "Cache-Control": "no-cache",
    }
    return FileResponse(PAGE / "page.html", headers=headers)


def create_app(settings: Settings) -> Starlette:
    """The whole messenger as an ASGI application; its parts hang at `app.state.world`."""
    world = World(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(WebhookSender(world).run())]
        if settings.clock_upstream:
            tasks.append(asyncio.create_task(world.clock.follow()))
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        world.close()
        world.store.close()

    app = Starlette(
        lifespan=lifespan,
        middleware=[Middleware(LoopbackGuard)],
        routes=[
            Route("/bot{token}/{method}", handle_call, methods=EVERY_METHOD),
            Route("/file/bot{token}/{path:path}", handle_file, methods=["GET"]),
            *control.routes(),
            Route("/", page, methods=["GET"]),
            Mount("/page", StaticFiles(directory=PAGE, check_dir=False)),
            Route("/{rest:path}", handle_other, methods=EVERY_METHOD),
        ],
    )
    app.state.world = world
    return app


class Server(uvicorn.Server):
    """uvicorn that lets go of waiting polls and open event streams when it stops.

    Without `signals` it leaves Ctrl-C and SIGTERM to the process that it runs in; `should_exit = True` ends it.
    """

    def __init__(self, config: uvicorn.Config, world: World, *, signals: bool) -> None:
        super().__init__(config)
        self._world = world
        self._signals = signals

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals() if self._signals else contextlib.nullcontext():
            yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._world.close()
        await super().shutdown(sockets)


def check_loopback(host: str) -> None:
    """The messenger believes everybody, so it must not be reached from outside. ValueError for other addresses."""
    if host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError(f"the sandbox messenger listens on loopback only (127.0.0.1, ::1, localhost), not on {host}")


def create_server(settings: Settings, *, signals: bool = True) -> Server:
    """A server to be started with `await server.serve()`; `server.started` turns true when it listens."""
    check_loopback(settings.host)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        timeout_graceful_shutdown=2,
        timeout_keep_alive=75,
        access_log=False,
    )
    return Server(config, app.state.world, signals=signals)


async def serve(settings: Settings) -> None:
    """Serves until Ctrl-C or SIGTERM. ValueError for an address that is not loopback."""
    await create_server(settings).serve()
