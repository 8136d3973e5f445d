"""Typed words about tasks and meetings: an answer to a message about one, or what the office gives in one line."""

from __future__ import annotations

from bot.domain.kinds import Role
from bot.domain.tasks import TaskEvent
from bot.presenters.tasks import TaskDone, TaskPreview, TaskWords
from bot.reading.task_text import read_step
from bot.services.hearing import Hearing
from bot.services.meeting_listening import Said as SaidOfMeeting
from bot.services.meeting_listening import about_meeting
from bot.services.task_hearing import NEED_WORDS, begin_step, hear_given
from bot.services.tasking import take_step

SUBJECT = "task"
Said = TaskDone | TaskWords | TaskPreview | SaidOfMeeting


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
    if one.kept is None and one.cause.actor.role is Role.OFFICE:
        return await hear_given(one.db, one.cause, one.text)
    return None
