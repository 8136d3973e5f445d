"""Records on a task besides its steps: measures, publication and call-back of an opinion, contacts kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import task_book
from bot.db.engine import Database
from bot.db.tables import Task, TaskEventRow
from bot.db.task_book import StoredTask
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused
from bot.domain.tasks import LONGEST, TaskEvent, TaskKind, TaskState, gave, may_see, receives
from bot.presenters.task_notes import TaskNoted
from bot.reading.safe_text import safe_text
from bot.reading.task_note import NoteText, read_note
from bot.services.cause import Cause, Change, audit, effect
from bot.services.task_telling import line_of, tell_receivers
from bot.services.tasking import step_in
from bot.services.year import Year, office_zone, year_at

# Which kind of task keeps which records.
OF_KIND: Mapping[str, TaskKind] = {
    "called_back": TaskKind.RECTIFICATION,
    "published": TaskKind.RECTIFICATION,
    "measure": TaskKind.RECTIFICATION,
    "contacted": TaskKind.LIAISON,
}


@dataclass(frozen=True)
class _Noting:
    session: AsyncSession
    cause: Cause
    year: Year
    task: StoredTask
    typed: str


async def note_on_task(db: Database, cause: Cause, task_id: int, text: str) -> TaskNoted | None:
    """The record that the words mean; None for other words, and on a task of a kind that keeps no such record.

    Raises NotFound, also for others' tasks, NotAllowed, Refused once it is settled, Conflict and InvalidInput.
    """
    read = read_note(safe_text(text), cause.now.astimezone(office_zone()).date())
    if read is None or not await _keeps(db, task_id, OF_KIND[read.what]):
        return None
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        task = await task_book.one(session, task_id)
        if task is None:
            raise NotFound(task_id=task_id)
        if not may_see(cause.actor.actor, task.subject):
            raise NotFound(task_id=task_id)
        typed = " ".join(safe_text(text).split())
        if len(typed) > LONGEST:
            raise InvalidInput("errors_tasks.too_long", limit=LONGEST, length=len(typed))
        return await _note(_Noting(session, cause, year, task, typed), read)


async def _keeps(db: Database, task_id: int, kind: TaskKind) -> bool:
    async with db.read() as session:
        task = await task_book.one(session, task_id)
        return task is not None and task.kind == kind


async def _note(one: _Noting, read: NoteText) -> TaskNoted:
    actor, task = one.cause.actor.actor, one.task
    # The call-back is the office's; the rest is the unit's, and the office may write it down for them.
    if not (gave(actor, task.subject) or (read.what != "called_back" and receives(actor, task.subject))):
        raise NotAllowed(task_id=task.id)
    if task.state == TaskState.DONE:
        raise Refused("errors_tasks.done")
    if read.satisfied is False and task.state == TaskState.REPORTED:
        # Whoever asked for it is not content: it is not done.
        await _keep(one, {"satisfied": False}, None)
        done = await step_in(one.session, one.cause, task.id, TaskEvent.GIVE_BACK, one.typed)
        return TaskNoted("not_satisfied", done.line, one.typed, done.told)
    detail, due = _changes(one, read)
    await _keep(one, detail, due)
    after = await task_book.one(one.session, task.id)
    assert after is not None
    told: list[str] = []
    if read.what == "called_back":
        told, _ = await tell_receivers(one.session, one.cause, one.year, after, TaskEvent.NOTE, one.typed)
    return TaskNoted(read.what, line_of(after, one.year.today), one.typed, tuple(told))


def _changes(one: _Noting, read: NoteText) -> tuple[dict[str, object], date | None]:
    """What the task remembers, and the due date that a next contact moves it to."""
    today = one.year.today.isoformat()
    if read.what == "called_back":
        return {"satisfied": bool(read.satisfied), "called_back": today}, None
    if read.what != "contacted":
        return {read.what: read.words or today}, None
    if read.next_day is not None and read.next_day < one.year.today:
        raise InvalidInput("errors_tasks.past", day=read.next_day.isoformat())
    due = one.year.calendar.next_workday(read.next_day) if read.next_day else None
    return {"last_contact": today}, due


async def _keep(one: _Noting, detail: dict[str, object], due: date | None) -> None:
    """Write it unless somebody else took a step since the task was read. Raises Conflict."""
    task, session = one.task, one.session
    values: dict[str, object] = {"detail": {**task.detail, **detail}, "row_version": task.version + 1}
    if due is not None:
        values["due"] = due
    if detail.get("last_contact") and task.state == TaskState.GIVEN:
        values["state"] = TaskState.IN_HAND.value
    statement = (
        update(Task)
        .where(Task.id == task.id, Task.row_version == task.version)
        .values(**values)
        .returning(Task.id)
        .execution_options(synchronize_session=False)
    )
    if await session.scalar(statement) is None:
        raise Conflict(task_id=task.id)
    person_id = one.cause.actor.person_id
    session.add(
        TaskEventRow(task_id=task.id, at=one.cause.now, event=TaskEvent.NOTE.value, person_id=person_id, text=one.typed)
    )
    after: dict[str, object] = {**detail, "due": due.isoformat() if due else None}
    audit(session, one.cause, Change("task_note", "task", task.id, after=after))
