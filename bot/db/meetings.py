"""Dispatch meetings, who is invited, and what became of their decisions. Functions take the session, never commit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import task_book
from bot.db.people import Holder, holders
from bot.db.tables import Indicator, Meeting, MeetingPerson, Post, Problem, Report, Task, WarningOrder
from bot.db.task_book import StoredTask
from bot.domain.meeting import MeetingState

SHOWN = 6


@dataclass(frozen=True)
class Invited:
    """An invited person; `chat_id` None without an account."""

    person_id: int
    person: str
    post_id: int
    post: str
    unit: str | None
    unit_id: int | None
    chat_id: int | None
    answer: str | None
    text: str | None


async def one(session: AsyncSession, meeting_id: int) -> Meeting | None:
    """That meeting."""
    return await session.get(Meeting, meeting_id, populate_existing=True)


async def newest(session: AsyncSession) -> list[Meeting]:
    """The last meetings that were not cancelled, newest first."""
    query = (
        select(Meeting)
        .where(Meeting.state != MeetingState.CANCELLED.value)
        .order_by(Meeting.at.desc(), Meeting.id.desc())
        .limit(SHOWN)
    )
    return list((await session.scalars(query)).all())


async def before(session: AsyncSession, kind: str, at: datetime) -> Meeting | None:
    """The last meeting of that level before a moment whose decisions are on record."""
    query = (
        select(Meeting)
        .where(Meeting.kind == kind, Meeting.at < at, Meeting.state == MeetingState.HELD.value)
        .order_by(Meeting.at.desc(), Meeting.id.desc())
        .limit(1)
    )
    return (await session.scalars(query)).first()


async def invited(session: AsyncSession, meeting_id: int) -> list[Invited]:
    """Everybody invited, in the order of the invitation; whoever left office since keeps their name and post."""
    rows = (
        await session.scalars(
            select(MeetingPerson).where(MeetingPerson.meeting_id == meeting_id).order_by(MeetingPerson.id)
        )
    ).all()
    held: dict[int, list[Holder]] = {}
    for holder in await holders(session, person_ids=[row.person_id for row in rows]):
        held.setdefault(holder.person_id, []).append(holder)
    posts = {
        row[0]: row[1]
        for row in await session.execute(select(Post.id, Post.name).where(Post.id.in_([row.post_id for row in rows])))
    }
    found = []
    for row in rows:
        mine = held.get(row.person_id, [])
        here = next((item for item in mine if item.post_id == row.post_id), mine[0] if mine else None)
        found.append(
            Invited(
                person_id=row.person_id,
                person=here.person if here else "",
                post_id=row.post_id,
                post=posts[row.post_id],
                unit=here.unit if here else None,
                unit_id=here.unit_id if here else None,
                chat_id=here.chat_id if here else None,
                answer=row.answer,
                text=row.text,
            )
        )
    return found


async def invitation(session: AsyncSession, meeting_id: int, person_id: int) -> MeetingPerson | None:
    """The row of one person's invitation."""
    query = select(MeetingPerson).where(MeetingPerson.meeting_id == meeting_id, MeetingPerson.person_id == person_id)
    return (await session.scalars(query)).one_or_none()


async def open_invitation(session: AsyncSession, person_id: int, since: datetime) -> int | None:
    """The next meeting, not over at `since`, that this person is invited to."""
    query = (
        select(Meeting.id)
        .join(MeetingPerson, MeetingPerson.meeting_id == Meeting.id)
        .where(MeetingPerson.person_id == person_id, Meeting.state == MeetingState.CALLED.value, Meeting.at >= since)
        .order_by(Meeting.at)
        .limit(1)
    )
    return await session.scalar(query)


async def decisions(session: AsyncSession, meeting_id: int) -> list[StoredTask]:
    """The tasks that a meeting decided, in the order of its minutes."""
    ids = select(Task.id).where(Task.detail["meeting_id"].as_integer() == meeting_id)
    found = [await task_book.one(session, key) for key in (await session.scalars(ids.order_by(Task.id))).all()]
    return [task for task in found if task is not None]


@dataclass(frozen=True)
class OpenProblem:
    """A problem that waits for a decision, with the leader before whom it was put."""

    indicator_id: int
    text: str
    raised_at: datetime
    leader: str | None


async def open_problems(session: AsyncSession, indicator_ids: Collection[int]) -> list[OpenProblem]:
    """The undecided problems of these indicators, oldest first."""
    query = (
        select(Problem.indicator_id, Problem.text, Problem.raised_at, Post.name)
        .join(Indicator, Indicator.id == Problem.indicator_id)
        .outerjoin(Post, Post.id == Problem.to_post_id)
        .where(Problem.indicator_id.in_(list(indicator_ids)), Problem.decision.is_(None), Problem.closed_at.is_(None))
        .order_by(Problem.id)
    )
    return [OpenProblem(*row) for row in (await session.execute(query)).all()]


async def open_orders(session: AsyncSession, indicator_ids: Collection[int]) -> list[WarningOrder]:
    """Their open orders, worst first."""
    query = (
        select(WarningOrder)
        .where(WarningOrder.closed_at.is_(None), WarningOrder.indicator_id.in_(list(indicator_ids)))
        .order_by(WarningOrder.severity.desc(), WarningOrder.id)
    )
    return list((await session.scalars(query)).all())


@dataclass(frozen=True)
class LastWords:
    """What the newest report of an indicator says besides its value."""

    problem: str | None
    measure: str | None
    coordinate: str | None


async def last_words(session: AsyncSession, indicator_ids: Collection[int]) -> dict[int, LastWords]:
    """The words of the newest report of each of these indicators."""
    query = (
        select(Report.indicator_id, Report.problem, Report.measure, Report.coordinate_text)
        .where(Report.indicator_id.in_(list(indicator_ids)), Report.superseded_at.is_(None))
        .order_by(Report.period)
    )
    return {row[0]: LastWords(row[1], row[2], row[3]) for row in await session.execute(query)}
