"""Our HTTP side over real sockets: the webhook's door, liveness, readiness, the rehearsal clock."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.web.server import MAX_BODY, SECRET_HEADER, Doors, create_app, http_server
from tests.sandbox.messenger import free_port

SECRET = "a-secret-of-our-own"


class Behind:
    """What is behind the doors."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.failing: list[str] = []
        self.stored = asyncio.Event()
        self.stored.set()
        self.broken = False

    async def ready(self) -> list[str]:
        return self.failing

    async def take(self, raw: dict[str, Any]) -> None:
        await self.stored.wait()
        if self.broken:
            raise OSError("disk full")
        self.taken.append(raw)

    async def stops(self, _to: str | None) -> dict[str, object]:
        return {"now": "2026-11-20T09:00:00+08:00", "stops": []}

    async def rehearse(self, to: str) -> dict[str, object]:
        if to == "nonsense":
            raise ValueError(to)
        return {"now": to, "stops": []}


@contextlib.asynccontextmanager
async def serving(doors: Doors) -> AsyncIterator[httpx.AsyncClient]:
    server = http_server(create_app(doors), "127.0.0.1", free_port())
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
        assert not task.done()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.config.port}", timeout=10) as http:
        try:
            yield http
        finally:
            server.should_exit = True
            await task


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def http(behind: Behind) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(Doors(behind.ready, behind.take, SECRET)) as client:
        yield client


async def post(http: httpx.AsyncClient, secret: str | None = SECRET, **more: Any) -> httpx.Response:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    return await http.post("/telegram", headers=headers, **more)


async def test_an_update_is_taken(http: httpx.AsyncClient, behind: Behind) -> None:
    reply = await post(http, json={"update_id": 5, "message": {}})
    assert (reply.status_code, reply.content) == (200, b"")
    assert behind.taken == [{"update_id": 5, "message": {}}]


async def test_it_is_confirmed_only_when_it_is_stored(http: httpx.AsyncClient, behind: Behind) -> None:
    behind.stored.clear()
    pending = asyncio.create_task(post(http, json={"update_id": 5}))
    await asyncio.sleep(0.2)
    assert not pending.done()
    behind.stored.set()
    assert (await pending).status_code == 200


async def test_what_could_not_be_stored_is_asked_for_again(http: httpx.AsyncClient, behind: Behind) -> None:
    behind.broken = True
    reply = await post(http, json={"update_id": 5})
    assert (reply.status_code, reply.content) == (503, b"")
    assert int(reply.headers["Retry-After"]) > 0


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET.upper(), "é"])
async def test_a_wrong_secret_gets_no_detail(http: httpx.AsyncClient, behind: Behind, secret: str | None) -> None:
    headers = {SECRET_HEADER: secret.encode()} if secret is not None else {}
    reply = await http.post("/telegram", json={"update_id": 5}, headers=headers)
    assert (reply.status_code, reply.content) == (401, b"")
    assert behind.taken == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"5",
        b"{}",
        b"\xff\xfe",
        b'{"update_id":"5"}',
        b'{"update_id":true}',
        b'{"update_id":-1}',
        b'{"update_id":9223372036854775808}',
    ],
)
async def test_what_is_no_update_is_refused(http: httpx.AsyncClient, behind: Behind, body: bytes) -> None:
    reply = await post(http, content=body)
    assert (reply.status_code, reply.content) == (400, b"")
    assert behind.taken == []


async def test_a_body_that_is_too_large_is_not_read_to_its_end(http: httpx.AsyncClient, behind: Behind) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(10_000):
            sent += 100_000
            yield b"x" * 100_000

    with contextlib.suppress(httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        reply = await post(http, content=endless())
        assert (reply.status_code, reply.content) == (413, b"")
    assert sent < 100 * MAX_BODY
    assert behind.taken == []


async def test_only_post_reaches_the_webhook(http: httpx.AsyncClient) -> None:
    assert (await http.get("/telegram", headers={SECRET_HEADER: SECRET})).status_code == 405


async def test_without_a_webhook_its_door_is_closed(behind: Behind) -> None:
    for doors in (Doors(behind.ready), Doors(behind.ready, behind.take, None), Doors(behind.ready, behind.take, "")):
        async with serving(doors) as http:
            assert (await post(http, secret="", json={"update_id": 5})).status_code == 401
    assert behind.taken == []


async def test_alive_and_ready_are_two_things(http: httpx.AsyncClient, behind: Behind) -> None:
    assert (await http.get("/readyz")).json() == {"ok": True, "failing": []}
    behind.failing = ["database"]
    reply = await http.get("/readyz")
    assert (reply.status_code, reply.json()) == (503, {"ok": False, "failing": ["database"]})
    assert (await http.get("/healthz")).json() == {"ok": True}


async def test_the_rehearsal_clock_exists_in_rehearsal_only(http: httpx.AsyncClient, behind: Behind) -> None:
    assert (await http.get("/rehearsal/clock")).status_code == 404
    assert (await http.post("/rehearsal/clock", json={"to": "day_25"})).status_code == 404
    async with serving(Doors(behind.ready, rehearsal_stops=behind.stops, rehearse=behind.rehearse)) as rehearsing:
        assert (await rehearsing.get("/rehearsal/clock")).json()["stops"] == []
        assert (await rehearsing.post("/rehearsal/clock", json={"to": "day_25"})).json()["now"] == "day_25"
        for wrong in (b"", b"[]", b'{"to":"nonsense"}'):
            assert (await rehearsing.post("/rehearsal/clock", content=wrong)).status_code == 400
