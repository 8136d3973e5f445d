"""The outbox's transport over the Bot API."""

from __future__ import annotations

from typing import Any

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.db.tables import Push
from bot.presenters.reply import Button
from bot.tg.answering import NO_PREVIEW, keyboard
from bot.tg.errors import delivery_error


def stored_buttons(rows: list[Any]) -> tuple[tuple[Button, ...], ...]:
    """Buttons as they were stored with the push."""
    return tuple(tuple(Button(item["text"], item.get("data"), item.get("url")) for item in row) for row in rows)


class TelegramTransport:
    """Sends pushes as messages; every failure leaves as a DeliveryError."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, push: Push, text: str) -> int:
        """Send the push with these words; the message's id. Raises DeliveryError."""
        try:
            sent = await self._bot.send_message(
                push.chat_id,
                text,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=keyboard(stored_buttons(push.buttons)),
            )
        except TelegramError as error:
            raise delivery_error(error) from error
        return sent.message_id
