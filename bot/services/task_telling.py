"""Tells people of the steps of a task, and makes the line that lists and messages show of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.people import Holder, holders
from bot.db.pushes import PushToSend, enqueue
from bot.db.task_book import StoredTask
from bot.domain.kinds import Role
from bot.domain.pushes import PushKind
from bot.domain.tasks import TaskEvent
from bot.presenters.tasks import TaskLine, TaskNote, present_task_note
from bot.services.cause import Cause
from bot.services.year import Year


async def receivers(session: AsyncSession, task: StoredTask) -> list[Holder]:
    """Who has to do it: the holders of its post, or the contacts and heads of its unit."""
    if task.to_post_id is not None:
        return await holders(session, post_ids=[task.to_post_id])
    if task.to_unit_id is None:
        return []
    return await holders(session, unit_ids=[task.to_unit_id], roles=[Role.CONTACT, Role.HEAD])


async def tell_receivers(
    session: AsyncSession, cause: Cause, year: Year, task: StoredTask, event: TaskEvent, words: str
) -> tuple[list[str], list[str]]:
    return await _tell(
        session, cause, year, await receivers(session, task), _note(task, year, cause, event, words, True)
    )


async def tell_giver(
    session: AsyncSession, cause: Cause, year: Year, task: StoredTask, event: TaskEvent, words: str
) -> tuple[list[str], list[str]]:
    """What the unit reports goes to who gave the task; mere progress waits until they look."""
    if event is not TaskEvent.REPORT_DONE:
        return [], []
    people = await holders(session, person_ids=[task.giver_id])
    return await _tell(session, cause, year, people, _note(task, year, cause, event, words, False))


def _note(task: StoredTask, year: Year, cause: Cause, event: TaskEvent, words: str, for_receiver: bool) -> TaskNote:
    return TaskNote(
        event, line_of(task, year.today), words, cause.actor.name, cause.actor.posts[0], cause.now, for_receiver
    )


async def _tell(
    session: AsyncSession, cause: Cause, year: Year, people: Sequence[Holder], note: TaskNote
) -> tuple[list[str], list[str]]:
    """One push for each person but the one who acts; the names of those told, and of those without an account."""
    told: list[str] = []
    untold: list[str] = []
    leaves_at = year.calendar.next_send_time(cause.now, year.scheme.quiet, year.zone)
    for holder in {item.person_id: item for item in people}.values():
        if cause.by is not None and holder.person_id == cause.by.person_id:
            continue
        if holder.chat_id is None:
            untold.append(holder.person)
            continue
        reply = present_task_note(note)
        push = PushToSend(
            kind=PushKind.TASK,
            chat_id=holder.chat_id,
            person_id=holder.person_id,
            post_id=holder.post_id,
            text=reply.text,
            buttons=reply.buttons,
            indicator_ids=[note.line.indicator_id] if note.line.indicator_id else [],
            subject_kind="task",
            subject_id=note.line.id,
            dedupe_key=f"task:{note.line.id}:{note.line.version}:{holder.person_id}",
            reason=f"task_{note.event}",
            now=cause.now,
            not_before=leaves_at,
            update_id=cause.update_id,
        )
        await enqueue(session, push)
        told.append(holder.person)
    return told, untold


def line_of(task: StoredTask, today: date) -> TaskLine:
    """The task as lists and messages show it."""
    return TaskLine(
        id=task.id,
        version=task.version,
        kind=task.kind,
        text=task.text,
        state=task.state,
        receiver=task.receiver,
        giver=task.giver,
        due=task.due,
        days_left=(task.due - today).days if task.due else None,
        indicator_id=task.indicator_id,
        indicator=task.indicator,
        source=str(task.detail.get("source") or ""),
    )
