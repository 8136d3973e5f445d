"""Puts a Reply into the chat that asked: a new message, an edit of the pressed one, a toast, a file."""

from __future__ import annotations

import asyncio
import math
import time
from html import escape

import structlog
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, RetryAfter

from bot.outbox.limits import Limits
from bot.presenters.reply import Reply, Rows
from bot.tg.markup import plain_text, split_message, units
from bot.tg.request import NotAccepted, is_markup_refused, retry_seconds
from bot.tg.sending import answer_press, edit_text, send_text

log = structlog.get_logger(__name__)
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# Telegram cuts a toast at 200 characters and a caption at 1024.
TOAST_LIMIT = 200
CAPTION_LIMIT = 1024
# Seconds between attempts while an answer certainly did not arrive; a longer flood is left to the whole update.
PAUSES = (0.3, 1.0, 3.0)
LONGEST_FLOOD = 5.0


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


async def answer(
    bot: Bot, update: Update | None, reply: Reply, *, alert: bool = False, limits: Limits | None = None
) -> int | None:
    """Answer where the update came from; the message's id, None when there was nowhere to answer.

    `alert`: over a pressed button the text is a notice to be closed, not a message, if it is short and still can be.
    Tries again while the answer certainly did not arrive. Raises telegram.error.TelegramError.
    """
    for pause in PAUSES:
        try:
            return await _counted(bot, update, reply, alert, limits)
        except RetryAfter as error:
            if retry_seconds(error) > LONGEST_FLOOD:
                raise
            await asyncio.sleep(retry_seconds(error))
        except NotAccepted:
            await asyncio.sleep(pause)
    return await _counted(bot, update, reply, alert, limits)


async def answer_in(bot: Bot, chat_id: int, reply: Reply, limits: Limits) -> int | None:
    """Answer in another chat than the one that asked. Raises telegram.error.TelegramError."""
    limits.answered(chat_id, time.monotonic())
    if reply.files:
        return await _send_files(bot, chat_id, reply)
    return await _send_parts(bot, chat_id, reply, None) if reply.text else None


async def _counted(bot: Bot, update: Update | None, reply: Reply, alert: bool, limits: Limits | None) -> int | None:
    """Waits for no limit, but is counted; nothing is sent while Telegram wants the whole bot to be quiet."""
    if limits is None or update is None or update.effective_chat is None:
        return await _answer(bot, update, reply, alert)
    if quiet := limits.quiet(time.monotonic()):
        raise RetryAfter(math.ceil(quiet))
    try:
        sent = await _answer(bot, update, reply, alert)
    except RetryAfter as error:
        limits.block(retry_seconds(error), time.monotonic())
        raise
    limits.answered(update.effective_chat.id, time.monotonic())
    return sent


async def _answer(bot: Bot, update: Update | None, reply: Reply, alert: bool) -> int | None:
    if update is None:
        return None
    query = update.callback_query
    if query is not None:
        notice = plain_text(reply.text) if alert and not reply.buttons else ""
        if notice and units(notice) <= TOAST_LIMIT:
            if await _stop_spinner(bot, query, notice, alert=True):
                return None
        elif not await _stop_spinner(bot, query, reply.toast):
            return await _answer_late(bot, update, reply)
        if reply.replaces and isinstance(query.message, Message) and await _edit(bot, query.message, reply):
            return query.message.message_id
    return await _send(bot, update, reply)


async def _answer_late(bot: Bot, update: Update, reply: Reply) -> int | None:
    """Confirm by a message what was done: the spinner is long gone, and nobody would notice an edit."""
    pressed = update.callback_query.message if update.callback_query else None
    if reply.toast and reply.replaces and isinstance(pressed, Message) and await _edit(bot, pressed, reply):
        return await _send(bot, update, Reply(escape(reply.toast)))
    return await _send(bot, update, reply if reply.text or reply.files else Reply(escape(reply.toast or "")))


async def _send(bot: Bot, update: Update, reply: Reply) -> int | None:
    if update.effective_chat is None:
        return None
    if reply.files:
        return await _send_files(bot, update.effective_chat.id, reply)
    return await _send_text(bot, update, reply) if reply.text else None


async def _send_text(bot: Bot, update: Update, reply: Reply) -> int:
    assert update.effective_chat is not None
    chat_id, asked = update.effective_chat.id, None
    if update.effective_chat.type != ChatType.PRIVATE and update.effective_message:
        asked = update.effective_message.message_id
    return await _send_parts(bot, chat_id, reply, asked)


async def _send_parts(bot: Bot, chat_id: int, reply: Reply, asked: int | None) -> int:
    parts = split_message(reply.text)
    message_id = 0
    for number, part in enumerate(parts, 1):
        buttons = reply.buttons if number == len(parts) else ()
        try:
            message_id = await send_text(bot, chat_id, part, ParseMode.HTML, buttons, asked)
        except BadRequest as error:
            if not is_markup_refused(error):
                raise
            log.error("markup refused, answered as plain text", chat=chat_id, refusal=str(error))
            message_id = await send_text(bot, chat_id, plain_text(part), None, buttons, asked)
    return message_id


async def _send_files(bot: Bot, chat_id: int, reply: Reply) -> int:
    """The words under the first file where they fit, else before it; the buttons under the last."""
    fits = units(plain_text(reply.text)) <= CAPTION_LIMIT
    if not fits:
        for part in split_message(reply.text):
            await bot.send_message(chat_id, part, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW)
    message_id = 0
    for file in reply.files:
        caption = reply.text if fits and file is reply.files[0] else None
        markup = keyboard(reply.buttons) if file is reply.files[-1] else None
        if file.photo:
            sent = await bot.send_photo(
                chat_id,
                file.content,
                filename=file.name,
                caption=caption,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
            )
        else:
            sent = await bot.send_document(
                chat_id,
                file.content,
                filename=file.name,
                caption=caption,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
            )
        message_id = sent.message_id
    return message_id


async def _stop_spinner(bot: Bot, query: CallbackQuery, text: str | None, *, alert: bool = False) -> bool:
    """Whether the press could still be answered: it lives 150 s at Telegram, its effect stands all the same."""
    try:
        await answer_press(bot, query.id, text[:TOAST_LIMIT] if text else None, alert=alert)
    except BadRequest:
        return False
    return True


async def _edit(bot: Bot, message: Message, reply: Reply) -> bool:
    """Edit in place; False when the message cannot be edited any more and a new one is due."""
    if len(split_message(reply.text)) > 1:
        return False
    try:
        await edit_text(bot, message.chat.id, message.message_id, reply.text, ParseMode.HTML, reply.buttons)
    except BadRequest as error:
        return "not modified" in str(error)
    return True
