"""The guard in front of every handler: strangers, floods, groups and other roles' commands are answered here."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from telegram import Update
from telegram.constants import ChatType

from bot.db.people import KnownActor
from bot.domain.kinds import Role
from bot.presenters.guard import present_flood, present_group, present_other_role, present_stranger
from bot.presenters.reply import Reply
from bot.services.actors import identify
from bot.services.cause import Cause
from bot.services.reachability import regain_contact
from bot.tg.context import Context
from bot.tg.menus import show_menu

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Admission:
    """Whom a handler takes. `groups`: also in a group; `privately`: what is asked in a group is answered in private."""

    strangers: bool
    roles: frozenset[Role]
    groups: bool = False
    privately: bool = False


async def admit(update: Update, context: Context, admission: Admission) -> bool:
    """Let the update through with `context.cause` set, or answer why not (at most one sentence) and return False."""
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or user.is_bot:
        return False
    now = context.runtime.clock.now()
    allowed, tell = context.runtime.limiter.allow(user.id, now)
    if not allowed:
        return await _refuse(context, present_flood() if tell else None, "flood")
    if chat.type != ChatType.PRIVATE and not await _from_group(update, context, admission):
        return await _refuse(context, present_group(context.bot.username) if _addressed(update) else None, "group")
    known = await recognise(update, context)
    if known is None:
        if admission.strangers:
            return True
        polite = present_stranger() if context.runtime.limiter.first_in_a_while(user.id, now) else None
        return await _refuse(context, polite, "stranger")
    if known.role not in admission.roles:
        return await _refuse(context, present_other_role(), "role")
    if chat.type != ChatType.PRIVATE:
        return True
    if known.chat_id is None:
        await regain_contact(context.db, user.id)
    await show_menu(context, known, chat.id)
    return True


async def _from_group(update: Update, context: Context, admission: Admission) -> bool:
    """Whether a command in a group is taken: from somebody known, answered there or in their own chat."""
    command = update.message is not None and _addressed(update)
    if not command or not (admission.groups or admission.privately):
        return False
    known = await recognise(update, context)
    if known is None or known.chat_id is None:
        return False
    if not admission.groups:
        context.answers_to = known.chat_id
    return True


async def recognise(update: Update, context: Context) -> KnownActor | None:
    """Find out who is behind the update and set `context.cause`."""
    user = update.effective_user
    known = await identify(context.db, user.id) if user else None
    context.known = known
    context.cause = Cause(context.runtime.clock.now(), known, update.update_id)
    return known


async def _refuse(context: Context, reply: Reply | None, reason: str) -> bool:
    log.info("update refused", reason=reason, update_id=context.event.update_id if context.event else None)
    if reply is not None:
        await context.answer(reply)
    elif context.event is not None and context.event.callback_query is not None:
        await context.answer(Reply(""))
    return False


def _addressed(update: Update) -> bool:
    """In a group only a command or a press is meant for us; what members say to each other is not."""
    message = update.message
    return update.callback_query is not None or (message is not None and bool((message.text or "").startswith("/")))
