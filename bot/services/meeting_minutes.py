"""The decisions of a dispatch meeting: typed one per line, checked, and given out as tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, meetings
from bot.db.drafts import DraftToKeep, Ending, KeptDraft
from bot.db.engine import Database
from bot.db.tables import Meeting
from bot.domain.errors import Expired, InvalidInput, Refused, Stale
from bot.domain.meeting import MOST_DECISIONS, MeetingState, takes_decisions
from bot.domain.rights import Action
from bot.domain.tasks import LONGEST, TaskKind
from bot.presenters.meeting_said import DecisionLine, DecisionsGiven, MinutesAsked, MinutesPreview
from bot.reading.meeting_text import DecisionText, read_decisions
from bot.reading.safe_text import safe_text
from bot.services.cause import Cause, Change, audit, effect
from bot.services.meeting_naming import Names, meeting_of, named, names_of
from bot.services.tasking import TaskToGive, give_in
from bot.services.year import Year, year_at

KIND = "minutes"
WORDS = "words"
Line = dict[str, object]


@dataclass(frozen=True)
class _Read:
    """What lines could be read, as they are kept in the draft, and which could not: (line, code)."""

    lines: list[Line]
    unread: tuple[tuple[str, str], ...]


async def begin_minutes(db: Database, cause: Cause, meeting_id: int) -> MinutesAsked:
    """Ask for the decisions. Raises NotAllowed, NotFound and Refused."""
    cause.check(Action.CALL_MEETING)
    async with effect(db, cause) as session:
        meeting = await _deciding(session, cause, meeting_id)
        return MinutesAsked(named(meeting), await _keep(session, cause, meeting.id, []))


async def hear_decisions(db: Database, cause: Cause, text: str) -> MinutesPreview:
    """Decisions as they are typed: of the draft's meeting, else of the last one. Raises as `begin_minutes` does."""
    cause.check(Action.CALL_MEETING)
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        going_on = kept is not None and kept.kind == KIND
        meeting_id = int(str(kept.payload["meeting_id"])) if kept and going_on else await _last(session, cause)
        meeting = await _deciding(session, cause, meeting_id)
        year, names = await year_at(session, cause.now), await names_of(session)
        read = _read(read_decisions(safe_text(text), year.today), names, year)
        lines = [*(_lines(kept) if kept and going_on else []), *read.lines]
        if len(lines) > MOST_DECISIONS:
            raise InvalidInput("errors_meeting.too_many", limit=MOST_DECISIONS)
        version = await _keep(session, cause, meeting.id, lines)
        return MinutesPreview(named(meeting), tuple(_shown(line) for line in lines), read.unread, version)


async def _last(session: AsyncSession, cause: Cause) -> int:
    """The newest meeting whose day has come; Refused where there is none."""
    found = await meetings.newest(session)
    for meeting in found:
        if takes_decisions(MeetingState(meeting.state), meeting.at, cause.now):
            return meeting.id
    raise Refused("errors_meeting.too_early" if found else "errors_meeting.no_meeting")


async def _deciding(session: AsyncSession, cause: Cause, meeting_id: int) -> Meeting:
    meeting = await meeting_of(session, meeting_id)
    if not takes_decisions(MeetingState(meeting.state), meeting.at, cause.now):
        raise Refused("errors_meeting.too_early")
    return meeting


async def _keep(session: AsyncSession, cause: Cause, meeting_id: int, lines: list[Line]) -> int:
    payload: dict[str, object] = {"meeting_id": meeting_id, "lines": list(lines)}
    return await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now, WORDS))


def _lines(kept: KeptDraft) -> list[Line]:
    found = kept.payload["lines"]
    return [dict(line) for line in found] if isinstance(found, list) else []


def _read(typed: Iterable[DecisionText], names: Names, year: Year) -> _Read:
    lines: list[Line] = []
    unread: list[tuple[str, str]] = []
    for one in typed:
        owners, words = names.head(one.words)
        code = _fault(one, bool(owners), words, year.today)
        if code:
            unread.append((one.line, code))
            continue
        due = year.calendar.next_workday(one.due) if one.due else None
        lines += [
            {
                "who": owner.name,
                "unit_id": owner.unit_id,
                "post_id": owner.post_id,
                "text": words,
                "due": due.isoformat() if due else None,
                "moved": due != one.due,
            }
            for owner in owners
        ]
    return _Read(lines, tuple(unread))


def _fault(one: DecisionText, has_owner: bool, words: str, today: date) -> str:
    """Why a line cannot be given; empty when it can."""
    if not has_owner:
        return "no_owner"
    if not words or len(words) > LONGEST:
        return "no_text"
    return "due_past" if one.due is not None and one.due < today else ""


def _shown(line: Line) -> DecisionLine:
    due = line["due"]
    return DecisionLine(
        str(line["who"]), date.fromisoformat(str(due)) if due else None, str(line["text"]), bool(line["moved"])
    )


async def give_decisions(db: Database, cause: Cause, version: int) -> DecisionsGiven:
    """下达 of a preview: every line a task. Raises Stale for one that is not the newest any more, Expired, Refused."""
    cause.check(Action.CALL_MEETING)
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if kept is None:
            raise Expired
        if kept.kind != KIND or kept.version != version:
            raise Stale
        meeting = await _deciding(session, cause, int(str(kept.payload["meeting_id"])))
        lines = _lines(kept)
        if not lines:
            raise InvalidInput("errors_meeting.no_decisions")
        given = [await give_in(session, cause, _task(line, meeting)) for line in lines]
        meeting.state, meeting.held_at = MeetingState.HELD.value, meeting.held_at or cause.now
        meeting.row_version += 1
        audit(session, cause, Change("hold_meeting", "meeting", meeting.id, after={"decisions": len(given)}))
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        return DecisionsGiven(
            meeting=named(meeting),
            count=len(given),
            told=tuple(dict.fromkeys(name for one in given for name in one.told)),
            untold=tuple(dict.fromkeys(name for one in given for name in one.untold)),
        )


def _task(line: Line, meeting: Meeting) -> TaskToGive:
    due, unit_id, post_id = line["due"], line["unit_id"], line["post_id"]
    return TaskToGive(
        kind=TaskKind.SUPERVISION,
        text=str(line["text"]),
        unit_id=int(str(unit_id)) if unit_id is not None else None,
        post_id=int(str(post_id)) if post_id is not None else None,
        due=date.fromisoformat(str(due)) if due else None,
        detail={"source": named(meeting).title, "meeting_id": meeting.id},
    )
