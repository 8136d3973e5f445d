"""The last routes: whatever no other handler takes still gets an answer."""

from __future__ import annotations

from telegram import Update

from bot.presenters.actions import Noop
from bot.presenters.errors import present_outdated_button, present_unhandled
from bot.presenters.reply import Reply
from bot.tg.context import Context
from bot.tg.routes import Otherwise, Pressed


async def on_noop(_update: Update, context: Context, _action: Noop) -> None:
    """A button that only shows something."""
    await context.answer(Reply(""))


async def on_outdated(_update: Update, context: Context) -> None:
    """A press whose data nothing unpacks: an old layout, or somebody's invention."""
    await context.answer(present_outdated_button())


async def on_unhandled(_update: Update, context: Context) -> None:
    """A command that does not exist, or a kind of message that nobody takes."""
    await context.answer(present_unhandled())


ROUTES = (
    Pressed(Noop, on_noop),
    Otherwise(lambda update: update.callback_query is not None, on_outdated),
    Otherwise(lambda update: update.message is not None, on_unhandled),
)
