"""The command menu of each chat: the commands of the person's role, set when it is not what the chat shows."""

from __future__ import annotations

import structlog
from telegram import BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.db.people import KnownActor
from bot.presenters.words import label
from bot.services.actors import note_menu
from bot.tg.context import Context

log = structlog.get_logger(__name__)


async def show_menu(context: Context, known: KnownActor, chat_id: int) -> None:
    """Set the chat's menu once for a role. A failure costs nothing: the next update tries again."""
    if known.menu_role == known.role:
        return
    menus = context.application.bot_data["menus"]
    commands = [BotCommand(name, label(f"commands.{name}")) for name in menus[known.role]]
    try:
        await context.bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id))
    except TelegramError as error:
        log.warning("menu not set", chat_id=chat_id, error=type(error).__name__)
        return
    await note_menu(context.db, known.person_id, known.role)
