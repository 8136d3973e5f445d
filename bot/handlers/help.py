"""/help by role, and /cancel."""

from __future__ import annotations

from telegram import Update

from bot.presenters.asked import present
from bot.presenters.help import present_help
from bot.services import drafting
from bot.services.helping import help_for
from bot.tg.context import Context
from bot.tg.routes import Command


async def on_help(_update: Update, context: Context) -> None:
    """What this person can do."""
    await context.answer(present_help(await help_for(context.db, context.cause)))


async def on_cancel(_update: Update, context: Context) -> None:
    """Drop what the person is in the middle of."""
    await context.answer(present(await drafting.cancel(context.db, context.cause)))


ROUTES = (Command("cancel", on_cancel), Command("help", on_help))
