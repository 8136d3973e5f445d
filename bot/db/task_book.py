"""Tasks with their threads, and problems that wait for a decision. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import Indicator, Person, Post, Problem, Task, TaskEventRow, Unit
from bot.domain.tasks import OPEN, TaskSubject


@dataclass(frozen=True)
class StoredTask:
    """A task with the names that are shown beside it."""

    id: int
    kind: str
    text: str
    state: str
    due: date | None
    given_at: datetime
    giver_id: int
    giver: str
    to_unit_id: int | None
    to_unit: str | None
    to_post_id: int | None
    to_post: str | None
    indicator_id: int | None
    indicator: str | None
    responsible_post_id: int | None
    version: int
    detail: dict[str, object]

    @property
    def subject(self) -> TaskSubject:
        """What rights need to know of it."""
        posts = frozenset([self.responsible_post_id] if self.responsible_post_id is not None else [])
        return TaskSubject(self.giver_id, self.to_unit_id, self.to_post_id, posts)

    @property
    def receiver(self) -> str:
        """Who has to do it, by name."""
        return self.to_post or self.to_unit or "—"


@dataclass(frozen=True)
class ThreadLine:
    """What happened to a task."""

    at: datetime
    event: str
    person: str | None
    text: str | None


def _tasks() -> Select[*tuple[Task, str, str | None, str | None, str | None, int | None]]:
    return (
        select(Task, Person.name, Unit.name, Post.name, Indicator.name, Indicator.responsible_post_id)
        .join(Person, Person.id == Task.from_person_id)
        .outerjoin(Unit, Unit.id == Task.to_unit_id)
        .outerjoin(Post, Post.id == Task.to_post_id)
        .outerjoin(Indicator, Indicator.id == Task.indicator_id)
    )


def _stored(
    row: Task, giver: str, unit: str | None, post: str | None, indicator: str | None, responsible: int | None
) -> StoredTask:
    return StoredTask(
        id=row.id,
        kind=row.kind,
        text=row.text,
        state=row.state,
        due=row.due,
        given_at=row.given_at,
        giver_id=row.from_person_id,
        giver=giver,
        to_unit_id=row.to_unit_id,
        to_unit=unit,
        to_post_id=row.to_post_id,
        to_post=post,
        indicator_id=row.indicator_id,
        indicator=indicator,
        responsible_post_id=responsible,
        version=row.row_version,
        detail=row.detail,
    )


async def one(session: AsyncSession, task_id: int) -> StoredTask | None:
    """That task."""
    row = (await session.execute(_tasks().where(Task.id == task_id))).one_or_none()
    return _stored(*row) if row is not None else None


async def open_tasks(session: AsyncSession, *where: ColumnElement[bool]) -> list[StoredTask]:
    """Open tasks, those with the nearest due date first."""
    query = _tasks().where(Task.state.in_([state.value for state in OPEN]), *where)
    found = [_stored(*row) for row in (await session.execute(query)).all()]
    return sorted(found, key=lambda task: (task.due is None, task.due or date.max, task.id))


async def for_receiver(session: AsyncSession, unit_ids: Collection[int], post_ids: Collection[int]) -> list[StoredTask]:
    """Open tasks of these units, and of these posts by themselves."""
    unit = Task.to_post_id.is_(None) & Task.to_unit_id.in_(list(unit_ids))
    return await open_tasks(session, or_(unit, Task.to_post_id.in_(list(post_ids))))


async def given_by(session: AsyncSession, person_id: int) -> list[StoredTask]:
    """Open tasks that this person gave."""
    return await open_tasks(session, Task.from_person_id == person_id)


async def all_of(session: AsyncSession, since: datetime) -> list[StoredTask]:
    """Every task given since then, open and done, oldest first."""
    query = _tasks().where(Task.given_at >= since).order_by(Task.id)
    return [_stored(*row) for row in (await session.execute(query)).all()]


async def thread(session: AsyncSession, task_id: int) -> list[ThreadLine]:
    """What happened to it, oldest first."""
    query = (
        select(TaskEventRow.at, TaskEventRow.event, Person.name, TaskEventRow.text)
        .outerjoin(Person, Person.id == TaskEventRow.person_id)
        .where(TaskEventRow.task_id == task_id)
        .order_by(TaskEventRow.id)
    )
    return [ThreadLine(*row) for row in (await session.execute(query)).all()]


@dataclass(frozen=True)
class WaitingProblem:
    """A problem that waits for a leader's decision."""

    id: int
    indicator_id: int
    indicator: str
    text: str
    raised_at: datetime
    to_post_id: int | None = None


async def problems_for(session: AsyncSession, post_ids: Iterable[int]) -> list[WaitingProblem]:
    """The undecided problems that were put before these posts, oldest first."""
    query = (
        select(Problem.id, Problem.indicator_id, Indicator.name, Problem.text, Problem.raised_at)
        .join(Indicator, Indicator.id == Problem.indicator_id)
        .where(Problem.to_post_id.in_(list(post_ids)), Problem.decision.is_(None), Problem.closed_at.is_(None))
        .order_by(Problem.id)
    )
    return [WaitingProblem(*row) for row in (await session.execute(query)).all()]


async def undecided_problems(session: AsyncSession) -> list[WaitingProblem]:
    """Every problem that was put before a leader and waits for a decision, oldest first."""
    query = (
        select(Problem.id, Problem.indicator_id, Indicator.name, Problem.text, Problem.raised_at, Problem.to_post_id)
        .join(Indicator, Indicator.id == Problem.indicator_id)
        .where(Problem.to_post_id.is_not(None), Problem.decision.is_(None), Problem.closed_at.is_(None))
        .order_by(Problem.id)
    )
    return [WaitingProblem(*row) for row in (await session.execute(query)).all()]


async def units(session: AsyncSession) -> dict[int, str]:
    """The units that a task may go to, by id."""
    query = select(Unit.id, Unit.name).where(Unit.closed_at.is_(None)).order_by(Unit.id)
    return {row[0]: row[1] for row in await session.execute(query)}
