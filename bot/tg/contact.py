"""Whether Telegram answers us: the poller knows; a process that does not poll asks now and then."""

from __future__ import annotations

import time

from telegram import Bot
from telegram.error import TelegramError

from bot.tg.polling import Poller

# An answer counts for so long: /readyz may be asked every second.
HOLDS_SECONDS = 30.0
TIMEOUT_SECONDS = 5.0


class Contact:
    """The last contact with Telegram. `poller`: where this process polls."""

    def __init__(self, bot: Bot, poller: Poller | None) -> None:
        self._bot, self._poller = bot, poller
        self._asked = float("-inf")
        self._answered = False

    async def missing(self) -> list[str]:
        """Nothing; or "telegram" when it does not answer, "conflict" when another process polls with our token."""
        if self._poller is not None:
            if self._poller.in_conflict:
                return ["conflict"]
            return [] if self._poller.last_contact else ["telegram"]
        if time.monotonic() - self._asked > HOLDS_SECONDS:
            self._answered = await self._ask()
            # A silence is asked about again at once: the way back is not to be missed.
            self._asked = time.monotonic() if self._answered else float("-inf")
        return [] if self._answered else ["telegram"]

    async def _ask(self) -> bool:
        try:
            await self._bot.get_me(read_timeout=TIMEOUT_SECONDS, connect_timeout=TIMEOUT_SECONDS)
        except TelegramError:
            return False
        return True
