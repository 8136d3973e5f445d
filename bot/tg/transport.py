"""The outbox's transport over the Bot API."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import zip_longest
from typing import Any, TypeVar

import structlog
from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.db.claims import Claimed
from bot.db.tables import Push, PushFile
from bot.domain.pushes import Act
from bot.outbox.delivery import Delivered, DeliveryError, FailureKind
from bot.outbox.limits import Limits, leave
from bot.presenters.push_document import document_of
from bot.presenters.reply import Attachment, Button
from bot.tg.answering import CAPTION_LIMIT, NO_PREVIEW, keyboard
from bot.tg.errors import delivery_error
from bot.tg.markup import plain_text, split_message, units
from bot.tg.request import is_markup_refused

log = structlog.get_logger(__name__)
T = TypeVar("T")
# A request to Telegram with a text (None: without one) and the way in which its tags are to be read.
Request = Callable[[str | None, ParseMode | None], Awaitable[T]]
# A text that needs more messages than this goes as a document with a short summary.
MOST_PARTS = 3
# How much of such a text its caption shows; the rest of the caption says where the whole of it is.
SUMMARY_LIMIT = 800
# How Telegram says that an edit changes nothing, and that there is nothing left to edit.
SAME = "not modified"
UNCHANGEABLE = ("message to edit not found", "message can't be edited", "message_id_invalid", "no text in the message")
MARKUP_REFUSED = "markup_refused"


def stored_buttons(rows: list[Any]) -> tuple[tuple[Button, ...], ...]:
    """Buttons as they were stored with the push."""
    return tuple(tuple(Button(item["text"], item.get("data"), item.get("url")) for item in row) for row in rows)


class TelegramTransport:
    """Sends pushes as messages and edits them; every failure leaves as a DeliveryError."""

    def __init__(self, bot: Bot, limits: Limits | None = None) -> None:
        self._bot, self._limits = bot, limits

    async def send(self, claimed: Claimed, text: str) -> Delivered:
        """Send the push with these words, or make the edit that it is. Raises DeliveryError."""
        sending = _Sending(self._bot, self._limits, claimed.push)
        try:
            if claimed.push.act == Act.EDIT.value:
                await sending.edit(claimed.target, text)
            else:
                await sending.send(text, claimed.files)
        except TelegramError as error:
            raise sending.failure(error) from error
        return Delivered(tuple(sending.ids), sending.remark)


class _Sending:
    """One push on its way. `ids`: the messages that have arrived so far."""

    def __init__(self, bot: Bot, limits: Limits | None, push: Push) -> None:
        self._bot, self._limits, self._push = bot, limits, push
        self._buttons = keyboard(stored_buttons(push.buttons))
        self._requests = 0
        self.ids: list[int] = []
        self.remark: str | None = None

    def failure(self, error: TelegramError) -> DeliveryError:
        """What the error means, now that so much of the push has arrived."""
        text = str(error).lower()
        if self._push.act == Act.EDIT.value and any(words in text for words in UNCHANGEABLE):
            return DeliveryError(FailureKind.UNCHANGEABLE, detail=str(error))
        failure = delivery_error(error)
        if self.ids:
            # Part of it has arrived: only a repetition that says so may go out.
            return DeliveryError(FailureKind.UNCERTAIN, failure.retry_after, str(failure))
        return failure

    async def send(self, text: str, files: Sequence[PushFile]) -> None:
        """Text first, then the files; a single file takes a short text as its caption."""
        sent = [Attachment(file.name, file.content, file.photo) for file in files]
        parts = split_message(text)
        if len(parts) > MOST_PARTS:
            whole = document_of(split_message(text, SUMMARY_LIMIT)[0], plain_text(text))
            text, parts, sent = whole.text, [], [*whole.files, *sent]
        elif len(sent) == 1 and units(plain_text(text)) <= CAPTION_LIMIT:
            parts = []
        steps = len(parts) + len(sent)
        for number, part in enumerate(parts, 1):
            await self._message(part, self._buttons if number == steps else None)
        caption = text if not parts else None
        for number, file in enumerate(sent, len(parts) + 1):
            await self._file(file, caption, self._buttons if number == steps else None)
            caption = None

    async def _message(self, text: str, buttons: InlineKeyboardMarkup | None) -> None:
        async def request(words: str | None, mode: ParseMode | None) -> Message:
            return await self._bot.send_message(
                self._push.chat_id, words or "", parse_mode=mode, link_preview_options=NO_PREVIEW, reply_markup=buttons
            )

        await self._in_turn()
        left = time.monotonic()
        sent = await self._marked(text, request)
        if self._limits is not None:
            self._limits.returned(left, time.monotonic())
        self.ids.append(sent.message_id)

    async def _file(self, file: Attachment, caption: str | None, buttons: InlineKeyboardMarkup | None) -> None:
        async def request(words: str | None, mode: ParseMode | None) -> Message:
            chat_id = self._push.chat_id
            if file.photo:
                return await self._bot.send_photo(
                    chat_id, file.content, words, filename=file.name, parse_mode=mode, reply_markup=buttons
                )
            return await self._bot.send_document(
                chat_id, file.content, words, filename=file.name, parse_mode=mode, reply_markup=buttons
            )

        await self._in_turn()
        sent = await self._marked(caption, request)
        self.ids.append(sent.message_id)

    async def edit(self, target: Sequence[int], text: str) -> None:
        """Change the messages of a push; where the new text has another number of parts, only the buttons."""
        parts = split_message(text)
        if len(parts) != len(target) or self._push.files:
            await self._in_turn()
            await self._unless_same(
                self._bot.edit_message_reply_markup(self._push.chat_id, target[-1], reply_markup=self._buttons)
            )
            return
        for message_id, part, following in zip_longest(target, parts, target[1:]):
            await self._in_turn()
            await self._change(message_id, part, None if following else self._buttons)

    async def _change(self, message_id: int, text: str, buttons: InlineKeyboardMarkup | None) -> None:
        async def request(words: str | None, mode: ParseMode | None) -> object:
            return await self._bot.edit_message_text(
                words or "",
                self._push.chat_id,
                message_id,
                parse_mode=mode,
                link_preview_options=NO_PREVIEW,
                reply_markup=buttons,
            )

        await self._unless_same(self._marked(text, request))

    @staticmethod
    async def _unless_same(editing: Awaitable[object]) -> None:
        try:
            await editing
        except BadRequest as error:
            if SAME not in str(error).lower():
                raise

    async def _marked(self, text: str | None, request: Request[T]) -> T:
        """Make the request; once more as plain text where Telegram refuses our markup, which is remarked upon."""
        try:
            return await request(text, ParseMode.HTML)
        except TelegramError as error:
            if not is_markup_refused(error):
                raise
            log.error(
                "markup refused, sent as plain text", push=self._push.id, kind=self._push.kind, refusal=str(error)
            )
            self.remark = MARKUP_REFUSED
            return await request(plain_text(text or ""), None)

    async def _in_turn(self) -> None:
        """The outbox gave the first request its turn; each further one takes its own."""
        self._requests += 1
        if self._limits is not None and self._requests > 1:
            await leave(self._limits, self._limits.reserve(self._push.chat_id, time.monotonic()))
