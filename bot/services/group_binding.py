"""Groups that the office bound to a unit or the whole district: they get what the office sends there, nothing else."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import notices
from bot.db.engine import Database
from bot.db.locks import Turn, serialise
from bot.db.pushes import cancel_chat, move_chat
from bot.db.tables import Group, GroupCode, Unit
from bot.db.telling import tell
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.rights import Action
from bot.presenters.group import GroupBound, GroupCodeIssued, GroupList, GroupShown, GroupUnbound, group_gone_notice
from bot.presenters.push_unreachable import TOLD
from bot.presenters.words import label
from bot.services.cause import Cause, Change, audit, effect
from bot.services.inviting import hash_of
from bot.services.unit_named import unit_named

LASTS = timedelta(minutes=15)
# Without letters and digits that are taken for each other; typed by hand, worth nothing after 15 minutes.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
LONGEST_TITLE = 60


async def issue_code(db: Database, cause: Cause, words: str) -> GroupCodeIssued | GroupList:
    """A code that binds one group to the unit; earlier unused codes of this person are worthless from now on.

    Without a unit the list of groups. Raises NotAllowed for anybody but the office, InvalidInput.
    """
    cause.check(Action.BIND_GROUP)
    if not words:
        return await listed(db, cause)
    async with effect(db, cause) as session:
        unit_id, unit = await _unit(session, words)
        mine = (GroupCode.issued_by == cause.actor.person_id, GroupCode.used_at.is_(None))
        await session.execute(update(GroupCode).where(*mine).values(expires_at=cause.now))
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        row = GroupCode(
            code_hash=hash_of(code),
            unit_id=unit_id,
            issued_by=cause.actor.person_id,
            issued_at=cause.now,
            expires_at=cause.now + LASTS,
        )
        session.add(row)
        await session.flush()
        audit(session, cause, Change("issue_group_code", "group_code", row.id, after={"unit": unit}))
        return GroupCodeIssued(code, unit, row.expires_at)


async def _unit(session: AsyncSession, words: str) -> tuple[int | None, str]:
    if words in label("notice.district_words").split():
        return None, label("group.district")
    found = await unit_named(session, words)
    if found is None:
        raise InvalidInput("errors_group.nobody", who=words)
    return found


async def bind_group(db: Database, cause: Cause, chat_id: int, title: str, words: str) -> GroupBound:
    """/bindgroup CODE or /bindgroup UNIT, written in the group by somebody of the office.

    A group bound before is bound anew. Raises NotAllowed, and InvalidInput for a code that is wrong or too old.
    """
    cause.check(Action.BIND_GROUP)
    async with effect(db, cause) as session:
        await serialise(session, Turn.BINDING)
        unit_id, unit = await _meant(session, cause, words.strip())
        before = await notices.group_of_chat(session, chat_id)
        if before is not None:
            before.ended_at = cause.now
            await session.flush()
        row = Group(
            chat_id=chat_id,
            title=" ".join(title.split())[:LONGEST_TITLE],
            unit_id=unit_id,
            bound_by=cause.actor.person_id,
            bound_at=cause.now,
        )
        session.add(row)
        await session.flush()
        audit(session, cause, Change("bind_group", "group", row.id, after={"unit": unit, "chat": chat_id}))
        return GroupBound(row.title, unit)


async def _meant(session: AsyncSession, cause: Cause, words: str) -> tuple[int | None, str]:
    if not words:
        raise InvalidInput("errors_group.usage")
    code = await session.scalar(select(GroupCode).where(GroupCode.code_hash == hash_of(words.upper())))
    if code is None:
        return await _unit(session, words)
    if code.used_at is not None or code.expires_at <= cause.now:
        raise InvalidInput("errors_group.expired")
    code.used_at = cause.now
    if code.unit_id is None:
        return None, label("group.district")
    return code.unit_id, (await session.get_one(Unit, code.unit_id)).name


async def listed(db: Database, cause: Cause) -> GroupList:
    """Every bound group. Raises NotAllowed for anybody but the office."""
    cause.check(Action.BIND_GROUP)
    async with db.read() as session:
        found = await notices.all_groups(session)
    district = label("group.district")
    return GroupList(
        tuple(GroupShown(row.id, row.title, unit or district, by, row.bound_at) for row, unit, by in found)
    )


async def unbind_group(db: Database, cause: Cause, group_id: int) -> GroupUnbound:
    """End a binding; what is queued for the group is cancelled. Raises NotAllowed, NotFound."""
    cause.check(Action.BIND_GROUP)
    async with effect(db, cause) as session:
        row = await session.get(Group, group_id, with_for_update=True)
        if row is None:
            raise NotFound(group_id=group_id)
        if row.ended_at is None:
            row.ended_at = cause.now
            await cancel_chat(session, row.chat_id, "unbound")
            audit(session, cause, Change("unbind_group", "group", group_id))
        return GroupUnbound(row.title)


async def lose_group(db: Database, cause: Cause, chat_id: int) -> bool:
    """The bot is no longer in the group: the binding ends and the office is told. Whether there was one."""
    async with db.write() as session:
        row = await notices.group_of_chat(session, chat_id)
        if row is None:
            return False
        row.ended_at = cause.now
        cancelled = len(await cancel_chat(session, chat_id, "left_group"))
        audit(session, Cause(cause.now), Change("lose_group", "group", row.id))
        await tell(session, TOLD, group_gone_notice(row.id, row.title, cancelled, cause.now))
        return True


async def move_group(db: Database, chat_id: int, to: int, now: datetime) -> None:
    """The group became a supergroup and has another id: the binding and what is queued go along."""
    async with db.write() as session:
        row = await notices.group_of_chat(session, chat_id)
        await move_chat(session, chat_id, to)
        if row is not None:
            audit(session, Cause(now), Change("move_group", "group", row.id, after={"chat": to}))
