"""/undelivered: the office decides about messages without a receipt, by button or by words."""

from __future__ import annotations

from telegram import Update

from bot.domain.kinds import Role
from bot.presenters.actions import SettleUncertain
from bot.presenters.uncertain import present_uncertain, settling_typed
from bot.services.uncertain import list_uncertain, settle_uncertain
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed


async def on_undelivered(_update: Update, context: Context) -> None:
    """The list, or what the words behind the command ask for."""
    wanted = settling_typed(context.args or [])
    if wanted is None:
        found = await list_uncertain(context.db, context.cause)
    else:
        found = await settle_uncertain(context.db, context.cause, wanted[0], again=wanted[1])
    await context.answer(present_uncertain(found))


async def on_settle(_update: Update, context: Context, action: SettleUncertain) -> None:
    """Send it again, or leave it."""
    found = await settle_uncertain(context.db, context.cause, action.push_id, again=action.again)
    await context.answer(present_uncertain(found).replacing())


ROUTES = (
    Command("undelivered", on_undelivered, roles=frozenset({Role.OFFICE, Role.ADMIN})),
    Pressed(SettleUncertain, on_settle),
)
