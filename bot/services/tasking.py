"""Tasks that came down: given, taken, reported done, confirmed or returned, passed on, urged; each step on record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import task_book
from bot.db.engine import Database
from bot.db.tables import Task, TaskEventRow
from bot.db.task_book import StoredTask
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused
from bot.domain.kinds import Role
from bot.domain.tasks import (
    LONGEST,
    TaskEvent,
    TaskKind,
    TaskState,
    advance,
    gave,
    may_do,
    may_see,
    receives,
    steps_for,
)
from bot.presenters.tasks import TaskCard, TaskDone, TaskGiven
from bot.reading.safe_text import safe_text
from bot.services.cause import Cause, Change, audit, effect
from bot.services.task_telling import line_of, tell_giver, tell_receivers
from bot.services.year import Year, year_at


@dataclass(frozen=True)
class TaskToGive:
    """A task as it was put. Either a unit or a post does it."""

    kind: TaskKind
    text: str
    unit_id: int | None = None
    post_id: int | None = None
    due: date | None = None
    indicator_id: int | None = None
    detail: dict[str, object] = field(default_factory=dict)


async def give_task(db: Database, cause: Cause, task: TaskToGive) -> TaskGiven:
    """Put the task on record and tell who has to do it. Raises NotAllowed and InvalidInput."""
    async with effect(db, cause) as session:
        return await give_in(session, cause, task)


async def give_in(session: AsyncSession, cause: Cause, task: TaskToGive) -> TaskGiven:
    """The same in a transaction that is open already: a decision of a meeting, a leader's answer to a problem."""
    if cause.actor.role not in (Role.OFFICE, Role.LEADER):
        raise NotAllowed
    year = await year_at(session, cause.now)
    words = _words(task.text)
    due = _due(year, task.due)
    row = Task(
        kind=task.kind.value,
        indicator_id=task.indicator_id,
        order_id=None,
        from_person_id=cause.actor.person_id,
        to_unit_id=task.unit_id,
        to_post_id=task.post_id,
        text=words,
        given_at=cause.now,
        state=TaskState.GIVEN.value,
        due=due,
        detail=task.detail,
    )
    session.add(row)
    await session.flush()
    _write(session, cause, row.id, TaskEvent.GIVE, words)
    audit(session, cause, Change("give_task", "task", row.id, after={"kind": row.kind, "text": words, "due": str(due)}))
    stored = await _stored(session, row.id)
    told, untold = await tell_receivers(session, cause, year, stored, TaskEvent.GIVE, words)
    moved = task.due if due != task.due else None
    return TaskGiven(line_of(stored, year.today), tuple(told), tuple(untold), moved)


def _words(text: str) -> str:
    words = safe_text(text)
    if not words:
        raise InvalidInput("errors_tasks.empty")
    if len(words) > LONGEST:
        raise InvalidInput("errors_tasks.too_long", limit=LONGEST, length=len(words))
    return words


def _due(year: Year, due: date | None) -> date | None:
    """A due date on a day off moves to the next working day. Raises InvalidInput for one that is past."""
    if due is None:
        return None
    if due < year.today:
        raise InvalidInput("errors_tasks.past", day=due.isoformat())
    return year.calendar.next_workday(due)


async def _stored(session: AsyncSession, task_id: int) -> StoredTask:
    found = await task_book.one(session, task_id)
    if found is None:
        raise NotFound(task_id=task_id)
    return found


def _write(session: AsyncSession, cause: Cause, task_id: int, event: TaskEvent, text: str | None) -> None:
    person_id = cause.by.person_id if cause.by else None
    session.add(TaskEventRow(task_id=task_id, at=cause.now, event=event.value, person_id=person_id, text=text))


async def take_step(db: Database, cause: Cause, task_id: int, event: TaskEvent, text: str = "") -> TaskDone:
    """A step by whoever may take it. Raises NotFound, NotAllowed, Conflict where somebody was faster, InvalidInput."""
    async with effect(db, cause) as session:
        return await step_in(session, cause, task_id, event, text)


async def step_in(session: AsyncSession, cause: Cause, task_id: int, event: TaskEvent, text: str = "") -> TaskDone:
    """The same in a transaction that is open already."""
    year, task = await year_at(session, cause.now), await permitted(session, cause, task_id, event)
    words = _words(text) if text.strip() or event is TaskEvent.GIVE_BACK else ""
    state = advance_or_refuse(task, event)
    await _move(session, task, {"state": state.value, "closed_at": cause.now if state is TaskState.DONE else None})
    _write(session, cause, task.id, event, words or None)
    change = Change(f"task_{event}", "task", task.id, {"state": task.state}, {"state": state.value, "text": words})
    audit(session, cause, change)
    after = await _stored(session, task.id)
    if receives(cause.actor.actor, task.subject) and not gave(cause.actor.actor, task.subject):
        told, _ = await tell_giver(session, cause, year, after, event, words)
    else:
        told, _ = await tell_receivers(session, cause, year, after, event, words)
    return TaskDone(event, line_of(after, year.today), words, tuple(told))


async def permitted(session: AsyncSession, cause: Cause, task_id: int, event: TaskEvent) -> StoredTask:
    """The task, for whoever may take that step. Raises NotFound, also for others' tasks, NotAllowed and Refused."""
    task = await _stored(session, task_id)
    if not may_see(cause.actor.actor, task.subject):
        raise NotFound(task_id=task_id)
    if not may_do(cause.actor.actor, task.subject, event):
        raise NotAllowed(task_id=task_id)
    advance_or_refuse(task, event)
    return task


def advance_or_refuse(task: StoredTask, event: TaskEvent) -> TaskState:
    """The state after the event. Raises Refused where the task is past that."""
    state = TaskState(task.state)
    if state is TaskState.DONE:
        raise Refused("errors_tasks.done")
    if event is TaskEvent.GIVE_BACK and state is not TaskState.REPORTED:
        raise Refused("errors_tasks.nothing_to_return")
    if event is TaskEvent.URGE and state is TaskState.REPORTED:
        raise Refused("errors_tasks.waits_for_you")
    return advance(state, event)


async def _move(session: AsyncSession, task: StoredTask, values: dict[str, object]) -> None:
    """Write the step unless somebody else took one since the task was read. Raises Conflict."""
    statement = (
        update(Task)
        .where(Task.id == task.id, Task.row_version == task.version)
        .values(row_version=task.version + 1, **values)
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    )
    if await session.scalar(statement) is None:
        raise Conflict(task_id=task.id)


async def forward(db: Database, cause: Cause, task_id: int, unit_id: int, text: str = "") -> TaskDone:
    """转办: another unit has to do it from now on; who had it before is told. Raises as `take_step` does."""
    async with effect(db, cause) as session:
        year, task = await year_at(session, cause.now), await _stored(session, task_id)
        if not may_do(cause.actor.actor, task.subject, TaskEvent.FORWARD):
            raise NotAllowed(task_id=task_id)
        state = advance_or_refuse(task, TaskEvent.FORWARD)
        await _move(session, task, {"state": state.value, "to_unit_id": unit_id, "to_post_id": None})
        after = await _stored(session, task.id)
        words = f"{task.receiver} → {after.receiver}" + (f" {_words(text)}" if text.strip() else "")
        _write(session, cause, task.id, TaskEvent.FORWARD, words)
        audit(session, cause, Change("task_forward", "task", task.id, after={"to_unit_id": unit_id}))
        told, _ = await tell_receivers(session, cause, year, after, TaskEvent.FORWARD, words)
        return TaskDone(TaskEvent.FORWARD, line_of(after, year.today), words, tuple(told))


async def card_of_task(db: Database, cause: Cause, task_id: int) -> TaskCard:
    """The task with its thread and the steps that this person may take. Raises NotFound, also for others' tasks."""
    async with db.read() as session:
        year, task = await year_at(session, cause.now), await _stored(session, task_id)
        if not may_see(cause.actor.actor, task.subject):
            raise NotFound(task_id=task_id)
        lines = await task_book.thread(session, task_id)
    return TaskCard(
        line_of(task, year.today),
        tuple((line.at, line.event, line.person or "", line.text or "") for line in lines),
        steps_for(cause.actor.actor, task.subject, TaskState(task.state)),
        prints=cause.actor.role is Role.OFFICE,
    )
