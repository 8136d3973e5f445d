"""Rows that the delivery tests start from."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.pushes import PushToSend, enqueue
from bot.db.tables import Account, InboxUpdate, Person, Post, Push, Tenure
from bot.domain.kinds import Role
from bot.domain.pushes import Priority, PushKind
from tests.delivery.fakes import NOW

_keys = itertools.count()


async def queue(db: Database, chat_id: int, text: str = "text", **more: Any) -> int:
    """A queued push; its id."""
    more = {"priority": Priority.ROUTINE, "kind": PushKind.DIGEST, "now": NOW, **more}
    async with db.write() as session:
        made = await enqueue(
            session,
            PushToSend(chat_id=chat_id, text=text, dedupe_key=f"test:{next(_keys)}", reason="test", **more),
        )
    assert made is not None
    return made


async def push_row(db: Database, push_id: int) -> Push:
    async with db.read() as session:
        return (await session.scalars(select(Push).where(Push.id == push_id))).one()


async def states(db: Database) -> dict[int, str]:
    async with db.read() as session:
        return {row.id: row.state for row in (await session.scalars(select(Push).order_by(Push.id))).all()}


async def update_states(db: Database) -> dict[int, str]:
    async with db.read() as session:
        rows = await session.scalars(select(InboxUpdate).order_by(InboxUpdate.update_id))
        return {row.update_id: row.state for row in rows.all()}


async def person(db: Database, name: str, role: Role, account: int) -> int:
    """Somebody in a post with a bound account; the person's id."""
    async with db.write() as session:
        who, post = Person(name=name), Post(name=f"{name}的岗位", role=role.value, title="联络员")
        session.add_all([who, post])
        await session.flush()
        session.add(Tenure(person_id=who.id, post_id=post.id, since=NOW))
        session.add(Account(person_id=who.id, telegram_user_id=account, chat_id=account, bound_at=NOW))
        return who.id
