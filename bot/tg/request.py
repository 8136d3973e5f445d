"""The connection layer to the Bot API: aiohttp under python-telegram-bot's own interface.

httpx drops idle connections after 5 s, so a quiet bot would pay a TLS handshake for every answer, and its pool slows
down with many open requests. aiohttp does neither.
"""

from __future__ import annotations

from typing import Any

import aiohttp
import orjson
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 256
KEEP_ALIVE_SECONDS = 75.0


class NotConnected(NetworkError):
    """The request never left: nothing can have been delivered."""


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
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the interface's
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the interface's
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NotConnected("the connection layer is not initialised")
        timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=_or(connect_timeout, self._connect_timeout),
            sock_read=_or(read_timeout, self._read_timeout),
        )
        try:
            async with self._session.request(
                method, url, data=_body(request_data), timeout=timeout, proxy=self._proxy
            ) as response:
                return response.status, await response.read()
        except aiohttp.ClientConnectorError as error:
            # The text of the error names host and port, never the path with the token in it.
            raise NotConnected(f"cannot connect: {type(error).__name__}") from None
        except aiohttp.ConnectionTimeoutError:
            raise NotConnected("cannot connect in time") from None
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except aiohttp.ClientError as error:
            raise NetworkError(f"connection broke: {type(error).__name__}") from None


def _or(value: ODVInput[float], default: float) -> float | None:
    return default if isinstance(value, DefaultValue) else value


def _body(request_data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if request_data is None:
        return None
    if not request_data.multipart_data:
        return request_data.json_parameters
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
