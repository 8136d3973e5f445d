"""Renders and enqueues the notices that go out at once, with the decision that each of them was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.people import Holder, actor_from, subjects_of
from bot.db.pushes import PushToSend, enqueue
from bot.db.roster import Answering, Roster
from bot.db.snapshots import StoredSnapshot, stored
from bot.db.tables import DecisionRow, WarningOrder
from bot.db.yardsticks import IndicatorFacts, ReportFact, facts_of, reports_of
from bot.domain.decisions import Matter
from bot.domain.kinds import Role
from bot.domain.period import Period
from bot.domain.pushes import Priority, PushKind
from bot.domain.rights import Action, Subject, may
from bot.domain.scheme import Asked, Relation
from bot.presenters.push_warning import WarningNotice, present_warning
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
    """Enqueue one push for each item and record why."""
    if not items:
        return
    around = await _around(session, year, items)
    for item in items:
        notice = _notice(year, roster, around, item)
        reply = present_warning(notice)
        push_id = await enqueue(
            session,
            PushToSend(
                kind=PushKind.WARNING,
                chat_id=item.holder.chat_id or 0,
                person_id=item.holder.person_id,
                post_id=item.holder.post_id,
                priority=Priority.RED,
                text=reply.text,
                buttons=reply.buttons,
                grade=item.snapshot.grade,
                indicator_ids=[item.order.indicator_id],
                subject_kind="order",
                subject_id=item.order.id,
                dedupe_key=_key(item),
                reason=item.snapshot.reason,
                now=cause.now,
                not_before=item.send_at,
                update_id=cause.update_id,
            ),
        )
        session.add(_decision(cause, item, push_id))
        await carried_by_warning(session, cause, item.holder.person_id, item.order.indicator_id)


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
