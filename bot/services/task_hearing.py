"""Tasks in conversation: what waits for whom, steps that need words, tasks that the office types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, task_book
from bot.db.drafts import DraftToKeep, Ending, KeptDraft
from bot.db.engine import Database
from bot.db.people import holders
from bot.domain.errors import Expired, InvalidInput, NotAllowed, Stale
from bot.domain.kinds import Role
from bot.domain.tasks import TaskEvent, TaskKind, TaskState
from bot.presenters.tasks import (
    ProblemLine,
    TaskDone,
    TaskGiven,
    TaskLine,
    TaskLists,
    TaskPreview,
    TaskWords,
)
from bot.reading.named import NamedItem
from bot.reading.search import NameIndex
from bot.reading.task_text import GiveText, read_given
from bot.services.cause import Cause, effect
from bot.services.problem_deciding import forward_problem
from bot.services.task_telling import line_of, receivers
from bot.services.tasking import TaskToGive, give_in, permitted, step_in, take_step
from bot.services.year import Year, office_zone, year_at

KIND = "task"
WORDS = "words"
# Steps that say nothing without words.
NEED_WORDS = frozenset({TaskEvent.REPORT_DONE, TaskEvent.PROGRESS, TaskEvent.GIVE_BACK})


async def lists(db: Database, cause: Cause, page: int = 0) -> TaskLists:
    """What waits for this person; for the office everything that is open stands under what was given."""
    actor = cause.actor.actor
    async with db.read() as session:
        year = await year_at(session, cause.now)
        mine = await task_book.for_receiver(session, actor.unit_ids, actor.post_ids)
        office = actor.role is Role.OFFICE
        given = await (task_book.open_tasks(session) if office else task_book.given_by(session, actor.person_id))
        problems = await task_book.problems_for(session, actor.post_ids) if actor.role is Role.LEADER else []
    lines = [line_of(task, year.today) for task in given]
    return TaskLists(
        mine=tuple(line_of(task, year.today) for task in mine if task.state != TaskState.REPORTED),
        to_confirm=tuple(line for line in lines if line.state == TaskState.REPORTED),
        given=tuple(line for line in lines if line.state != TaskState.REPORTED),
        problems=tuple(ProblemLine(one.id, one.indicator_id, one.indicator, one.text) for one in problems),
        page=page,
        year=year.year if office else None,
    )


async def begin_step(db: Database, cause: Cause, task_id: int, event: TaskEvent) -> TaskWords | TaskDone:
    """A pressed step: taken at once, or its words asked for. Raises as `take_step` does."""
    if event not in NEED_WORDS:
        return await take_step(db, cause, task_id, event)
    async with effect(db, cause) as session:
        task = await permitted(session, cause, task_id, event)
        version = await _keep(session, cause, {"act": "step", "task_id": task_id, "event": event.value}, WORDS)
        return TaskWords(event.value, task.text, version)


async def _keep(session: AsyncSession, cause: Cause, payload: dict[str, object], awaiting: str | None) -> int:
    return await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now, awaiting))


async def draft_words(db: Database, cause: Cause, text: str) -> TaskDone | TaskGiven:
    """The words that a begun step, or a problem to be forwarded, waits for. Raises Expired where none is open."""
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if kept is None or kept.kind != KIND or kept.awaiting is None:
            raise Expired
        done = await _with_words(session, cause, kept, text)
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        return done


async def _with_words(session: AsyncSession, cause: Cause, kept: KeptDraft, text: str) -> TaskDone | TaskGiven:
    if kept.payload["act"] == "forward":
        found = await _unit_in(session, text)
        if found is None:
            raise InvalidInput("errors_tasks.no_unit")
        return await forward_problem(session, cause, int(str(kept.payload["problem_id"])), found.unit_id, found.rest)
    return await step_in(session, cause, int(str(kept.payload["task_id"])), TaskEvent(str(kept.payload["event"])), text)


@dataclass(frozen=True)
class _Named:
    unit_id: int
    unit: str
    rest: str


async def _unit_in(session: AsyncSession, words: str) -> _Named | None:
    """The unit that the words begin with, and what follows it."""
    units = await task_book.units(session)
    index = NameIndex(NamedItem(key, name) for key, name in units.items())
    parts = words.split()
    for upto in range(1, min(len(parts), 3) + 1):
        found = index.find(" ".join(parts[:upto]).strip(",，。;；:："))
        if found.winner is not None:
            key = found.winner.item.id
            return _Named(key, units[key], " ".join(parts[upto:]))
    return None


async def hear_given(db: Database, cause: Cause, text: str) -> TaskPreview | None:
    """督办, 整改, 对接 as the office types it: a preview. None where it is no such words or not the office's."""
    if cause.actor.role is not Role.OFFICE:
        return None
    # Words about something else must not use up the one effect of their message.
    read = read_given(text, cause.now.astimezone(office_zone()).date())
    if read is None:
        return None
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        found = await _unit_in(session, read.words)
        if found is None or not found.rest:
            raise InvalidInput("errors_tasks.no_unit")
        return await _preview(session, cause, year, read, found)


async def _preview(session: AsyncSession, cause: Cause, year: Year, read: GiveText, found: _Named) -> TaskPreview:
    due = year.calendar.next_workday(read.due) if read.due else None
    if due is not None and due < year.today:
        raise InvalidInput("errors_tasks.past", day=due.isoformat())
    payload: dict[str, object] = {
        "act": "give",
        "kind": read.kind,
        "text": found.rest,
        "unit_id": found.unit_id,
        "due": due.isoformat() if due else None,
        "source": read.source,
    }
    version = await _keep(session, cause, payload, None)
    held = await holders(session, unit_ids=[found.unit_id], roles=[Role.CONTACT, Role.HEAD])
    line = TaskLine(
        id=0,
        version=version,
        kind=read.kind,
        text=found.rest,
        state=TaskState.GIVEN.value,
        receiver=found.unit,
        giver=cause.actor.name,
        due=due,
        days_left=(due - year.today).days if due else None,
        indicator_id=None,
        indicator=None,
        source=read.source,
    )
    reachable = tuple(dict.fromkeys(one.person for one in held if one.chat_id is not None))
    others = tuple(dict.fromkeys(one.person for one in held if one.chat_id is None))
    return TaskPreview(line, reachable, others, version)


def is_preview(kept: KeptDraft) -> bool:
    """Whether this draft is a task that only waits for the word."""
    return kept.kind == KIND and kept.payload.get("act") == "give"


async def give_drafted(db: Database, cause: Cause, version: int) -> TaskGiven:
    """下达 of a preview. Raises Stale for one that is not the newest any more, NotAllowed."""
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if kept is None or kept.version != version or not is_preview(kept):
            raise Stale
        if cause.actor.role is not Role.OFFICE:
            raise NotAllowed
        due, source = kept.payload["due"], str(kept.payload["source"] or "")
        task = TaskToGive(
            kind=TaskKind(str(kept.payload["kind"])),
            text=str(kept.payload["text"]),
            unit_id=int(str(kept.payload["unit_id"])),
            due=date.fromisoformat(str(due)) if due else None,
            detail={"source": source} if source else {},
        )
        given = await give_in(session, cause, task)
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        return given


async def ask_forward(db: Database, cause: Cause, problem_id: int, title: str) -> TaskWords:
    """Ask which unit a problem goes to."""
    async with effect(db, cause) as session:
        version = await _keep(session, cause, {"act": "forward", "problem_id": problem_id}, WORDS)
        return TaskWords("forwarded", title, version)


__all__ = ["KIND", "ask_forward", "begin_step", "draft_words", "give_drafted", "hear_given", "lists", "receivers"]
