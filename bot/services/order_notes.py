"""Tells of a step on an order: the office of what it has to decide, the unit of what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.db.people import Holder, holders
from bot.db.pushes import PushToSend, enqueue
from bot.db.tables import DecisionRow
from bot.domain.decisions import Matter, Said
from bot.domain.digest import WithheldReason
from bot.domain.kinds import Role
from bot.domain.pushes import PushKind
from bot.presenters.push_order import OrderNote, present_order_note
from bot.presenters.words import label
from bot.services.order_desk import OrderDesk
from bot.services.order_inbox import REQUEST, join, todays_message

ORDER = "order"


def who_acts(desk: OrderDesk) -> str:
    """The actor's post and name in one."""
    actor = desk.cause.actor
    return label("order.person", post=actor.posts[0], name=actor.name)


def _actor(desk: OrderDesk) -> set[int]:
    """Whoever acts is not told of it; nobody where the machine itself does."""
    return {desk.cause.by.person_id} if desk.cause.by is not None else set()


async def tell_office(desk: OrderDesk, note: OrderNote) -> datetime | None:
    """Put the request before everybody in the office; when it leaves, None for at once."""
    office = await holders(desk.session, roles=[Role.OFFICE])
    return await _tell(desk, note, office, REQUEST)


async def tell_unit(desk: OrderDesk, note: OrderNote, person_ids: Iterable[int]) -> tuple[str, ...]:
    """Tell those who asked or answered; their names."""
    ids = sorted(set(person_ids) - _actor(desk))
    unit = await holders(desk.session, person_ids=ids) if ids else []
    await _tell(desk, note, unit, ORDER)
    return tuple(dict.fromkeys(holder.person for holder in unit if holder.chat_id is not None))


async def _tell(desk: OrderDesk, note: OrderNote, people: Iterable[Holder], about: str) -> datetime | None:
    now, year = desk.cause.now, desk.year
    leaves_at = year.calendar.next_send_time(now, year.scheme.quiet, year.zone)
    told: set[int] = set()
    for holder in people:
        if holder.person_id in told | _actor(desk):
            continue
        told.add(holder.person_id)
        decision = DecisionRow(
            at=now,
            person_id=holder.person_id,
            indicator_id=desk.order.indicator_id,
            kind=Matter.STEP.value,
            grade=desk.order.grade,
            sent=holder.chat_id is not None,
            reason=(Said.ORDER_STEP if holder.chat_id is not None else WithheldReason.NO_ACCOUNT).value,
            detail={"order_id": desk.order.id, "event": note.event},
        )
        desk.session.add(decision)
        if holder.chat_id is None:
            continue
        today = await todays_message(desk.session, year, holder.person_id) if about == REQUEST else None
        if today is not None:
            decision.push_id = today.id
            await join(desk.session, desk.cause, year, today, desk.order.indicator_id)
        else:
            decision.push_id = await enqueue(desk.session, _push(desk, note, holder, (about, leaves_at)))
    return leaves_at if leaves_at > now else None


def _push(desk: OrderDesk, note: OrderNote, holder: Holder, route: tuple[str, datetime]) -> PushToSend:
    about, leaves_at = route
    reply = present_order_note(note)
    return PushToSend(
        kind=PushKind.ORDER,
        chat_id=holder.chat_id or 0,
        person_id=holder.person_id,
        post_id=holder.post_id,
        text=reply.text,
        buttons=reply.buttons,
        grade=desk.order.grade,
        indicator_ids=[desk.order.indicator_id],
        subject_kind=about,
        subject_id=desk.order.id,
        dedupe_key=f"order:{desk.order.id}:{desk.order.row_version}:{note.event}:{holder.person_id}",
        reason=note.event,
        now=desk.cause.now,
        not_before=leaves_at,
        update_id=desk.cause.update_id,
    )
