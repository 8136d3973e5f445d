"""Who comes to a dispatch meeting: answers of the invited, and what the office sees and does about them."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, meetings
from bot.db.drafts import DraftToKeep, Ending
from bot.db.engine import Database
from bot.db.tables import Meeting, MeetingPerson
from bot.domain.errors import Conflict, Expired, InvalidInput, NotFound, Refused
from bot.domain.meeting import (
    NEED_WORDS,
    Attendance,
    MeetingState,
    count_answers,
    takes_answers,
    takes_decisions,
)
from bot.domain.rights import Action
from bot.presenters.meeting_said import AnswerAsked, Answered, CancelAsked, Guest, MeetingCancelled, MeetingCard, Urged
from bot.reading.safe_text import safe_text
from bot.services import meeting_telling
from bot.services.cause import Cause, Change, audit, effect
from bot.services.meeting_naming import meeting_of, named

KIND = "attend"
WORDS = "words"
LONGEST = 100
_MISSING = {Attendance.AWAY: "errors_meeting.no_reason", Attendance.SENDS: "errors_meeting.no_name"}


async def begin_answer(db: Database, cause: Cause, meeting_id: int, answer: Attendance) -> Answered | AnswerAsked:
    """A pressed answer: taken at once, or its words asked for. Raises as `answer_meeting` does."""
    if answer not in NEED_WORDS:
        return await answer_meeting(db, cause, meeting_id, answer)
    async with effect(db, cause) as session:
        meeting, _ = await _invited(session, cause, meeting_id)
        payload: dict[str, object] = {"meeting_id": meeting_id, "answer": answer.value}
        version = await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now, WORDS))
        return AnswerAsked(named(meeting), answer.value, version)


async def answer_meeting(db: Database, cause: Cause, meeting_id: int, answer: Attendance, words: str = "") -> Answered:
    """The answer of an invited person; a later one replaces it. Raises NotFound, Refused and InvalidInput."""
    async with effect(db, cause) as session:
        return await _answer(session, cause, meeting_id, answer, words)


async def draft_words(db: Database, cause: Cause, text: str) -> Answered:
    """The words that a pressed answer waits for. Raises Expired where none is open."""
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if kept is None or kept.kind != KIND:
            raise Expired
        meeting_id, answer = int(str(kept.payload["meeting_id"])), Attendance(str(kept.payload["answer"]))
        done = await _answer(session, cause, meeting_id, answer, text)
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        return done


async def _answer(session: AsyncSession, cause: Cause, meeting_id: int, answer: Attendance, words: str) -> Answered:
    meeting, row = await _invited(session, cause, meeting_id)
    said = " ".join(safe_text(words).split())[:LONGEST]
    if answer in NEED_WORDS and not said:
        raise InvalidInput(_MISSING[answer])
    before = row.answer
    row.answer, row.text, row.answered_at = answer.value, said or None, cause.now
    change = Change("answer_meeting", "meeting", meeting.id, {"answer": before}, {"answer": answer.value, "text": said})
    audit(session, cause, change)
    return Answered(named(meeting), answer.value, said)


async def _invited(session: AsyncSession, cause: Cause, meeting_id: int) -> tuple[Meeting, MeetingPerson]:
    """The meeting with this person's row. Raises NotFound for who is not invited, Refused once it is over."""
    meeting = await meetings.one(session, meeting_id)
    row = await meetings.invitation(session, meeting_id, cause.actor.person_id)
    if meeting is None or row is None:
        raise NotFound(meeting_id=meeting_id)
    if not takes_answers(MeetingState(meeting.state), meeting.at, cause.now):
        raise Refused("errors_meeting.over")
    return meeting, row


async def card(db: Database, cause: Cause, meeting_id: int) -> MeetingCard:
    """The meeting with who comes and what was decided, for the office. Raises NotAllowed, NotFound and Refused."""
    cause.check(Action.CALL_MEETING)
    async with db.read() as session:
        meeting = await meeting_of(session, meeting_id)
        people = await meetings.invited(session, meeting_id)
        decided = await meetings.decisions(session, meeting_id)
    state = MeetingState(meeting.state)
    return MeetingCard(
        meeting=named(meeting),
        guests=tuple(
            Guest(one.person, one.post, one.answer, one.text or "", one.chat_id is not None) for one in people
        ),
        answers=count_answers(one.answer for one in people),
        decisions=tuple((task.text, task.receiver, task.due, task.state) for task in decided),
        may_decide=takes_decisions(state, meeting.at, cause.now),
        may_answer=takes_answers(state, meeting.at, cause.now),
    )


def guest_of(one: meetings.Invited) -> Guest:
    """An invited person as answers and papers show them."""
    return Guest(one.person, one.post, one.answer, one.text or "", one.chat_id is not None)


async def urge(db: Database, cause: Cause, meeting_id: int) -> Urged:
    """Ask those who have not answered, and only those. Raises NotAllowed, NotFound and Refused."""
    cause.check(Action.CALL_MEETING)
    async with effect(db, cause) as session:
        meeting = await meeting_of(session, meeting_id)
        if not takes_answers(MeetingState(meeting.state), meeting.at, cause.now):
            raise Refused("errors_meeting.over")
        silent = [one for one in await meetings.invited(session, meeting_id) if one.answer is None]
        bound = [one for one in silent if one.chat_id is not None]
        told = await meeting_telling.ask_again(session, cause, meeting, bound)
        audit(session, cause, Change("urge_meeting", "meeting", meeting.id, after={"told": told}))
        return Urged(
            meeting=named(meeting),
            told=tuple(one.post for one in bound) if told else (),
            already=len(bound) - told,
            untold=tuple(one.post for one in silent if one.chat_id is None),
        )


async def cancel(
    db: Database, cause: Cause, meeting_id: int, version: int, *, sure: bool
) -> CancelAsked | MeetingCancelled:
    """Call the meeting off; first a question. Raises NotAllowed, NotFound, Refused and Conflict."""
    cause.check(Action.CALL_MEETING)
    async with effect(db, cause) as session:
        meeting = await meeting_of(session, meeting_id)
        if meeting.state != MeetingState.CALLED:
            raise Refused("errors_meeting.over")
        people = [one for one in await meetings.invited(session, meeting_id) if one.chat_id is not None]
        if not sure:
            return CancelAsked(named(meeting), len(people))
        statement = (
            update(Meeting)
            .where(Meeting.id == meeting.id, Meeting.row_version == version)
            .values(state=MeetingState.CANCELLED.value, row_version=version + 1)
            .returning(Meeting.id)
        )
        if await session.scalar(statement) is None:
            raise Conflict(meeting_id=meeting.id)
        await session.refresh(meeting)
        audit(session, cause, Change("cancel_meeting", "meeting", meeting.id))
        return MeetingCancelled(named(meeting), await meeting_telling.call_off(session, cause, meeting, people))
