"""Notices with their receipts, and the groups that the office bound. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import Group, Notice, NoticeReceipt, Person, Post, Unit


@dataclass(frozen=True)
class Receipt:
    """Somebody to whom a notice went, by name and unit (or post, for who has no unit)."""

    row: NoticeReceipt
    person: str
    place: str

    @property
    def who(self) -> str:
        """As lists name them."""
        return f"{self.place} {self.person}"


async def receipts(session: AsyncSession, notice_id: int) -> list[Receipt]:
    """Everybody to whom it went, in the order of the roster."""
    query = (
        select(NoticeReceipt, Person.name, func.coalesce(Unit.name, Post.name))
        .join(Person, Person.id == NoticeReceipt.person_id)
        .join(Post, Post.id == NoticeReceipt.post_id)
        .outerjoin(Unit, Unit.id == Post.unit_id)
        .where(NoticeReceipt.notice_id == notice_id)
        .order_by(Post.id, Person.id)
    )
    return [Receipt(row[0], row[1], row[2]) for row in await session.execute(query)]


async def waiting_for(session: AsyncSession, person_id: int, since: datetime) -> Notice | None:
    """The newest notice since then that this person was sent and has not acknowledged."""
    query = (
        select(Notice)
        .join(NoticeReceipt, NoticeReceipt.notice_id == Notice.id)
        .where(
            NoticeReceipt.person_id == person_id,
            NoticeReceipt.push_id.is_not(None),
            NoticeReceipt.acknowledged_at.is_(None),
            Notice.at >= since,
        )
        .order_by(Notice.id.desc())
        .limit(1)
    )
    return (await session.scalars(query)).first()


async def newest(session: AsyncSession, count: int) -> list[tuple[Notice, int, int]]:
    """The newest notices with how many have acknowledged, of how many who were reached."""
    seen = func.count(NoticeReceipt.acknowledged_at)
    query = (
        select(Notice, seen, func.count(NoticeReceipt.push_id))
        .outerjoin(NoticeReceipt, NoticeReceipt.notice_id == Notice.id)
        .group_by(Notice.id)
        .order_by(Notice.id.desc())
        .limit(count)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def groups(session: AsyncSession, unit_id: int | None) -> Sequence[Group]:
    """The groups bound to the unit (None: to the whole district)."""
    where = Group.unit_id.is_(None) if unit_id is None else Group.unit_id == unit_id
    return (await session.scalars(select(Group).where(where, Group.ended_at.is_(None)).order_by(Group.id))).all()


async def all_groups(session: AsyncSession) -> list[tuple[Group, str | None, str]]:
    """Every bound group, its unit, and who bound it."""
    query = (
        select(Group, Unit.name, Person.name)
        .outerjoin(Unit, Unit.id == Group.unit_id)
        .join(Person, Person.id == Group.bound_by)
        .where(Group.ended_at.is_(None))
        .order_by(Group.id)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def group_of_chat(session: AsyncSession, chat_id: int) -> Group | None:
    """The binding of this group of the messenger."""
    query = select(Group).where(Group.chat_id == chat_id, Group.ended_at.is_(None))
    return (await session.scalars(query)).one_or_none()
