"""Kept-alive HTTP/1.1 connections to one server, for small calls: one write, one answer.

A general client spends more on such a call than all the rest of an answer's way through the network: it is ready for
redirects, cookies, streams and compressed bodies, none of which the Bot API has.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import cast
from urllib.parse import urlsplit

import aiohappyeyeballs

# An idle connection is not used again after these seconds: servers close theirs after some 75.
IDLE_SECONDS = 55.0
AT_ONCE = 256
# Seconds after which a server's next address is tried as well: its IPv6 may lead nowhere.
NEXT_ADDRESS_SECONDS = 0.25
LARGEST_HEAD = 64 * 1024


class Broken(OSError):
    """The connection broke, or what came back is no answer: whether the call was taken is unknown."""


class Unreachable(OSError):
    """No connection came about: the call never left."""


class Wire:
    """The connections to the server of an address. Seconds everywhere."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port or (443 if self._secure else 80)
        self._head = f"Host: {parts.netloc.rpartition('@')[2]}\r\n".encode()
        self._idle: list[_Connection] = []
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._context: ssl.SSLContext | None = None

    async def post(self, path: bytes, headers: bytes, body: bytes, *, connect: float, read: float) -> tuple[int, bytes]:
        """Status and body of the answer. `headers`: lines, each with its end.

        Raises Unreachable, Broken, or TimeoutError when no answer came in time.
        """
        request = b"POST %b HTTP/1.1\r\n%b%bContent-Length: %d\r\n\r\n%b" % (path, self._head, headers, len(body), body)
        async with self._slots:
            connection = self._pick() or await self._connect(connect)
            try:
                answer = await connection.call(request, read)
            except BaseException:
                connection.close()
                raise
            if connection.reusable:
                self._idle.append(connection)
            else:
                connection.close()
        return answer

    def close(self) -> None:
        """Close what is open."""
        while self._idle:
            self._idle.pop().close()

    def _pick(self) -> _Connection | None:
        """The connection that was used last, if the server has not closed it."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable(now):
                return connection
            connection.close()
        return None

    async def _connect(self, seconds: float) -> _Connection:
        loop = asyncio.get_running_loop()
        if self._secure and self._context is None:
            self._context = ssl.create_default_context()
        try:
            async with asyncio.timeout(seconds):
                found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
                opened = await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=NEXT_ADDRESS_SECONDS)
                connection = _Connection(loop)
                await loop.create_connection(
                    lambda: connection,
                    sock=opened,
                    ssl=self._context,
                    server_hostname=self._host if self._context else None,
                )
        except (OSError, ValueError) as error:
            raise Unreachable(type(error).__name__) from None
        return connection


class _Connection(asyncio.Protocol):
    """One connection, one call at a time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._last = 0.0
        self.reusable = False

    async def call(self, request: bytes, seconds: float) -> tuple[int, bytes]:
        """Write the request and wait for its answer."""
        if self._transport is None or self._transport.is_closing():
            raise Unreachable("closed")
        self.reusable = False
        answer: asyncio.Future[tuple[int, bytes]] = self._loop.create_future()
        self._answer = answer
        timer = self._loop.call_later(seconds, self._fail, TimeoutError("no answer in time"))
        try:
            self._transport.write(request)
            return await answer
        finally:
            timer.cancel()
            self._answer = None
            self._last = self._loop.time()

    def is_usable(self, now: float) -> bool:
        """Whether it is open and was in use a moment ago."""
        assert self._transport is not None
        return not self._transport.is_closing() and now - self._last < IDLE_SECONDS

    def close(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    # -- what the event loop calls -------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's, they only do the same.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._answer is None:
            # Nobody asked: whatever it is, the next answer could not be told from it.
            self.close()
            return
        self._received += data
        try:
            found = _read(self._received, ended=False)
        except ValueError as error:
            self._fail(Broken(str(error)))
            return
        if found is not None:
            self._done(found)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is None or self._answer.done():
            return
        try:
            found = _read(self._received, ended=error is None)
        except ValueError:
            found = None
        if found is not None:
            self._done(found)
            self.reusable = False
        else:
            self._fail(Broken(type(error).__name__ if error else "closed without an answer"))

    def _done(self, found: tuple[int, bytes, bool]) -> None:
        status, body, self.reusable = found
        self._received.clear()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((status, body))

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


def _read(received: bytearray, *, ended: bool) -> tuple[int, bytes, bool] | None:
    """Status, body, and whether the connection goes on; None while there is more to come. ValueError for no HTTP."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        if len(received) > LARGEST_HEAD or not b"HTTP/1.".startswith(received[:7]):
            raise ValueError("no HTTP")
        return None
    first, *lines = bytes(received[:end]).split(b"\r\n")
    if not first.startswith(b"HTTP/1."):
        raise ValueError("no HTTP")
    status = int(first[9:12])
    if status < 200:
        del received[: end + 4]
        return _read(received, ended=ended)
    headers = {
        name.strip().lower(): value.strip().lower() for name, _, value in (line.partition(b":") for line in lines)
    }
    goes_on = first.startswith(b"HTTP/1.1") and headers.get(b"connection") != b"close"
    start = end + 4
    if b"chunked" in headers.get(b"transfer-encoding", b""):
        body, length = _chunks(received, start), None
    elif b"content-length" in headers:
        length = int(headers[b"content-length"])
        body = bytes(received[start : start + length]) if len(received) >= start + length else None
        # More than the answer: the next one could not be told from it.
        goes_on = goes_on and len(received) == start + length
    else:
        body, goes_on = (bytes(received[start:]) if ended or status in (204, 304) else None), False
    return None if body is None else (status, body, goes_on)


def _chunks(received: bytearray, at: int) -> bytes | None:
    """A body that comes in pieces, each with its length before it; None while there is more to come."""
    body = bytearray()
    while True:
        line = received.find(b"\r\n", at)
        if line < 0:
            return None
        size = int(bytes(received[at:line]).partition(b";")[0], 16)
        at = line + 2
        if size == 0:
            return bytes(body) if received.find(b"\r\n", at) >= 0 else None
        if len(received) < at + size + 2:
            return None
        body += received[at : at + size]
        at += size + 2
