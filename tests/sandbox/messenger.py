"""Drives a real messenger over real HTTP: its bot side and its people's side."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx

from bot.sandbox.server import Server, create_server
from bot.sandbox.settings import Settings

TOKEN = "4242:test-token"
LI, WANG, STRANGER = 1001, 1002, 1099
PEOPLE = [
    {
        "id": LI,
        "name": "李明",
        "role": "contact",
        "post": "区发改局联络员",
        "unit": "区发改局",
        "hint": "邀请码 /start CODE-1",
    },
    {"id": WANG, "name": "王建国", "role": "leader", "post": "常务副区长", "unit": "区政府"},
    {"id": STRANGER, "name": "陌生人", "role": "stranger"},
]
GROUP = -500


class WallClock:
    """Seconds since the epoch, set by hand."""

    def __init__(self) -> None:
        self.seconds = 1_790_000_000.0

    def __call__(self) -> float:
        return self.seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Messenger:
    """A running messenger; `bot()` calls a method as the bot, `get/post/put` the control side."""

    def __init__(self, server: Server, http: httpx.AsyncClient, wall: WallClock) -> None:
        self.server, self.http, self.wall = server, http, wall
        self.url = str(http.base_url).rstrip("/")

    async def bot(self, method: str, /, token: str = TOKEN, **params: Any) -> dict[str, Any]:
        reply = await self.http.post(f"/bot{token}/{method}", json=params)
        body: dict[str, Any] = reply.json()
        assert reply.status_code == (200 if body["ok"] else body["error_code"])
        return body

    async def result(self, method: str, /, **params: Any) -> Any:
        body = await self.bot(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, /, **params: Any) -> str:
        body = await self.bot(method, **params)
        assert not body["ok"], body
        return str(body["description"])

    async def get(self, path: str) -> dict[str, Any]:
        return self._good(await self.http.get(f"/sandbox/{path}"))

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        return self._good(await self.http.post(f"/sandbox/{path}", json=body))

    async def put_people(self, people: list[dict[str, Any]]) -> dict[str, Any]:
        return self._good(await self.http.put("/sandbox/people", json=people))

    async def send(self, chat: int, text: str, **more: Any) -> dict[str, Any]:
        return await self.post(f"chats/{chat}/send", text=text, **more)

    async def messages(self, chat: int) -> list[dict[str, Any]]:
        return list((await self.get(f"chats/{chat}/messages"))["messages"])

    @staticmethod
    def _good(reply: httpx.Response) -> dict[str, Any]:
        assert reply.status_code == 200, reply.text
        return dict(reply.json())


@contextlib.asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[Messenger]:
    """A messenger on a free loopback port, with its own wall clock unless one is given."""
    wall = settings.setdefault("wall", WallClock())
    server = create_server(Settings(port=free_port(), **settings), signals=False)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
        assert not task.done()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.config.port}", timeout=30) as http:
        try:
            yield Messenger(server, http, wall)
        finally:
            server.should_exit = True
            await task
