"""/dispatch: call a meeting, see who comes, its papers, its decisions."""

from __future__ import annotations

from telegram import Update

from bot.domain.kinds import Role
from bot.domain.meeting import Attendance
from bot.presenters.actions_meeting import (
    AnswerMeeting,
    CallMeeting,
    CancelMeeting,
    FileMeeting,
    GiveDecisions,
    ShowMeeting,
    UrgeMeeting,
    WriteMinutes,
)
from bot.presenters.asked import present
from bot.presenters.errors import present_outdated_button
from bot.presenters.reply import Reply
from bot.presenters.report_said import Told
from bot.services import meeting_attending, meeting_calling, meeting_minutes, meeting_papers
from bot.services.hearing import DraftText
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed


async def on_dispatch(_update: Update, context: Context) -> None:
    """The last meetings, or a new one."""
    words = " ".join(context.args or ())
    await context.answer(present(await meeting_calling.open_dispatch(context.db, context.cause, words)))


async def on_call(_update: Update, context: Context, action: CallMeeting) -> None:
    """发通知 of a preview."""
    called = present(await meeting_calling.call(context.db, context.cause, action.version))
    await context.answer(called.replacing())


async def on_meeting(_update: Update, context: Context, action: ShowMeeting) -> None:
    """Who comes, what was decided."""
    await context.answer(present(await meeting_attending.card(context.db, context.cause, action.meeting_id)))


async def on_answer(_update: Update, context: Context, action: AnswerMeeting) -> None:
    """参加, 请假, 派人."""
    if action.answer not in tuple(Attendance):
        await context.answer(present_outdated_button())
        return
    answer = Attendance(action.answer)
    await context.answer(
        present(await meeting_attending.begin_answer(context.db, context.cause, action.meeting_id, answer))
    )


async def on_urge(_update: Update, context: Context, action: UrgeMeeting) -> None:
    """Ask those who have not answered."""
    await context.answer(present(await meeting_attending.urge(context.db, context.cause, action.meeting_id)))


async def on_cancel(_update: Update, context: Context, action: CancelMeeting) -> None:
    """Call it off, after a question."""
    of = (context.db, context.cause, action.meeting_id, action.version)
    await context.answer(present(await meeting_attending.cancel(*of, sure=action.sure)))


async def on_file(_update: Update, context: Context, action: FileMeeting) -> None:
    """The packet, its workbook, or the minutes."""
    if action.what not in meeting_papers.FILES:
        await context.answer(present_outdated_button())
        return
    file = await meeting_papers.FILES[action.what](context.db, context.cause, action.meeting_id)
    await context.answer(Reply(file.name, files=(file,)))


async def on_minutes(_update: Update, context: Context, action: WriteMinutes) -> None:
    """Begin the decisions."""
    await context.answer(present(await meeting_minutes.begin_minutes(context.db, context.cause, action.meeting_id)))


async def on_give(_update: Update, context: Context, action: GiveDecisions) -> None:
    """下达 of the decisions."""
    given = present(await meeting_minutes.give_decisions(context.db, context.cause, action.version))
    await context.answer(given.replacing())


async def on_words(_update: Update, context: Context, said: DraftText) -> None:
    """The words that a draft of a meeting waits for."""
    if said.kind == meeting_minutes.KIND:
        await context.answer(present(await meeting_minutes.hear_decisions(context.db, context.cause, said.text)))
    elif said.kind == meeting_attending.KIND:
        await context.answer(present(await meeting_attending.draft_words(context.db, context.cause, said.text)))
    else:
        more = await meeting_calling.hear_more(context.db, context.cause, said.text)
        await context.answer(present(more or Told("nothing_read")))


ROUTES = (
    Command("dispatch", on_dispatch, roles=frozenset({Role.OFFICE})),
    Pressed(CallMeeting, on_call),
    Pressed(ShowMeeting, on_meeting),
    Pressed(AnswerMeeting, on_answer),
    Pressed(UrgeMeeting, on_urge),
    Pressed(CancelMeeting, on_cancel),
    Pressed(FileMeeting, on_file),
    Pressed(WriteMinutes, on_minutes),
    Pressed(GiveDecisions, on_give),
)
