"""申请调整: the command, the form's buttons, and the decisions of the chain."""

from __future__ import annotations

from telegram import Update

from bot.domain.adjusting import AdjustCause, AdjustField
from bot.domain.kinds import Role
from bot.presenters.adjustment import (
    ChooseCause,
    DecideAdjustment,
    EditAdjustment,
    SendAdjustment,
    ShowAdjustment,
    StartAdjustment,
)
from bot.presenters.asked import present
from bot.presenters.errors import present_outdated_button
from bot.services import adjusting, adjusting_chain
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed

ASKING = frozenset({Role.CONTACT, Role.HEAD, Role.OFFICE})


async def on_adjust(_update: Update, context: Context) -> None:
    """What may be asked for, or the form of the indicator that is named."""
    words = " ".join(context.args or ())
    await context.answer(present(await adjusting.choice(context.db, context.cause, words)))


async def on_start(_update: Update, context: Context, action: StartAdjustment) -> None:
    """Begin the form."""
    await context.answer(present(await adjusting.start(context.db, context.cause, action.indicator_id)))


async def on_cause(_update: Update, context: Context, action: ChooseCause) -> None:
    """The kind of cause, in place."""
    if action.kind not in set(AdjustCause):
        await context.answer(present_outdated_button())
        return
    shown = await adjusting.set_cause(context.db, context.cause, AdjustCause(action.kind), action.draft)
    await context.answer(present(shown).replacing())


async def on_edit(_update: Update, context: Context, action: EditAdjustment) -> None:
    """Ask for a field again."""
    if action.field not in set(AdjustField):
        await context.answer(present_outdated_button())
        return
    await context.answer(
        present(await adjusting.edit(context.db, context.cause, AdjustField(action.field), action.draft))
    )


async def on_send(_update: Update, context: Context, action: SendAdjustment) -> None:
    """Submit the request."""
    await context.answer(present(await adjusting_chain.submit(context.db, context.cause, action.draft)))


async def on_show(_update: Update, context: Context, action: ShowAdjustment) -> None:
    """The request with its chain."""
    await context.answer(present(await adjusting_chain.view(context.db, context.cause, action.request_id)))


async def on_decide(_update: Update, context: Context, action: DecideAdjustment) -> None:
    """Yes or no at the present step."""
    decided = await adjusting_chain.decide(
        context.db, context.cause, action.request_id, action.accept, version=action.version
    )
    await context.answer(present(decided))


ROUTES = (
    Command("adjust", on_adjust, roles=ASKING),
    Pressed(StartAdjustment, on_start),
    Pressed(ChooseCause, on_cause),
    Pressed(EditAdjustment, on_edit),
    Pressed(SendAdjustment, on_send),
    Pressed(ShowAdjustment, on_show),
    Pressed(DecideAdjustment, on_decide),
)
