"""What a second account sets in motion: the office is asked, and both accounts are told what it decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.people import actor_of_person, holders
from bot.db.pushes import PushToSend, enqueue
from bot.db.tables import Account, BindingRequest, Post
from bot.domain.errors import NotFound
from bot.domain.kinds import Role
from bot.domain.pushes import PushKind
from bot.presenters.binding import BindingQuestion, Told, present_decided, present_question
from bot.services.cause import Cause
from bot.services.year import year_at

SUBJECT = "binding_request"


async def ask_office(session: AsyncSession, cause: Cause, request: BindingRequest) -> int:
    """Ask everybody of the office once about this request, outside the quiet hours; how many were asked."""
    known = await actor_of_person(session, request.person_id)
    post = await session.get_one(Post, request.post_id)
    question = BindingQuestion(request.id, known.name if known else "", post.name, request.display_name)
    reply = present_question(question)
    office = {item.person_id: item for item in await holders(session, roles=[Role.OFFICE, Role.ADMIN]) if item.chat_id}
    not_before = await _waking(session, cause.now)
    for person in office.values():
        push = PushToSend(
            kind=PushKind.BINDING_REQUEST,
            chat_id=person.chat_id or 0,
            person_id=person.person_id,
            post_id=person.post_id,
            text=reply.text,
            buttons=reply.buttons,
            subject_kind=SUBJECT,
            subject_id=request.id,
            dedupe_key=f"binding:{request.id}:{person.person_id}",
            reason="second_account",
            now=cause.now,
            not_before=not_before,
            update_id=cause.update_id,
        )
        await enqueue(session, push)
    return len(office)


async def _waking(session: AsyncSession, now: datetime) -> datetime:
    try:
        year = await year_at(session, now)
    except NotFound:
        return now
    return year.calendar.next_send_time(now, year.scheme.quiet, year.zone)


async def tell_decided(session: AsyncSession, cause: Cause, request: BindingRequest, old: Account | None) -> None:
    """Tell the account that asked, at once because somebody waits for it, and the one that is unbound."""
    post = await session.get_one(Post, request.post_id)
    told = Told.APPROVED if request.approved else Told.REFUSED
    await _tell(session, cause, request, (request.chat_id, told, post.name))
    if old is not None:
        await _tell(session, cause, request, (old.chat_id, Told.REPLACED, post.name))


async def _tell(session: AsyncSession, cause: Cause, request: BindingRequest, what: tuple[int, Told, str]) -> None:
    chat_id, told, post = what
    push = PushToSend(
        kind=PushKind.BINDING_DECIDED,
        chat_id=chat_id,
        text=present_decided(told, post).text,
        subject_kind=SUBJECT,
        subject_id=request.id,
        dedupe_key=f"binding:{request.id}:{told.value}",
        reason=told.value,
        now=cause.now,
        update_id=cause.update_id,
    )
    await enqueue(session, push)
