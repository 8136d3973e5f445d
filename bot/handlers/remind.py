"""/remind: the office sees who owes what, chooses, and sends; the record of it."""

from __future__ import annotations

from telegram import Update

from bot.domain.kinds import Role
from bot.presenters.actions import RemindPage, RemindSend, RemindToggle
from bot.presenters.actions_console import AskOfUrge, CancelUrge, RemindMatter, ShowUrges
from bot.presenters.errors import present_outdated_button
from bot.presenters.remind import RemindList, UrgeMatter, present_remind
from bot.services import reminding, urge_record
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed


async def on_remind(_update: Update, context: Context) -> None:
    """Who has not reported."""
    await context.answer(present_remind(await reminding.open_remind(context.db, context.cause)))


async def on_matter(_update: Update, context: Context, action: RemindMatter) -> None:
    """Who owes something else, in place."""
    if action.matter not in set(UrgeMatter):
        await context.answer(present_outdated_button())
        return
    found = await reminding.open_remind(context.db, context.cause, UrgeMatter(action.matter))
    await context.answer(present_remind(found).replacing())


async def on_ask(_update: Update, context: Context, action: AskOfUrge) -> None:
    """Ask for the office's sentence, or for a time."""
    if action.what not in ("words", "when"):
        await context.answer(present_outdated_button())
        return
    await context.answer(
        present_remind(await reminding.ask_of_urge(context.db, context.cause, action.what, action.version))
    )


async def on_record(_update: Update, context: Context, action: ShowUrges) -> None:
    """Who was urged, when, by whom, with what result."""
    await context.answer(present_remind(await urge_record.record(context.db, context.cause, action.page)))


async def on_take_back(_update: Update, context: Context, action: CancelUrge) -> None:
    """Take back what has not left."""
    await context.answer(present_remind(await urge_record.take_back(context.db, context.cause, action.urge_id)))


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
    Pressed(RemindMatter, on_matter),
    Pressed(AskOfUrge, on_ask),
    Pressed(ShowUrges, on_record),
    Pressed(CancelUrge, on_take_back),
)
