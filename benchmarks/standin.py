"""A fast stand-in for the Bot API on loopback, to measure bots with. It answers and counts; it checks nothing.

Serves long polling and the methods that send and edit messages; anything else is answered with `true`. `latency`
seconds pass before every answer but that of getUpdates, as on a real network. With `limits` it answers 429 as Telegram
does beyond 30 messages in any second, a burst of three and one a second in a chat, 20 a minute in a group.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import httptools
import orjson

ALL_PER_SECOND = 30
CHAT_BURST = 3
GROUP_PER_MINUTE = 20
BOT = {"id": 123456789, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
Call = Callable[[str, dict[str, Any], float], None]


def _response(body: bytes, status: int = 200) -> bytes:
    head = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body)) + body


def _ok(result: object) -> bytes:
    return _response(orjson.dumps({"ok": True, "result": result}))


class _Connection(asyncio.Protocol):
    """One connection of the bot."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self.closed = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._parser = httptools.HttpRequestParser(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self.closed = True

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._url, self._body, self._kind = b"", b"", b""

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._kind = value

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        method = self._url.rpartition(b"/")[2].partition(b"?")[0].decode()
        self._standin.called(self, method, _params(self._kind, self._body))

    def send(self, payload: bytes) -> None:
        if not self.closed:
            self._transport.write(payload)


def _params(kind: bytes, body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    if kind.startswith(b"application/json"):
        parsed: dict[str, Any] = orjson.loads(body)
        return parsed
    if kind.startswith(b"multipart/"):
        # aiogram sends all parameters so. Files are not measured here.
        boundary = b"--" + kind.partition(b"boundary=")[2].strip().strip(b'"')
        found = {}
        for part in body.split(boundary)[1:-1]:
            head, _, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
            if b"filename=" not in head and b'name="' in head:
                found[head.partition(b'name="')[2].partition(b'"')[0].decode()] = value.decode()
        return found
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


class StandIn:
    """`on_call` hears of every call but getUpdates, with the moment of its arrival."""

    def __init__(self, *, limits: bool = False) -> None:
        self.latency = 0.0
        self.on_call: Call | None = None
        self.first_poll: float | None = None
        self.counts: Counter[str] = Counter()
        self.refused = 0
        self._limits = limits
        self._sent: deque[float] = deque()
        self._chat_sent: defaultdict[int, deque[float]] = defaultdict(deque)
        self._pending: deque[tuple[int, bytes]] = deque()
        self._held: tuple[_Connection, asyncio.TimerHandle] | None = None
        self._update_id = self._message_id = 1000

    async def start(self) -> str:
        """Listen on any port; the base address."""
        self._loop = asyncio.get_running_loop()
        self._server = await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=1024)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """Listen no more."""
        self._server.close()

    def push(self, update: dict[str, Any]) -> int:
        """Queue an update; its number."""
        self._update_id += 1
        self._pending.append((self._update_id, orjson.dumps({"update_id": self._update_id, **update})))
        if self._held is not None:
            connection, timer = self._held
            timer.cancel()
            self._held = None
            # All that is queued in this turn of the loop goes out together.
            self._loop.call_soon(self._deliver, connection)
        return self._update_id

    def _deliver(self, connection: _Connection) -> None:
        batch = [body for _, (_, body) in zip(range(100), self._pending, strict=False)]
        connection.send(_response(b'{"ok":true,"result":[' + b",".join(batch) + b"]}"))

    def _poll(self, connection: _Connection, params: dict[str, Any]) -> None:
        if self.first_poll is None:
            self.first_poll = time.perf_counter()
        offset, timeout = int(params.get("offset") or 0), float(params.get("timeout") or 0)
        while self._pending and self._pending[0][0] < offset:
            self._pending.popleft()
        if self._pending or not timeout:
            self._deliver(connection)
            return
        timer = self._loop.call_later(timeout, self._nothing_new, connection)
        self._held = (connection, timer)

    def _nothing_new(self, connection: _Connection) -> None:
        self._held = None
        self._deliver(connection)

    def called(self, connection: _Connection, method: str, params: dict[str, Any]) -> None:
        """Answer a call of the bot."""
        self.counts[method] += 1
        if method.lower() == "getupdates":
            self._poll(connection, params)
            return
        now = time.perf_counter()
        answer = self._answer(method, params, now)
        if self.latency:
            self._loop.call_later(self.latency, connection.send, answer)
        else:
            connection.send(answer)
        if self.on_call is not None:
            self.on_call(method, params, now)

    def _answer(self, method: str, params: dict[str, Any], now: float) -> bytes:
        if method == "getMe":
            return _ok(BOT)
        if method not in ("sendMessage", "editMessageText", "sendPhoto", "sendDocument"):
            return _ok(True)
        chat = int(params.get("chat_id") or 0)
        if self._limits and (wait := self._too_many(chat, now)):
            self.refused += 1
            error = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {wait}"}
            return _response(orjson.dumps({**error, "parameters": {"retry_after": wait}}), 429)
        self._message_id += 1
        known = {"message_id": int(params.get("message_id") or self._message_id), "date": int(time.time())}
        told = {"text": params.get("text", ""), "chat": {"id": chat, "type": "private", "first_name": "x"}}
        return _ok({**known, **told, "from": BOT})

    def _too_many(self, chat: int, now: float) -> int:
        """Seconds to wait; 0 when the message may go."""
        mine, window, most = self._chat_sent[chat], 1.0, CHAT_BURST
        if chat < 0:
            window, most = 60.0, GROUP_PER_MINUTE
        for sent, seconds in ((self._sent, 1.0), (mine, window)):
            while sent and sent[0] <= now - seconds:
                sent.popleft()
        if len(self._sent) >= ALL_PER_SECOND or len(mine) >= most:
            return 1
        self._sent.append(now)
        mine.append(now)
        return 0
