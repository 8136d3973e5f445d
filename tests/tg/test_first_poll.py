"""After a start nobody may write for hours; the bot must be known to be ready all the same."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.clock import SystemClock
from bot.db.engine import Database
from bot.inbox.receiving import Inbox
from bot.tg.polling import Poller


class QuietTelegram:
    """Has no updates; a long poll is held as long as Telegram would."""

    async def _post(self, endpoint: str, data: dict[str, Any], **_more: Any) -> list[Any]:
        await asyncio.sleep(data["timeout"])
        return []


async def test_contact_is_known_before_the_first_long_poll_ends(sqlite_db: Database):
    poller = Poller(QuietTelegram(), Inbox(sqlite_db, SystemClock()), lambda _new: None)  # type: ignore[arg-type]
    polling = asyncio.create_task(poller.run())
    try:
        async with asyncio.timeout(5):
            while not poller.last_contact:
                await asyncio.sleep(0.01)
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
