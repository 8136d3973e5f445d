"""/start: binds with a code, greets without one."""

from __future__ import annotations

from telegram import Update

from bot.domain.binding import Bound, ExpiredCode, Try, UsedCode, WrongCode
from bot.presenters.binding import present_no_code, present_outcome, present_too_many_tries, present_welcome
from bot.reading.safe_text import safe_text
from bot.services.actors import identify
from bot.services.binding import MessengerUser, bind, who_am_i
from bot.tg.context import Context
from bot.tg.menus import show_menu
from bot.tg.routes import Command

# So much of what somebody calls himself is shown.
LONGEST_NAME = 40


async def on_start(update: Update, context: Context) -> None:
    """Bind, or say who this is."""
    user, known = update.effective_user, context.known
    assert user is not None
    if not context.args:
        await context.answer(present_welcome(await who_am_i(context.db, known)) if known else present_no_code())
        return
    allowed = context.runtime.tries.may_try(user.id, context.cause.now)
    if allowed is Try.ALLOWED:
        await _try_code(update, context, context.args[0])
    elif allowed is Try.TOLD:
        await context.answer(present_too_many_tries())


async def _try_code(update: Update, context: Context, code: str) -> None:
    user, chat = update.effective_user, update.effective_chat
    assert user is not None
    assert chat is not None
    # Anybody may call himself anything, and an office reads it when it decides.
    name = safe_text(user.full_name, LONGEST_NAME)
    outcome = await bind(context.db, context.cause, code, MessengerUser(user.id, chat.id, name))
    if isinstance(outcome, WrongCode | ExpiredCode | UsedCode):
        context.runtime.tries.failed(user.id, context.cause.now)
    await context.answer(present_outcome(outcome))
    if isinstance(outcome, Bound) and (known := await identify(context.db, user.id)):
        await show_menu(context, known, chat.id)


ROUTES = (Command("start", on_start, strangers=True),)
