"""The connection layer to the Bot API: aiohttp under python-telegram-bot's own interface.

httpx drops idle connections after 5 s, so a quiet bot would pay a TLS handshake for every answer, and its pool slows
down with many open requests. aiohttp does neither.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any

import aiohttp
import orjson
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 256
KEEP_ALIVE_SECONDS = 75.0
# For handing over a request, a file of 50 MB included; only then the time for its answer begins.
WRITE_SECONDS = 60.0
AS_JSON = {"Content-Type": "application/json"}
# 504 is not among them: behind a gateway that gave up waiting the work may have been done.
REFUSING = (500, 501, 502, 503)


class NotAccepted(NetworkError):
    """Telegram certainly did not do what was asked."""


class NotConnected(NotAccepted):
    """The request never left."""


class ServerFailed(NotAccepted):
    """Telegram answered that it cannot do it now (500 to 503)."""


def retry_seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait; PTB gives seconds or a timedelta."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def is_markup_refused(error: TelegramError) -> bool:
    """Whether Telegram could not read the tags of a text; without them it will take it."""
    return isinstance(error, BadRequest) and "can't parse entities" in str(error).lower()


class JsonBody:
    """The fields of a call without files, where RequestData is expected. Nested objects are JSON text, as in a form."""

    contains_files = False

    def __init__(self, fields: dict[str, Any]) -> None:
        self.body = orjson.dumps(fields)


class AiohttpRequest(BaseRequest):
    """One pool of kept-alive connections. Timeouts in seconds."""

    def __init__(self, *, read_timeout: float = 15.0, connect_timeout: float = 10.0, proxy: str | None = None) -> None:
        self._read_timeout, self._connect_timeout, self._proxy = read_timeout, connect_timeout, proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_timeout

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            parsed: dict[str, Any] = orjson.loads(payload)
        except ValueError as error:
            raise TelegramError("invalid server response") from error
        return parsed

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | JsonBody | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the interface's
    ) -> tuple[int, bytes]:
        if self._session is None or self._session.closed:
            raise NotConnected("the connection layer is not initialised")
        connect, read = _or(connect_timeout, self._connect_timeout), _or(read_timeout, self._read_timeout)
        timeout = _timeout(connect, _or(write_timeout, WRITE_SECONDS), read)
        body, headers = _body(request_data)
        # Neither the text nor the cause of these errors goes on: they may name the address, and the token is in it.
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, proxy=self._proxy
            ) as response:
                status, payload = response.status, await response.read()
        except NOT_CONNECTED as error:
            raise NotConnected(f"cannot connect: {type(error).__name__}") from None
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"connection broke: {type(error).__name__}") from None
        if status in REFUSING:
            raise ServerFailed(f"the server answered {status}")
        return status, payload


NOT_CONNECTED = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientSSLError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


def _or(value: ODVInput[float], default: float) -> float | None:
    return default if isinstance(value, DefaultValue) else value


@lru_cache(maxsize=64)
def _timeout(connect: float | None, write: float | None, read: float | None) -> aiohttp.ClientTimeout:
    total = connect + write + read if connect is not None and write is not None and read is not None else None
    return aiohttp.ClientTimeout(total=total, sock_connect=connect, sock_read=read)


def _body(request_data: RequestData | JsonBody | None) -> tuple[aiohttp.FormData | bytes | None, dict[str, str] | None]:
    """The body and the headers it needs. Without files it is JSON: a form would treble every Chinese character."""
    if request_data is None:
        return None, None
    if isinstance(request_data, JsonBody):
        return request_data.body, AS_JSON
    if not request_data.multipart_data:
        return orjson.dumps(request_data.json_parameters), AS_JSON
    # Telegram takes names as they are; percent signs would show.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, None
