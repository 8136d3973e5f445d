"""The outbox's transport over the Bot API."""

from __future__ import annotations

from typing import Any

import structlog
from telegram import Bot, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.db.tables import Push
from bot.outbox.delivery import DeliveryError, FailureKind
from bot.presenters.reply import Button
from bot.tg.answering import NO_PREVIEW, keyboard
from bot.tg.errors import delivery_error
from bot.tg.markup import plain_text, split_message
from bot.tg.request import is_markup_refused

log = structlog.get_logger(__name__)


def stored_buttons(rows: list[Any]) -> tuple[tuple[Button, ...], ...]:
    """Buttons as they were stored with the push."""
    return tuple(tuple(Button(item["text"], item.get("data"), item.get("url")) for item in row) for row in rows)


class TelegramTransport:
    """Sends pushes as messages; every failure leaves as a DeliveryError."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, push: Push, text: str) -> int:
        """Send the push with these words; the id of the (last) message, which has the buttons. Raises DeliveryError."""
        parts = split_message(text)
        buttons = keyboard(stored_buttons(push.buttons))
        for number, part in enumerate(parts):
            last = number + 1 == len(parts)
            try:
                message_id = await self._send(push, part, buttons if last else None)
            except TelegramError as error:
                failure = delivery_error(error)
                if number:
                    # Part of it has arrived: only a repetition that says so may go out.
                    failure = DeliveryError(FailureKind.UNCERTAIN, failure.retry_after, str(failure))
                raise failure from error
        return message_id

    async def _send(self, push: Push, text: str, buttons: InlineKeyboardMarkup | None) -> int:
        try:
            return await self._send_as(push.chat_id, text, buttons, ParseMode.HTML)
        except TelegramError as error:
            if not is_markup_refused(error):
                raise
            log.error("markup refused, sent as plain text", push=push.id, kind=push.kind, refusal=str(error))
            return await self._send_as(push.chat_id, plain_text(text), buttons, None)

    async def _send_as(
        self, chat_id: int, text: str, buttons: InlineKeyboardMarkup | None, parse_mode: ParseMode | None
    ) -> int:
        sent = await self._bot.send_message(
            chat_id, text, parse_mode=parse_mode, link_preview_options=NO_PREVIEW, reply_markup=buttons
        )
        return sent.message_id
