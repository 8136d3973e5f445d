"""The bot was blocked or unblocked by a person, or put into or out of a group: noted, never answered."""

from __future__ import annotations

import structlog
from telegram import ChatMember, Update
from telegram.constants import ChatType

from bot.services.group_binding import lose_group
from bot.services.reachability import lose_contact, regain_contact
from bot.tg.context import Context
from bot.tg.routes import Unspoken

log = structlog.get_logger(__name__)


async def on_membership(update: Update, context: Context) -> None:
    """Blocking is known at once instead of by the first message that fails."""
    change = update.my_chat_member
    assert change is not None
    status = change.new_chat_member.status
    log.info("membership changed", chat_type=change.chat.type, status=status, update_id=update.update_id)
    if change.chat.type != ChatType.PRIVATE:
        if status in (ChatMember.BANNED, ChatMember.LEFT):
            await lose_group(context.db, context.cause, change.chat.id)
        return
    if status in (ChatMember.BANNED, ChatMember.LEFT):
        await lose_contact(context.db, change.chat.id, context.cause.now)
    else:
        await regain_contact(context.db, change.from_user.id)


ROUTES = (Unspoken(lambda update: update.my_chat_member is not None, on_membership),)
