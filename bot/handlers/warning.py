"""签收: of one order, and of everything that a digest told."""

from __future__ import annotations

from telegram import Update

from bot.presenters.actions import Acknowledge, AcknowledgeAll
from bot.presenters.warning import present_acknowledgement
from bot.services import ordering
from bot.services.ordering import Pressed as PressedMessage
from bot.tg.context import Context
from bot.tg.routes import Pressed


def _pressed(update: Update) -> PressedMessage | None:
    message = update.effective_message
    return PressedMessage(message.chat_id, message.message_id) if message is not None else None


async def on_acknowledge(update: Update, context: Context, action: Acknowledge) -> None:
    """签收 of an order; the message that was pressed then shows when."""
    outcome = await ordering.acknowledge(context.db, context.cause, action.order_id, action.severity, _pressed(update))
    await context.answer(present_acknowledgement(outcome))


async def on_acknowledge_all(update: Update, context: Context, action: AcknowledgeAll) -> None:
    """全部签收 of a digest."""
    outcome = await ordering.acknowledge_all(context.db, context.cause, action.told_until, _pressed(update))
    await context.answer(present_acknowledgement(outcome))


ROUTES = (Pressed(Acknowledge, on_acknowledge), Pressed(AcknowledgeAll, on_acknowledge_all))
