"""Groups: /bindgroup in the group itself, unbinding, and a group that became a supergroup."""

from __future__ import annotations

from telegram import Update

from bot.domain.kinds import Role
from bot.presenters.actions_console import EndGroup
from bot.presenters.asked import present
from bot.presenters.guard import present_bind_in_group
from bot.services import group_binding
from bot.tg.context import Context
from bot.tg.routes import InGroup, Pressed, Unspoken, command_of

OFFICE = frozenset({Role.OFFICE})


async def on_bind(update: Update, context: Context) -> None:
    """Bind this group to the unit that the words, or the code, name."""
    chat, (_, words) = update.effective_chat, command_of(update) or ("", "")
    assert chat is not None
    if chat.id > 0:
        await context.answer(present_bind_in_group())
        return
    bound = await group_binding.bind_group(context.db, context.cause, chat.id, chat.title or "", words)
    await context.answer(present(bound))


async def on_unbind(_update: Update, context: Context, action: EndGroup) -> None:
    """End a binding."""
    await context.answer(present(await group_binding.unbind_group(context.db, context.cause, action.group_id)))


async def on_migration(update: Update, context: Context) -> None:
    """The group has another id now."""
    message = update.message
    assert message is not None
    assert message.migrate_to_chat_id is not None
    await group_binding.move_group(context.db, message.chat_id, message.migrate_to_chat_id, context.cause.now)


def _migrates(update: Update) -> bool:
    return update.message is not None and update.message.migrate_to_chat_id is not None


ROUTES = (
    InGroup("bindgroup", on_bind, roles=OFFICE),
    Pressed(EndGroup, on_unbind),
    Unspoken(_migrates, on_migration),
)
