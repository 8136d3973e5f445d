"""Typed words about dispatch meetings: a call, more of it, an answer to an invitation, decisions."""

from __future__ import annotations

from bot.db import meetings
from bot.domain.kinds import Role
from bot.domain.meeting import ANSWERS_UNTIL, NEED_WORDS, Attendance
from bot.presenters.meeting_said import (
    AnswerAsked,
    Answered,
    CallAsked,
    CallPreview,
    DecisionsGiven,
    MeetingCalled,
    MinutesPreview,
)
from bot.reading.intents import IntentKind
from bot.reading.meeting_text import AnswerText, is_call, is_decisions, read_answer
from bot.services.hearing import Hearing
from bot.services.meeting_attending import answer_meeting, begin_answer
from bot.services.meeting_calling import KIND as CALL_DRAFT
from bot.services.meeting_calling import call, hear_call, hear_more
from bot.services.meeting_minutes import KIND as MINUTES_DRAFT
from bot.services.meeting_minutes import give_decisions, hear_decisions
from bot.services.meeting_telling import SUBJECT

Said = CallAsked | CallPreview | MeetingCalled | Answered | AnswerAsked | MinutesPreview | DecisionsGiven


async def about_meeting(one: Hearing) -> Said | None:
    """None for words that are about no meeting."""
    if one.cause.actor.role is Role.OFFICE:
        said = await _of_office(one)
        if said is not None:
            return said
    push = one.push
    invited = push is not None and push.subject_kind == SUBJECT and push.subject_id is not None
    if not invited and (one.kept is not None or push is not None):
        return None
    read = read_answer(one.text)
    if read is None:
        return None
    meeting_id = push.subject_id if push is not None and invited else await _next(one)
    return await _answer(one, meeting_id, read) if meeting_id is not None else None


async def _of_office(one: Hearing) -> Said | None:
    if one.is_ is IntentKind.CONFIRM and one.kept is not None and one.push is None:
        if one.kept.kind == CALL_DRAFT:
            return await call(one.db, one.cause, one.kept.version)
        if one.kept.kind == MINUTES_DRAFT:
            return await give_decisions(one.db, one.cause, one.kept.version)
    if is_call(one.text):
        return await hear_call(one.db, one.cause, one.text)
    if one.kept is not None and one.kept.kind == CALL_DRAFT and one.is_ in (None, IntentKind.DISPATCH):
        return await hear_more(one.db, one.cause, one.text)
    if one.is_ is None and is_decisions(one.text) and (one.kept is None or one.kept.kind == MINUTES_DRAFT):
        return await hear_decisions(one.db, one.cause, one.text)
    return None


async def _next(one: Hearing) -> int | None:
    """The next meeting that this person is invited to."""
    async with one.db.read() as session:
        since = one.cause.now - ANSWERS_UNTIL
        return await meetings.open_invitation(session, one.cause.actor.person_id, since)


async def _answer(one: Hearing, meeting_id: int, read: AnswerText) -> Said:
    answer = Attendance(read.answer)
    if answer in NEED_WORDS and not read.words:
        return await begin_answer(one.db, one.cause, meeting_id, answer)
    return await answer_meeting(one.db, one.cause, meeting_id, answer, read.words)
