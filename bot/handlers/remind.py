"""/remind: the office sees who has not reported, chooses, and sends."""

from __future__ import annotations

from telegram import Update

from bot.domain.kinds import Role
from bot.presenters.actions import RemindPage, RemindSend, RemindToggle
from bot.presenters.remind import RemindList, present_remind
from bot.services import reminding
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed


async def on_remind(_update: Update, context: Context) -> None:
    """Who has not reported."""
    await context.answer(present_remind(await reminding.open_remind(context.db, context.cause)))


async def on_page(_update: Update, context: Context, action: RemindPage) -> None:
    """Another page, in place."""
    found = await reminding.turn_page(context.db, context.cause, action.page, action.version)
    await context.answer(present_remind(found).replacing())


async def on_toggle(_update: Update, context: Context, action: RemindToggle) -> None:
    """A person on or off the list, in place."""
    found = await reminding.toggle(context.db, context.cause, action.person_id, action.version)
    await context.answer(present_remind(found).replacing())


async def on_send(_update: Update, context: Context, action: RemindSend) -> None:
    """Send, or ask again when somebody just did."""
    done = await reminding.send_urges(context.db, context.cause, action.version, again=action.again)
    reply = present_remind(done)
    await context.answer(reply if isinstance(done, RemindList) else reply.replacing())


ROUTES = (
    Command("remind", on_remind, roles=frozenset({Role.OFFICE})),
    Pressed(RemindPage, on_page),
    Pressed(RemindToggle, on_toggle),
    Pressed(RemindSend, on_send),
)
