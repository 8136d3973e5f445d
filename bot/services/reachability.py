"""Whether a person can be written to: noted when a message is refused, when they block the bot, when they are back."""

from __future__ import annotations

from datetime import datetime

from bot.db import reachability
from bot.db.engine import Database
from bot.db.telling import tell
from bot.presenters.push_unreachable import TOLD, unreachable_notice


async def lose_contact(db: Database, chat_id: int, now: datetime) -> bool:
    """The chat cannot be written to any more: its pushes are cancelled and the office told. Whether that was news."""
    async with db.write() as session:
        lost = await reachability.lose(session, chat_id, now)
        if lost is not None:
            await tell(session, TOLD, unreachable_notice(lost, now))
    return lost is not None


async def regain_contact(db: Database, telegram_user_id: int) -> None:
    """The person is there again."""
    async with db.write() as session:
        await reachability.regain(session, telegram_user_id)
