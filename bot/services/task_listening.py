"""Typed words about tasks and meetings: an answer to a message about one, or what the office gives in one line."""

from __future__ import annotations

from bot.domain.kinds import Role
from bot.domain.tasks import TaskEvent
from bot.presenters.task_notes import TaskNoted
from bot.presenters.tasks import TaskDone, TaskGiven, TaskPreview, TaskWords
from bot.reading.intents import IntentKind
from bot.reading.task_text import read_step
from bot.services.hearing import Hearing
from bot.services.meeting_listening import Said as SaidOfMeeting
from bot.services.meeting_listening import about_meeting
from bot.services.task_hearing import NEED_WORDS, begin_step, give_drafted, hear_given, is_preview
from bot.services.task_noting import note_on_task
from bot.services.tasking import take_step

SUBJECT = "task"
Said = TaskDone | TaskNoted | TaskGiven | TaskWords | TaskPreview | SaidOfMeeting


async def about_task(one: Hearing) -> Said | None:
    """办结, 进展, 退回, 催办 in reply to a task's message; 督办, 整改, 对接 from the office; what is about a meeting.

    None for other words.
    """
    meeting = await about_meeting(one)
    if meeting is not None:
        return meeting
    push = one.push
    if push is not None and push.subject_kind == SUBJECT and push.subject_id is not None:
        read = read_step(one.text)
        if read is not None:
            event = TaskEvent(read.event)
            if event in NEED_WORDS and not read.text:
                return await begin_step(one.db, one.cause, push.subject_id, event)
            return await take_step(one.db, one.cause, push.subject_id, event, read.text)
        noted = await note_on_task(one.db, one.cause, push.subject_id, one.text)
        if noted is not None:
            return noted
    if one.cause.actor.role is not Role.OFFICE:
        return None
    if one.is_ is IntentKind.CONFIRM and one.kept is not None and is_preview(one.kept):
        return await give_drafted(one.db, one.cause, one.kept.version)
    if one.kept is None or one.kept.awaiting is None:
        return await hear_given(one.db, one.cause, one.text)
    return None
