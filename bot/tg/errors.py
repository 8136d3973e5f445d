"""The only place that judges Telegram's errors: to delivery failures outward, and from failures to an answer inward."""

from __future__ import annotations

import traceback
from pathlib import Path

import structlog
from telegram import Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import CallbackContext

from bot.db.trouble import is_trouble
from bot.domain.errors import AlreadyDone, BatonError
from bot.outbox.delivery import DeliveryError, FailureKind
from bot.presenters.asked import present
from bot.presenters.errors import present_error, present_resumed
from bot.presenters.reply import Reply
from bot.services.drafting import open_step
from bot.tg.context import Context
from bot.tg.guards import recognise
from bot.tg.request import NotAccepted, retry_seconds

log = structlog.get_logger(__name__)
# Causes that may pass besides the database's: the update is handled again before anybody is told.
PASSING = (TimedOut, NetworkError, RetryAfter)
# What Telegram answers with 400 for a chat that is not there any more; a blocked bot gets 403.
GONE = ("chat not found", "peer_id_invalid", "group chat was deactivated", "user not found", "no rights to send")


def _is_gone(error: BaseException) -> bool:
    return isinstance(error, BadRequest) and any(words in str(error).lower() for words in GONE)


def is_out_of_reach(error: BaseException) -> bool:
    """Whether the person cannot be written to any more."""
    return isinstance(error, Forbidden) or _is_gone(error)


def delivery_error(error: TelegramError) -> DeliveryError:
    """What a failed send means for the outbox."""
    text = str(error)
    if isinstance(error, RetryAfter):
        return DeliveryError(FailureKind.FLOOD, retry_seconds(error), text)
    if isinstance(error, ChatMigrated):
        return DeliveryError(FailureKind.MIGRATED, detail=text, moved_to=error.new_chat_id)
    if isinstance(error, Forbidden):
        return DeliveryError(FailureKind.BLOCKED, detail=text)
    if isinstance(error, BadRequest):
        return DeliveryError(FailureKind.GONE if _is_gone(error) else FailureKind.BAD_REQUEST, detail=text)
    if isinstance(error, (NotAccepted, InvalidToken)):
        return DeliveryError(FailureKind.NETWORK, detail=text)
    # A time-out, or a connection that broke after the request left: it may have been delivered.
    return DeliveryError(FailureKind.UNCERTAIN, detail=text)


def may_pass(error: BaseException) -> bool:
    """Whether handling the same update again can succeed. PTB makes BadRequest a kind of NetworkError: it is none."""
    return is_trouble(error) or (isinstance(error, PASSING) and not isinstance(error, BadRequest))


def is_outage(error: BaseException) -> bool:
    """Whether the database or Telegram is away and nothing was done: waiting is all that can be done about it."""
    if isinstance(error, OSError):
        # Of these only the network's: a file that is missing does not come back.
        return isinstance(error, (ConnectionError, TimeoutError))
    return is_trouble(error) or isinstance(error, (NotAccepted, RetryAfter))


async def on_error(update: object, context: CallbackContext) -> None:  # type: ignore[type-arg]
    """PTB's error handler: an explained error is answered and done; another is kept for whoever brought the update."""
    error = context.error
    if error is None or not isinstance(context, Context) or not isinstance(update, Update):
        return
    if not isinstance(error, BatonError):
        context.runtime.failures[update.update_id] = error
        return
    log.info("explained", error=type(error).__name__, detail=str(error), update_id=update.update_id)
    again = isinstance(error, AlreadyDone) and update.update_id in context.runtime.again
    try:
        await context.answer(await _resumed(update, context) if again else present_error(error), alert=True)
    except Exception as failure:  # noqa: BLE001 - outer rim: PTB would swallow it and the person hear nothing
        context.runtime.failures[update.update_id] = failure


async def _resumed(update: Update, context: Context) -> Reply:
    """The answer that got lost: the preview once more where a draft is open, else that it is done."""
    # An error handler's context is a new one.
    known = await recognise(update, context)
    step = await open_step(context.db, context.cause) if known is not None else None
    return present_resumed() if step is None else present(step)


def place_of(error: BaseException) -> str:
    """Innermost frame of our own code, as file:line."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if f"{Path('bot')}/" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
