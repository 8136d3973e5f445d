"""Whether a press turns the page of a list, which is then shown in place, or opens the list from another message."""

from __future__ import annotations

from telegram import Message, Update

from bot.presenters.reply import Reply
from bot.presenters.words import label

TURNS = ("report.button.back", "report.button.on", "notice.refresh")


def in_place(update: Update, reply: Reply) -> Reply:
    """The page as an edit where ‹, › or 刷新 was pressed; a list opened from a push, which keeps its words, is new."""
    query = update.callback_query
    message = query.message if query else None
    markup = message.reply_markup if isinstance(message, Message) else None
    keys = [key for row in markup.inline_keyboard for key in row] if markup else []
    pressed = {key.text for key in keys if query and key.callback_data == query.data}
    return reply.replacing() if pressed & {label(name) for name in TURNS} else reply
