"""Opens, regrades and reopens warning orders after an evaluation, and tells those who are told at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import orders
from bot.db.people import Holder
from bot.db.roster import Roster, roster_for
from bot.db.snapshots import StoredSnapshot, stored
from bot.db.tables import DecisionRow, OrderEvent, OrderRecipient, WarningOrder
from bot.domain.decisions import Matter, Said
from bot.domain.digest import WithheldReason
from bot.domain.kinds import NORMAL
from bot.domain.orders import OrderEvent as Step
from bot.domain.orders import OrderState, advance, reopens
from bot.domain.period import Period
from bot.domain.recipients import Recipient, told_of_grade
from bot.services.cause import Cause
from bot.services.warning_pushes import WarningToPush, push_warnings, warning_run
from bot.services.year import Year, year_at

RECOVERED = "recovered"
# What opens a new stretch of warning in an order's thread; the newest of these and "recovered" says where it stands.
STRETCHES = ("issued", "regraded", "relapsed", "reopened", RECOVERED)


@dataclass(frozen=True)
class Told:
    """A person who is told of a grade: in which post, by which relation."""

    holder: Holder
    recipient: Recipient


@dataclass
class _Desk:
    """All that settling needs, loaded once for all indicators."""

    session: AsyncSession
    cause: Cause
    year: Year
    roster: Roster
    recipients: dict[tuple[int, int], OrderRecipient]
    pushes: list[WarningToPush]
    send_at: datetime


def audience(year: Year, roster: Roster, indicator_id: int, grade: str) -> list[Told]:
    """The persons told of this grade, each once in the nearest of their posts."""
    found: dict[int, Told] = {}
    for recipient in told_of_grade(year.scheme, grade, roster.answering[indicator_id].posts, roster.named):
        for holder in roster.of_post(recipient.post_id):
            known = found.get(holder.person_id)
            if known is None or (known.recipient.digest_only and not recipient.digest_only):
                found[holder.person_id] = Told(holder, recipient)
    return list(found.values())


async def settle_orders(
    session: AsyncSession, cause: Cause, newest: Mapping[int, StoredSnapshot], changed: Collection[int]
) -> None:
    """Bring the orders of these indicators in line with their newest verdicts. `changed`: whose verdict is new."""
    year = await year_at(session, cause.now)
    opened = await orders.open_orders(session, newest)
    warned = [key for key, snapshot in newest.items() if year.scheme.is_warning(snapshot.grade)]
    concerned = list(dict.fromkeys([*warned, *opened]))
    if not concerned:
        return
    desk = _Desk(
        session=session,
        cause=cause,
        year=year,
        roster=await roster_for(session, year.scheme, concerned, on=year.today),
        recipients=await orders.recipients_of(session, [order.id for order in opened.values()]),
        pushes=[],
        send_at=year.calendar.next_send_time(cause.now, year.scheme.quiet, year.zone),
    )
    await _open_missing(desk, [key for key in warned if key not in opened], newest, opened)
    resting = [order.id for order in opened.values() if order.state == OrderState.RECTIFYING]
    stretches = await orders.last_events(session, resting, STRETCHES)
    for indicator_id, order in opened.items():
        snapshot = newest[indicator_id]
        _follow(desk, order, snapshot, recovered=stretches.get(order.id) == RECOVERED)
        if year.scheme.is_warning(snapshot.grade):
            _tell(desk, order, snapshot)
            if indicator_id in changed:
                _note_fall(desk, order, snapshot)
    await push_warnings(session, cause, year, desk.roster, desk.pushes)


async def _open_missing(
    desk: _Desk, missing: list[int], newest: Mapping[int, StoredSnapshot], opened: dict[int, WarningOrder]
) -> None:
    """Reopen what relapsed within the scheme's days, and number the rest in the order of the lists."""
    if not missing:
        return
    closed = await orders.last_closed(desk.session, missing)
    first = str(Period(desk.year.year, 1))
    history = await stored(desk.session, missing, first, max(newest[key].period for key in missing))
    for indicator_id in missing:
        snapshot, last = newest[indicator_id], closed.get(indicator_id)
        if last is not None and last.closed_at is not None:
            closed_on = last.closed_at.astimezone(desk.year.zone).date()
            if reopens(closed_on, desk.year.today, desk.year.scheme.orders):
                _reopen(desk, last, snapshot)
                opened[indicator_id] = last
                desk.recipients |= await orders.recipients_of(desk.session, [last.id])
                _forget_all(desk, last)
                continue
        order = WarningOrder(
            year=desk.year.year,
            serial=await orders.next_serial(desk.session, desk.year.year),
            indicator_id=indicator_id,
            first_warned_period=warning_run(desk.year, history, snapshot)[0],
            state=OrderState.ISSUED.value,
            issued_at=desk.cause.now,
            **_graded(desk, snapshot),
        )
        desk.session.add(order)
        await desk.session.flush()
        opened[indicator_id] = order
        _thread(desk, order, "issued", snapshot)


def _graded(desk: _Desk, snapshot: StoredSnapshot) -> dict[str, object]:
    return {
        "period": snapshot.period,
        "grade": snapshot.grade,
        "severity": snapshot.severity,
        "graded_at": desk.cause.now,
        "reply_due": _reply_due(desk, snapshot),
    }


def _reply_due(desk: _Desk, snapshot: StoredSnapshot) -> date | None:
    duty = desk.year.scheme.duty(snapshot.grade)
    sent_on = _told_on(desk, at_once=bool(duty and duty.at_once))
    due = duty.reply_within if duty else None
    return None if due is None else desk.year.calendar.add_workdays(sent_on, due)


def _told_on(desk: _Desk, *, at_once: bool) -> date:
    """The day from which deadlines count: when the notice leaves, or the next digest is written."""
    year = desk.year
    if at_once:
        return desk.send_at.astimezone(year.zone).date()
    written_already = desk.cause.now.astimezone(year.zone).time() >= year.scheme.digest_at
    return year.calendar.next_workday(year.today + timedelta(days=int(written_already)))


def _regrade(desk: _Desk, order: WarningOrder, snapshot: StoredSnapshot) -> None:
    for name, value in _graded(desk, snapshot).items():
        setattr(order, name, value)
    order.row_version += 1


def _reopen(desk: _Desk, order: WarningOrder, snapshot: StoredSnapshot) -> None:
    _regrade(desk, order, snapshot)
    order.state = advance(OrderState(order.state), Step.RELAPSE).value
    order.closed_at = order.close_basis = None
    _thread(desk, order, "reopened", snapshot)


def _follow(desk: _Desk, order: WarningOrder, snapshot: StoredSnapshot, *, recovered: bool) -> None:
    """The order after its indicator's newest verdict: graver, back after a recovery, recovered, or as it was."""
    if snapshot.grade == NORMAL:
        if not recovered:
            # Good again, but the close-out is the office's.
            order.state = OrderState.RECTIFYING.value
            _thread(desk, order, RECOVERED, snapshot)
    elif desk.year.scheme.is_warning(snapshot.grade) and (recovered or snapshot.severity > order.severity):
        order.state = advance(OrderState(order.state), Step.WORSEN).value
        _regrade(desk, order, snapshot)
        _thread(desk, order, "relapsed" if recovered else "regraded", snapshot)
        if recovered:
            _forget_all(desk, order)
    elif desk.year.scheme.is_warning(snapshot.grade) and snapshot.period > order.period:
        _ease(desk, order, snapshot)


def _ease(desk: _Desk, order: WarningOrder, snapshot: StoredSnapshot) -> None:
    """A later month is milder, though not good: nobody is pushed, and if it gets worse again they are told again.

    Within one month a correction back and forth eases nothing, so that it cannot ring twice.
    """
    if snapshot.severity == order.severity:
        return
    _note_fall(desk, order, snapshot)
    order.period, order.grade, order.severity = snapshot.period, snapshot.grade, snapshot.severity
    order.row_version += 1
    _thread(desk, order, "eased", snapshot)
    for (order_id, _), row in desk.recipients.items():
        if order_id == order.id:
            row.severity = min(row.severity, snapshot.severity)
            row.told_severity = _at_most(row.told_severity, snapshot.severity)
            row.acknowledged_severity = _at_most(row.acknowledged_severity, snapshot.severity)


def _at_most(severity: int | None, limit: int) -> int | None:
    return None if severity is None else min(severity, limit)


def _forget_all(desk: _Desk, order: WarningOrder) -> None:
    for (order_id, _), row in desk.recipients.items():
        if order_id == order.id:
            _forget(row)


def _forget(row: OrderRecipient) -> None:
    """A warning after a recovery is told, and acknowledged, anew."""
    row.told_severity = row.told_at = row.acknowledged_at = row.acknowledged_severity = None
    row.severity = 0


def _thread(desk: _Desk, order: WarningOrder, event: str, snapshot: StoredSnapshot) -> None:
    detail: dict[str, object] = {
        "period": snapshot.period,
        "grade": snapshot.grade,
        "reason": snapshot.reason,
        "rule_id": snapshot.rule_id,
        "reply_due": order.reply_due.isoformat() if order.reply_due else None,
    }
    person_id = desk.cause.by.person_id if desk.cause.by else None
    desk.session.add(OrderEvent(order_id=order.id, at=desk.cause.now, event=event, person_id=person_id, detail=detail))


def _tell(desk: _Desk, order: WarningOrder, snapshot: StoredSnapshot) -> None:
    """Bring the list of recipients up to the grade, and push to those who are told at once and were not yet."""
    duty = desk.year.scheme.duty(snapshot.grade)
    at_once = bool(duty and duty.at_once)
    _start_term(desk, order, snapshot)
    for told in audience(desk.year, desk.roster, order.indicator_id, snapshot.grade):
        row = desk.recipients.get((order.id, told.holder.person_id))
        fresh = row is None or row.severity < snapshot.severity
        if row is None:
            row = OrderRecipient(order_id=order.id, person_id=told.holder.person_id)
            desk.session.add(row)
            desk.recipients[order.id, told.holder.person_id] = row
        if fresh:
            row.severity = snapshot.severity
        row.post_id, row.relation = told.holder.post_id, told.recipient.relation.value
        row.digest_only = told.recipient.digest_only
        if (row.told_severity or 0) >= snapshot.severity:
            continue
        if at_once and not row.digest_only and told.holder.chat_id is not None:
            row.told_severity, row.told_at = snapshot.severity, desk.send_at
            desk.pushes.append(WarningToPush(order, snapshot, told.holder, desk.send_at))
        elif fresh:
            bound = told.holder.chat_id is not None
            _withhold(desk, row, snapshot, Said.WAITS_FOR_DIGEST if bound else WithheldReason.NO_ACCOUNT)


def _start_term(desk: _Desk, order: WarningOrder, snapshot: StoredSnapshot) -> None:
    """The days for an answer run from the first notice: while nobody could be told, they have not begun."""
    rows = [row for (order_id, _), row in desk.recipients.items() if order_id == order.id]
    if all(row.told_at is None for row in rows):
        order.reply_due = _reply_due(desk, snapshot)


def _note_fall(desk: _Desk, order: WarningOrder, snapshot: StoredSnapshot) -> None:
    for (order_id, _), row in desk.recipients.items():
        if order_id == order.id and (row.told_severity or 0) > snapshot.severity:
            _withhold(desk, row, snapshot, Said.NOT_WORSE)


def _withhold(desk: _Desk, row: OrderRecipient, snapshot: StoredSnapshot, reason: Said | WithheldReason) -> None:
    desk.session.add(
        DecisionRow(
            at=desk.cause.now,
            person_id=row.person_id,
            indicator_id=snapshot.indicator_id,
            kind=Matter.WARNING.value,
            grade=snapshot.grade,
            sent=False,
            reason=reason.value,
            detail={"order_id": row.order_id, "why": snapshot.reason},
        )
    )
