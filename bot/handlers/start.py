"""/start: binds with a code, greets without one."""

from __future__ import annotations

from telegram import Update

from bot.domain.binding import Bound, ExpiredCode, Try, UsedCode, WrongCode
from bot.presenters.binding import present_no_code, present_outcome, present_too_many_tries, present_welcome
from bot.services.actors import identify
from bot.services.binding import MessengerUser, bind, who_am_i
from bot.tg.context import Context
from bot.tg.menus import show_menu
from bot.tg.routes import Command


async def on_start(update: Update, context: Context) -> None:
    """Bind, or say who this is."""
    user, chat = update.effective_user, update.effective_chat
    assert user is not None
    assert chat is not None
    if not context.args:
        known = context.known
        await context.answer(present_welcome(await who_am_i(context.db, known)) if known else present_no_code())
        return
    now = context.cause.now
    allowed = context.runtime.tries.may_try(user.id, now)
    if allowed is not Try.ALLOWED:
        if allowed is Try.TOLD:
            await context.answer(present_too_many_tries())
        return
    outcome = await bind(context.db, context.cause, context.args[0], MessengerUser(user.id, chat.id, user.full_name))
    if isinstance(outcome, WrongCode | ExpiredCode | UsedCode):
        context.runtime.tries.failed(user.id, now)
    await context.answer(present_outcome(outcome))
    if isinstance(outcome, Bound) and (known := await identify(context.db, user.id)):
        await show_menu(context, known, chat.id)


ROUTES = (Command("start", on_start, strangers=True),)
