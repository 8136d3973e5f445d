"""Long polling: fetch, store, then confirm by the next offset. One consumer per token."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.db.trouble import is_trouble
from bot.db.updates import ReceivedUpdate
from bot.inbox.receiving import Inbox
from bot.tg.application import POLL_SECONDS
from bot.tg.request import retry_seconds

log = structlog.get_logger(__name__)
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
BATCH = 100
# Pauses after errors in a row, in seconds; the last one repeats.
PAUSES = (0.2, 1.0, 3.0, 5.0)
# The same after conflicts: one of the two has to leave the other alone.
CONFLICT_PAUSES = (0.2, 1.0, 3.0, 10.0, 20.0)
# So long after the last conflict the other process is taken to be gone.
CALM_SECONDS = 60.0
# Telegram may need this much longer than the long poll itself.
GRACE_SECONDS = 15


class Poller:
    """`submit` gets what is new, after it is on disk."""

    def __init__(self, bot: Bot, inbox: Inbox, submit: Callable[[list[ReceivedUpdate]], None]) -> None:
        self._bot, self._inbox, self._submit = bot, inbox, submit
        self._offset = 0
        self._errors = 0
        # Whether Telegram answered the last request.
        self.last_contact = False
        self._conflicts = 0
        self._last_conflict = -math.inf

    async def run(self) -> None:
        """Poll for ever; an error pauses, it never ends the loop."""
        while True:
            try:
                # Out of contact we do not wait for news: a quiet hour would look like one without Telegram.
                await self.poll_once(POLL_SECONDS if self.last_contact else 0)
            except Exception as error:  # noqa: BLE001 - outer rim: nothing that happens here may silence the bot
                self.last_contact = False
                await asyncio.sleep(self._pause_after(error))
            else:
                self._errors = 0
                self.last_contact = True

    @property
    def in_conflict(self) -> bool:
        """Whether another process polls with the same token, or did until a moment ago."""
        return time.monotonic() - self._last_conflict < CALM_SECONDS

    async def poll_once(self, timeout: int) -> int:
        """One request; how many updates it brought. They are stored before the next request confirms them."""
        # The public get_updates parses every update: one odd payload would hold up all that came with it.
        raw: Any = await self._bot._post(
            "getUpdates",
            {"offset": self._offset, "timeout": timeout, "limit": BATCH, "allowed_updates": list(ALLOWED)},
            read_timeout=timeout + GRACE_SECONDS,
        )
        self._submit(await self._inbox.accept(raw))
        # An empty answer means that all before it is confirmed. From there on the offset is 0 again: after a week of
        # silence Telegram goes on with numbers that may be lower than those before.
        self._offset = max((item["update_id"] for item in raw), default=-1) + 1
        return len(raw)

    def _pause_after(self, error: Exception) -> float:
        """Say what happened; how long to wait."""
        pauses, errors = (CONFLICT_PAUSES, self._conflict()) if isinstance(error, Conflict) else (PAUSES, self._errors)
        pause = pauses[min(errors, len(pauses) - 1)]
        self._errors += 1
        kind = type(error).__name__
        if isinstance(error, RetryAfter):
            return retry_seconds(error)
        if isinstance(error, Conflict):
            log.error("another process polls with this token", hint="stop it, or use one token for one process")
        elif isinstance(error, InvalidToken):
            log.error("the bot token is refused", hint="compare BATON_BOT_TOKEN with what @BotFather shows")
        elif isinstance(error, NetworkError) or is_trouble(error):
            log.warning("polling failed", error=kind)
        elif isinstance(error, TelegramError):
            log.error("polling refused", error=kind)
        else:
            log.error("polling broke", error=kind, exc_info=error)
        return pause

    def _conflict(self) -> int:
        """How many conflicts there were before this one. Each side gets answers in between: they end nothing."""
        if not self.in_conflict:
            self._conflicts = 0
        self._last_conflict = time.monotonic()
        self._conflicts += 1
        return self._conflicts - 1
