"""批示: the button, and the words that follow it or come in one go."""

from __future__ import annotations

from telegram import Update

from bot.presenters.actions import StartDirective
from bot.presenters.warning import present_directive
from bot.services import directing
from bot.services.hearing import DirectWanted, DraftText
from bot.tg.context import Context
from bot.tg.routes import Pressed


async def on_start_directive(_update: Update, context: Context, action: StartDirective) -> None:
    """Ask for the words."""
    begun = await directing.start_directive(context.db, context.cause, action.indicator_id)
    await context.answer(present_directive(begun))


async def on_typed_directive(_update: Update, context: Context, said: DirectWanted) -> None:
    """批示：… typed as a message, most often in reply to a push."""
    given = await directing.say(context.db, context.cause, said.indicator_id, said.text)
    await context.answer(present_directive(given))


async def on_draft_text(_update: Update, context: Context, said: DraftText) -> None:
    """The words that a begun directive waited for."""
    given = await directing.finish_directive(context.db, context.cause, said.text)
    await context.answer(present_directive(given))


ROUTES = (Pressed(StartDirective, on_start_directive),)
