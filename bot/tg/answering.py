"""Puts a Reply into the chat that asked: a new message, an edit of the pressed one, a toast, a file."""

from __future__ import annotations

import contextlib

from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.presenters.reply import Reply, Rows

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# Telegram cuts a toast at 200 characters; an alert is not used.
TOAST_LIMIT = 200


def keyboard(buttons: Rows) -> InlineKeyboardMarkup | None:
    """Telegram's inline keyboard; None without buttons."""
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.text, callback_data=button.data, url=button.url) for button in row]
            for row in buttons
        ]
    )


async def answer(bot: Bot, update: Update | None, reply: Reply) -> int | None:
    """Answer where the update came from; the message's id, None when there was nowhere to answer."""
    if update is None or update.effective_chat is None:
        return None
    query = update.callback_query
    if query is not None:
        await _stop_spinner(query, reply.toast)
        if reply.replaces and isinstance(query.message, Message):
            edited = await _edit(query.message, reply)
            if edited:
                return query.message.message_id
    if reply.attachment is not None:
        sent = await bot.send_document(
            update.effective_chat.id,
            document=reply.attachment.content,
            filename=reply.attachment.name,
            caption=reply.text or None,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(reply.buttons),
        )
        return sent.message_id
    if not reply.text:
        return None
    asked_in_group = update.effective_message if update.effective_chat.type != "private" else None
    sent = await bot.send_message(
        update.effective_chat.id,
        reply.text,
        parse_mode=ParseMode.HTML,
        link_preview_options=NO_PREVIEW,
        reply_markup=keyboard(reply.buttons),
        reply_parameters=(
            ReplyParameters(asked_in_group.message_id, allow_sending_without_reply=True) if asked_in_group else None
        ),
    )
    return sent.message_id


async def _stop_spinner(query: CallbackQuery, toast: str | None) -> None:
    # A press lives 150 s at Telegram; its effect stands all the same.
    with contextlib.suppress(BadRequest):
        await query.answer(toast[:TOAST_LIMIT] if toast else None)


async def _edit(message: Message, reply: Reply) -> bool:
    """Edit in place; False when the message cannot be edited any more and a new one is due."""
    try:
        await message.edit_text(
            reply.text,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=keyboard(reply.buttons),
        )
    except BadRequest as error:
        return "not modified" in str(error)
    return True
