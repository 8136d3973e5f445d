"""/me, and the office's answer to a second account."""

from __future__ import annotations

from telegram import Update

from bot.presenters.actions import DecideBinding
from bot.presenters.binding import present_decision, present_me
from bot.services.binding import decide_binding, who_am_i
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed


async def on_me(_update: Update, context: Context) -> None:
    """Who am I to Baton?"""
    await context.answer(present_me(await who_am_i(context.db, context.actor)))


async def on_decide(_update: Update, context: Context, action: DecideBinding) -> None:
    """Approve or refuse."""
    decided = await decide_binding(context.db, context.cause, action.request_id, approve=action.approve)
    await context.answer(present_decision(decided))


ROUTES = (Command("me", on_me), Pressed(DecideBinding, on_decide))
