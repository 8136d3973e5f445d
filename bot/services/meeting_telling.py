"""Messages around a dispatch meeting: the invitation with its calendar entry, the question for an answer, its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import meetings
from bot.db.people import Holder
from bot.db.pushes import PushToSend, enqueue
from bot.db.tables import Meeting
from bot.db.task_book import StoredTask
from bot.documents.invitation import Entry, calendar_entry
from bot.domain.meeting import LASTS
from bot.domain.pushes import PushKind
from bot.domain.tasks import TaskState
from bot.presenters.meeting import present_invitation, present_off, present_urge
from bot.presenters.meeting_said import Invitation
from bot.presenters.reply import Attachment, Reply
from bot.presenters.words import label
from bot.services.cause import Cause
from bot.services.meeting_facts import Scope, narrowed
from bot.services.meeting_naming import ids, named
from bot.services.year import Year, year_at

SUBJECT = "meeting"


def entry_of(cause: Cause, meeting: Meeting, *, cancelled: bool = False) -> Attachment:
    """Its calendar entry as a file."""
    shown = named(meeting)
    made = calendar_entry(
        Entry(
            uid=f"meeting-{meeting.id}-{int(meeting.called_at.timestamp())}@baton",
            sequence=meeting.row_version,
            made_at=cause.now,
            starts_at=meeting.at,
            ends_at=meeting.at + LASTS,
            title=shown.title,
            place=meeting.place,
            note=label("meeting.entry_note"),
            cancelled=cancelled,
        )
    )
    return Attachment(label("meeting.entry_file"), made)


async def invite(session: AsyncSession, cause: Cause, meeting: Meeting, people: Sequence[Holder], scope: Scope) -> int:
    """One push for everybody with an account; how many."""
    inside = narrowed(scope, meeting.kind, ids(meeting.unit_ids), ids(meeting.post_ids))
    before = await meetings.before(session, meeting.kind, meeting.at)
    last = await meetings.decisions(session, before.id) if before else []
    entry = entry_of(cause, meeting)
    told = 0
    for holder in people:
        said = Invitation(named(meeting), _own(inside, holder), _last(last, holder), cause.actor.name)
        told += await _push(session, cause, scope.year, meeting, holder, present_invitation(said, entry), "call")
    return told


def _own(scope: Scope, holder: Holder) -> tuple[tuple[str, str], ...]:
    """The warned indicators that this person answers for."""
    mine = [
        item
        for item in scope.behind
        if item.responsible_post_id == holder.post_id or holder.unit_id in item.lead_unit_ids
    ]
    return tuple((item.name, scope.word(item)) for item in mine)


def _last(tasks: Iterable[StoredTask], holder: Holder) -> tuple[tuple[str, date | None], ...]:
    mine = [
        task
        for task in tasks
        if task.state != TaskState.DONE
        and (task.to_post_id == holder.post_id or (task.to_post_id is None and task.to_unit_id == holder.unit_id))
    ]
    return tuple((task.text, task.due) for task in mine)


async def ask_again(session: AsyncSession, cause: Cause, meeting: Meeting, people: Sequence[meetings.Invited]) -> int:
    """Ask these for an answer, at most once a day each; how many."""
    year = await year_at(session, cause.now)
    reply = present_urge(named(meeting))
    return sum(
        [await _push(session, cause, year, meeting, one, reply, f"urge:{year.today.isoformat()}") for one in people]
    )


async def call_off(session: AsyncSession, cause: Cause, meeting: Meeting, people: Sequence[meetings.Invited]) -> int:
    """Tell these that it is off, with the entry that takes it out of their calendars; how many."""
    year = await year_at(session, cause.now)
    reply = present_off(named(meeting), entry_of(cause, meeting, cancelled=True))
    return sum([await _push(session, cause, year, meeting, one, reply, "off") for one in people])


async def _push(
    session: AsyncSession,
    cause: Cause,
    year: Year,
    meeting: Meeting,
    person: Holder | meetings.Invited,
    reply: Reply,
    what: str,
) -> bool:
    if person.chat_id is None:
        return False
    push = PushToSend(
        kind=PushKind.MEETING,
        chat_id=person.chat_id,
        person_id=person.person_id,
        post_id=person.post_id,
        text=reply.text,
        buttons=reply.buttons,
        files=reply.files,
        subject_kind=SUBJECT,
        subject_id=meeting.id,
        dedupe_key=f"meeting:{meeting.id}:{what}:{person.person_id}",
        reason=f"meeting_{what.partition(':')[0]}",
        now=cause.now,
        not_before=year.calendar.next_send_time(cause.now, year.scheme.quiet, year.zone),
        expires_at=meeting.at if meeting.at > cause.now else None,
        update_id=cause.update_id,
    )
    return await enqueue(session, push) is not None
