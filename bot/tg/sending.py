"""The calls that every answer makes, straight to the connection layer.

python-telegram-bot would build objects of the message that goes out and of the one that comes back, and a form that
turns each byte of Chinese into three; here a call is one JSON body, and what comes back is the message's id.
"""

from __future__ import annotations

from typing import Any

import orjson
from telegram import Bot
from telegram.constants import ParseMode

from bot.presenters.reply import Rows
from bot.tg.request import JsonBody

NO_PREVIEW = '{"is_disabled":true}'


async def call(bot: Bot, method: str, fields: dict[str, Any]) -> Any:
    """Telegram's answer to one call; fields that are None are left out. Raises telegram.error.TelegramError."""
    given = {name: value for name, value in fields.items() if value is not None}
    return await bot.request.post(f"{bot.base_url}/{method}", JsonBody(given))  # type: ignore[arg-type]


def markup(buttons: Rows) -> str | None:
    """Telegram's inline keyboard as JSON; None without buttons."""
    if not buttons:
        return None
    lines = [
        [
            {"text": button.text, "callback_data": button.data}
            if button.url is None
            else {"text": button.text, "url": button.url}
            for button in row
        ]
        for row in buttons
    ]
    return orjson.dumps({"inline_keyboard": lines}).decode()


async def send_text(
    bot: Bot, chat_id: int, text: str, parse_mode: ParseMode | None, buttons: Rows = (), quoted: int | None = None
) -> int:
    """Send one message, as an answer to the message `quoted` if that is still there; its id."""
    reply = orjson.dumps({"message_id": quoted, "allow_sending_without_reply": True}).decode() if quoted else None
    sent = await call(
        bot,
        "sendMessage",
        {
            "chat_id": chat_id,
            "text": text,
            "parse_mode": parse_mode,
            "link_preview_options": NO_PREVIEW,
            "reply_markup": markup(buttons),
            "reply_parameters": reply,
        },
    )
    return int(sent["message_id"])


async def edit_text(
    bot: Bot, chat_id: int, message_id: int, text: str, parse_mode: ParseMode | None, buttons: Rows = ()
) -> None:
    """Change a message and its buttons in place."""
    await call(
        bot,
        "editMessageText",
        {
            "chat_id": chat_id,
            "message_id": message_id,
            "text": text,
            "parse_mode": parse_mode,
            "link_preview_options": NO_PREVIEW,
            "reply_markup": markup(buttons),
        },
    )


async def answer_press(bot: Bot, query_id: str, text: str | None, *, alert: bool = False) -> None:
    """Stop the spinner over a pressed button, with a toast if there is a text."""
    fields = {"callback_query_id": query_id, "text": text, "show_alert": alert or None}
    await call(bot, "answerCallbackQuery", fields)
