"""Long polling: fetch, store, then confirm by the next offset. One consumer per token."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from telegram import Bot
from telegram.error import Conflict, NetworkError, RetryAfter, TelegramError

from bot.db.updates import ReceivedUpdate
from bot.inbox.receiving import Inbox
from bot.tg.application import POLL_SECONDS
from bot.tg.errors import retry_seconds

log = structlog.get_logger(__name__)
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
BATCH = 100
# Pauses after errors in a row, in seconds; the last one repeats.
PAUSES = (0.2, 1.0, 3.0, 10.0, 30.0)


class Poller:
    """`submit` gets what is new, after it is on disk."""

    def __init__(self, bot: Bot, inbox: Inbox, submit: Callable[[list[ReceivedUpdate]], None]) -> None:
        self._bot, self._inbox, self._submit = bot, inbox, submit
        self._offset = 0
        self._errors = 0
        # Whether Telegram answered the last request.
        self.last_contact = False

    async def run(self) -> None:
        """Poll for ever; an error pauses, it never ends the loop."""
        while True:
            try:
                await self.poll_once(POLL_SECONDS)
                self._errors = 0
                self.last_contact = True
            except RetryAfter as error:
                await asyncio.sleep(retry_seconds(error))
            except Conflict:
                log.error("another process polls with this token", hint="stop it, or use one token for one process")
                await self._pause()
            except NetworkError as error:
                log.warning("polling failed", error=type(error).__name__)
                await self._pause()
            except TelegramError as error:
                log.error("polling refused", error=type(error).__name__)
                await self._pause()

    async def poll_once(self, timeout: int) -> int:
        """One request; how many updates it brought. They are stored before the next request confirms them."""
        # The public get_updates parses every update: one odd payload would hold up all that came with it.
        raw: Any = await self._bot._post(
            "getUpdates",
            {"offset": self._offset, "timeout": timeout, "limit": BATCH, "allowed_updates": list(ALLOWED)},
            read_timeout=timeout + 15,
        )
        self._submit(await self._inbox.accept(raw))
        if raw:
            self._offset = max(item["update_id"] for item in raw) + 1
        return len(raw)

    async def _pause(self) -> None:
        pause = PAUSES[min(self._errors, len(PAUSES) - 1)]
        self._errors += 1
        self.last_contact = False
        await asyncio.sleep(pause)
