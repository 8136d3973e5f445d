"""Renders and enqueues the notices that go out at once, with the decision that each of them was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import decisions
from bot.db.people import Holder, actor_from, subjects_of
from bot.db.pushes import PushToSend, enqueue
from bot.db.roster import Answering, Roster, roster_for
from bot.db.snapshots import StoredSnapshot, latest, stored
from bot.db.tables import DecisionRow, Push, WarningOrder
from bot.db.yardsticks import IndicatorFacts, ReportFact, facts_of, reports_of
from bot.domain.decisions import Matter
from bot.domain.kinds import Role
from bot.domain.period import Period
from bot.domain.pushes import Channel, Priority, PushKind, PushState
from bot.domain.rights import Action, Subject, may
from bot.domain.scheme import Asked, Relation
from bot.presenters.push_warning import WarningNotice, present_warning, present_warnings
from bot.presenters.reply import Reply
from bot.services.cause import Cause
from bot.services.withdrawing import carried_by_warning
from bot.services.year import Year


@dataclass(frozen=True)
class WarningToPush:
    """A notice of an order's present grade to one person. `send_at`: the first moment at which it may leave."""

    order: WarningOrder
    snapshot: StoredSnapshot
    holder: Holder
    send_at: datetime


@dataclass(frozen=True)
class _Around:
    """What the notices need besides order and verdict, by indicator."""

    facts: Mapping[int, IndicatorFacts]
    reports: Mapping[tuple[int, str], ReportFact]
    history: Mapping[tuple[int, str], StoredSnapshot]
    subjects: Mapping[int, Subject]


async def push_warnings(
    session: AsyncSession, cause: Cause, year: Year, roster: Roster, items: Sequence[WarningToPush]
) -> None:
    """Enqueue the notices and record why. What one person hears of at the same moment is one message."""
    by_person: dict[int, list[WarningToPush]] = {}
    for item in items:
        by_person.setdefault(item.holder.person_id, []).append(item)
    for person_id, mine in by_person.items():
        earlier = await _not_yet_left(session, cause, person_id, mine)
        together = [*mine, *(item for item, _ in earlier)]
        if len(together) == 1:
            await _push_one(session, cause, (year, roster), mine[0])
        else:
            await _push_together(session, cause, year, (together, [row for _, row in earlier]))
        for item in mine:
            await carried_by_warning(session, cause, person_id, item.order.indicator_id)


async def _push_one(session: AsyncSession, cause: Cause, around: tuple[Year, Roster], item: WarningToPush) -> None:
    year, roster = around
    reply = present_warning(_notice(year, roster, await _around(session, year, [item]), item))
    push = _to_send(cause, [item], reply, subject_id=item.order.id)
    session.add(_decision(cause, item, await enqueue(session, push)))


async def _push_together(
    session: AsyncSession, cause: Cause, year: Year, found: tuple[list[WarningToPush], list[DecisionRow]]
) -> None:
    """One message for several orders, worst first, by unit. Those that waited for the same moment move into it."""
    items, moved = found
    roster = await roster_for(session, year.scheme, {item.order.indicator_id for item in items}, on=year.today)
    around = await _around(session, year, items)
    items.sort(key=lambda item: (-item.snapshot.severity, roster.answering[item.order.indicator_id].lead_units))
    reply = present_warnings([_notice(year, roster, around, item) for item in items])
    push_id = await enqueue(session, _to_send(cause, items, reply))
    for row in moved:
        row.push_id = push_id
    said = {row.indicator_id for row in moved}
    session.add_all(_decision(cause, item, push_id) for item in items if item.order.indicator_id not in said)


async def _not_yet_left(
    session: AsyncSession, cause: Cause, person_id: int, mine: Sequence[WarningToPush]
) -> list[tuple[WarningToPush, DecisionRow]]:
    """Notices that wait for the same morning as these: their own messages are cancelled, their words move over."""
    send_at, known = mine[0].send_at, {item.order.id for item in mine}
    if send_at <= cause.now:
        return []
    query = select(Push).where(
        Push.person_id == person_id,
        Push.kind == PushKind.WARNING.value,
        Push.state == PushState.QUEUED.value,
        Push.not_before == send_at,
        Push.channel == Channel.TELEGRAM.value,
    )
    found = []
    for push in (await session.scalars(query)).all():
        push.state = PushState.CANCELLED.value
        for row in await decisions.of_push(session, push.id):
            order = await session.get(WarningOrder, int(str(row.detail["order_id"])))
            snapshot = (await latest(session, [row.indicator_id or 0])).get(row.indicator_id or 0)
            if order is not None and snapshot is not None and order.id not in known and order.closed_at is None:
                known.add(order.id)
                found.append((WarningToPush(order, snapshot, mine[0].holder, send_at), row))
    return found


def _to_send(cause: Cause, items: Sequence[WarningToPush], reply: Reply, subject_id: int | None = None) -> PushToSend:
    first = items[0]
    keys = sorted(f"{item.order.id}.{item.order.row_version}" for item in items)
    return PushToSend(
        kind=PushKind.WARNING,
        chat_id=first.holder.chat_id or 0,
        person_id=first.holder.person_id,
        post_id=first.holder.post_id,
        priority=Priority.RED,
        text=reply.text,
        buttons=reply.buttons,
        grade=first.snapshot.grade,
        indicator_ids=[item.order.indicator_id for item in items],
        subject_kind="order" if subject_id is not None else "orders",
        subject_id=subject_id,
        dedupe_key=_key(first) if subject_id is not None else f"warnings:{first.holder.person_id}:{','.join(keys)}",
        reason=first.snapshot.reason,
        now=cause.now,
        not_before=first.send_at,
        update_id=cause.update_id,
    )


async def warning_texts(session: AsyncSession, year: Year, roster: Roster, items: Sequence[WarningToPush]) -> list[str]:
    """The words of each notice, for whoever passes them on."""
    around = await _around(session, year, items)
    return [present_warning(_notice(year, roster, around, item)).text for item in items]


async def _around(session: AsyncSession, year: Year, items: Sequence[WarningToPush]) -> _Around:
    ids = list(dict.fromkeys(item.order.indicator_id for item in items))
    first, last = str(Period(year.year, 1)), max(item.snapshot.period for item in items)
    return _Around(
        facts=await facts_of(session, ids),
        reports=await reports_of(session, ids, first, last),
        history=await stored(session, ids, first, last),
        subjects=await subjects_of(session, ids),
    )


def _key(item: WarningToPush) -> str:
    # The row version changes with every regrading, so a relapse is told again and a repeated sweep is not.
    return f"warning:{item.order.id}:{item.order.row_version}:{item.holder.person_id}"


def _decision(cause: Cause, item: WarningToPush, push_id: int | None) -> DecisionRow:
    return DecisionRow(
        at=cause.now,
        person_id=item.holder.person_id,
        indicator_id=item.order.indicator_id,
        kind=Matter.WARNING.value,
        grade=item.snapshot.grade,
        sent=True,
        reason=item.snapshot.reason,
        push_id=push_id,
        detail={"order_id": item.order.id, "rule_id": item.snapshot.rule_id},
    )


def _notice(year: Year, roster: Roster, around: _Around, item: WarningToPush) -> WarningNotice:
    order, snapshot, scheme = item.order, item.snapshot, year.scheme
    answering = roster.answering[order.indicator_id]
    facts = around.facts[order.indicator_id]
    report = around.reports.get((order.indicator_id, snapshot.period))
    duty = scheme.duty(snapshot.grade)
    since, months = warning_run(year, around.history, snapshot)
    actor = actor_from(roster.by_person()[item.holder.person_id], frozenset(scheme.main_leader_titles)).actor
    return WarningNotice(
        order_id=order.id,
        indicator_id=order.indicator_id,
        name=facts.name,
        unit=facts.unit_of_measure or "",
        number=(order.year, order.serial),
        severity=snapshot.severity,
        grade_word=scheme.grade(snapshot.grade).word,
        snapshot=snapshot,
        base_word=scheme.grade(snapshot.base_grade).word,
        since=since,
        months_in_a_row=months,
        responsible=_leader(roster, answering),
        lead_units=answering.lead_units,
        cooperating_units=answering.cooperating_units,
        contacts=tuple(holder.person for holder in roster.of(order.indicator_id, Relation.CONTACT)),
        problem=report.problem if report else None,
        coordinate=report.coordinate_text if report else None,
        asked=duty.asked.value if duty else Asked.NOTHING.value,
        acknowledge_by=_by(year, item.send_at, duty.acknowledge_within if duty else None),
        reply_by=order.reply_due,
        for_unit=item.holder.role in (Role.CONTACT, Role.HEAD),
        may_direct=may(actor, Action.DIRECT, around.subjects[order.indicator_id]),
        told_at=item.send_at,
    )


def _leader(roster: Roster, answering: Answering) -> str | None:
    held = roster.of_post(answering.responsible_post_id) if answering.responsible_post_id else ()
    return held[0].post if held else None


def _by(year: Year, send_at: datetime, workdays: int | None) -> date | None:
    if workdays is None:
        return None
    return year.calendar.add_workdays(send_at.astimezone(year.zone).date(), workdays)


def warning_run(
    year: Year, history: Mapping[tuple[int, str], StoredSnapshot], snapshot: StoredSnapshot
) -> tuple[str, int]:
    """The first month of the unbroken run of warnings that ends with this month, and how many months it has."""
    period, count = Period.parse(snapshot.period), 1
    while period.month > 1:
        before = history.get((snapshot.indicator_id, str(period.previous())))
        if before is None or not year.scheme.is_warning(before.grade):
            break
        period, count = period.previous(), count + 1
    return str(period), count
