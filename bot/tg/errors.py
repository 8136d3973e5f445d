"""The only place that reads Telegram's errors: to delivery failures outward, and from failures to an answer inward."""

from __future__ import annotations

import traceback
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError
from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import CallbackContext

from bot.domain.errors import BatonError
from bot.outbox.delivery import DeliveryError, FailureKind
from bot.presenters.errors import present_error, present_failure
from bot.services.alerting import alert_administrators
from bot.tg.context import Context
from bot.tg.request import NotConnected

log = structlog.get_logger(__name__)
# Causes that may pass: the update is handled again before anybody is told.
PASSING = (OperationalError, TimedOut, NetworkError, RetryAfter)


def retry_seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait; PTB gives seconds or a timedelta."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def delivery_error(error: TelegramError) -> DeliveryError:
    """What a failed send means for the outbox."""
    text = str(error)
    if isinstance(error, RetryAfter):
        return DeliveryError(FailureKind.FLOOD, retry_seconds(error), text)
    if isinstance(error, Forbidden):
        return DeliveryError(FailureKind.BLOCKED, detail=text)
    if isinstance(error, BadRequest):
        gone = "chat not found" in text.lower()
        return DeliveryError(FailureKind.GONE if gone else FailureKind.BAD_REQUEST, detail=text)
    if isinstance(error, NotConnected):
        return DeliveryError(FailureKind.NETWORK, detail=text)
    # A time-out, or a connection that broke after the request left: it may have been delivered.
    return DeliveryError(FailureKind.UNCERTAIN, detail=text)


def may_pass(error: BaseException) -> bool:
    """Whether handling the same update again can succeed. PTB makes BadRequest a kind of NetworkError: it is none."""
    return isinstance(error, PASSING) and not isinstance(error, BadRequest)


async def on_error(update: object, context: CallbackContext) -> None:  # type: ignore[type-arg]
    """PTB's error handler: an explained error is answered and done; another is kept for whoever brought the update."""
    error = context.error
    if error is None or not isinstance(context, Context) or not isinstance(update, Update):
        return
    if isinstance(error, BatonError):
        log.info("explained", error=type(error).__name__, detail=str(error), update_id=update.update_id)
        await context.answer(present_error(error))
        return
    context.runtime.failures[update.update_id] = error


async def explain_failure(context: Context, error: BaseException, update_id: int) -> None:
    """The end of a failed update: logged once with ids, the person answered, the administrators told once."""
    reference = f"U{update_id}"
    kind, where = type(error).__name__, _place(error)
    log.error("update failed", update_id=update_id, kind=kind, where=where, exc_info=error)
    await alert_administrators(context.db, context.runtime.clock.now(), kind=kind, where=where, reference=reference)
    try:
        await context.answer(present_failure(reference))
    except TelegramError as again:
        log.warning("person not answered", update_id=update_id, error=type(again).__name__)


def _place(error: BaseException) -> str:
    """Innermost frame of our own code, as file:line."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if f"{Path('bot')}/" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
