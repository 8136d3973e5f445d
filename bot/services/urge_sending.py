"""Sends an urging: one push for each person chosen, and for everybody the recorded reason why, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.people import Holder
from bot.db.pushes import PushToSend, enqueue
from bot.db.tables import DecisionRow, Push, Urge
from bot.domain.decisions import Matter, Said
from bot.domain.digest import WithheldReason
from bot.domain.pushes import PushKind
from bot.presenters.remind import Owed, RemindRow, UrgeMatter, UrgeSent
from bot.services.cause import Cause, Change, audit
from bot.services.digest_morning import Morning
from bot.services.urge_words import urge_reply

SUBJECT = "urge"


@dataclass(frozen=True)
class UrgeToSend:
    """An urging as the list shows it. `send_at`: not before then, None for at once."""

    matter: UrgeMatter
    rows: tuple[RemindRow, ...]
    words: str = ""
    send_at: datetime | None = None


async def send(session: AsyncSession, cause: Cause, morning: Morning, wanted: UrgeToSend) -> UrgeSent:
    """Record it and enqueue its pushes; each is looked at once more before it leaves if that is later."""
    chosen = [row for row in wanted.rows if row.chosen and row.person_id is not None]
    urge = Urge(
        at=cause.now,
        by_person_id=cause.actor.person_id,
        period=str(morning.period or morning.year.period),
        person_ids=[row.person_id for row in chosen],
        matter=wanted.matter.value,
        words=wanted.words or None,
        send_at=wanted.send_at,
    )
    session.add(urge)
    await session.flush()
    quiet, zone = morning.year.scheme.quiet, morning.year.zone
    leaves_at = morning.year.calendar.next_send_time(wanted.send_at or cause.now, quiet, zone)
    for row in wanted.rows:
        if row.person_id is None:
            continue
        push_id = None
        if row.chosen:
            push_id = await _push(session, cause, morning, (urge, row, leaves_at))
        session.add_all(_decision(cause, urge, row, item, push_id) for item in row.owed)
    if leaves_at > cause.now:
        # Whoever has done it by then is not urged: the outbox asks once more about what was decided long ago.
        sent = (Push.subject_kind == SUBJECT, Push.subject_id == urge.id)
        await session.execute(update(Push).where(*sent).values(decided_at=cause.now))
    said: dict[str, object] = {"period": urge.period, "persons": len(chosen), "matter": urge.matter}
    audit(session, cause, Change("urge", "urge", urge.id, after=said))
    return _said(wanted, urge, morning, leaves_at if leaves_at > cause.now else None)


def _said(wanted: UrgeToSend, urge: Urge, morning: Morning, leaves_at: datetime | None) -> UrgeSent:
    rows = [row for row in wanted.rows if row.person]
    return UrgeSent(
        period=morning.period if wanted.matter is UrgeMatter.REPORT else None,
        told=tuple(_who(row) for row in rows if row.chosen),
        off=tuple(_who(row) for row in rows if row.bound and not row.chosen and not row.over),
        unbound=tuple(_who(row) for row in rows if not row.bound),
        leaves_at=leaves_at,
        matter=wanted.matter,
        over=tuple(_who(row) for row in rows if row.over and not row.chosen),
        urge_id=urge.id,
    )


def _who(row: RemindRow) -> str:
    return f"{row.unit} {row.person}".strip()


async def _push(
    session: AsyncSession, cause: Cause, morning: Morning, urged: tuple[Urge, RemindRow, datetime]
) -> int | None:
    urge, row, leaves_at = urged
    holder: Holder = morning.people[row.person_id or 0][0]
    reply = urge_reply(morning, UrgeMatter(urge.matter), row.owed, urge.words or "")
    return await enqueue(
        session,
        PushToSend(
            kind=PushKind.URGE,
            chat_id=holder.chat_id or 0,
            person_id=holder.person_id,
            post_id=holder.post_id,
            text=reply.text,
            buttons=reply.buttons,
            indicator_ids=sorted({item.indicator_id for item in row.owed if item.indicator_id is not None}),
            subject_kind=SUBJECT,
            subject_id=urge.id,
            dedupe_key=f"urge:{urge.id}:{holder.person_id}",
            reason=Said.URGED.value,
            now=cause.now,
            not_before=leaves_at,
            update_id=cause.update_id,
        ),
    )


def _decision(cause: Cause, urge: Urge, row: RemindRow, item: Owed, push_id: int | None) -> DecisionRow:
    """Urged, taken off the list, urged often enough, or not reachable."""
    left = Said.URGED_ENOUGH if row.over else Said.NOT_CHOSEN
    reason: str = Said.URGED if row.chosen else left if row.bound else WithheldReason.NO_ACCOUNT
    detail: dict[str, object] = {"period": urge.period}
    if urge.matter != UrgeMatter.REPORT:
        # No period: such a line has nothing to do with the month's report.
        detail = {"matter": urge.matter, "key": item.key}
    return DecisionRow(
        at=cause.now,
        person_id=row.person_id,
        indicator_id=item.indicator_id,
        kind=Matter.URGE.value,
        sent=row.chosen,
        reason=str(reason),
        push_id=push_id,
        detail=detail,
    )
