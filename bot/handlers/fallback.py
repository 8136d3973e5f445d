"""The last routes: a button that no handler understands any more still gets an answer."""

from __future__ import annotations

from telegram import Update

from bot.presenters.actions import Noop
from bot.presenters.errors import present_outdated_button
from bot.presenters.reply import Reply
from bot.tg.context import Context
from bot.tg.routes import Otherwise, Pressed


async def on_noop(_update: Update, context: Context, _action: Noop) -> None:
    """A button that only shows something."""
    await context.answer(Reply(""))


async def on_outdated(_update: Update, context: Context) -> None:
    """A press whose data nothing unpacks: an old layout, or somebody's invention."""
    await context.answer(present_outdated_button())


ROUTES = (
    Pressed(Noop, on_noop),
    Otherwise(lambda update: update.callback_query is not None, on_outdated),
)
