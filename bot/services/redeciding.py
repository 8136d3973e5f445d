"""After an outage: decides anew about what was to leave long ago. Nothing stale is replayed.

What was reported or acknowledged meanwhile, is not true any more, or was followed by something newer, does not leave;
a digest or an urging leaves with the lines that still hold. The order in which things became old does not matter.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import claims, decisions, orders, snapshots, yardsticks
from bot.db.engine import Database
from bot.db.pushes import stored_rows
from bot.db.tables import BindingRequest, DecisionRow, OrderRecipient, Push, Report, WarningOrder
from bot.domain.decisions import Matter, Said
from bot.domain.digest import WithheldReason
from bot.domain.errors import NotFound
from bot.domain.kinds import NORMAL
from bot.domain.pushes import Act, PushKind, PushState
from bot.presenters.remind import UrgeMatter
from bot.services.cause import Cause
from bot.services.digest_tasks import work_waits
from bot.services.rewording import reword_digest, reword_urge
from bot.services.urge_holding import matter_of, still_owed
from bot.services.year import year_at

# How many are decided in one transaction.
BATCH = 50
# A warning speaks of one order, or of several at once.
_ORDERS = ("order", "orders")
_GONE = (PushState.CANCELLED.value, PushState.EXPIRED.value, PushState.FAILED.value)
Reason = Said | WithheldReason


async def redecide(db: Database, cause: Cause) -> int:
    """Decide about the next of them; how many."""
    async with db.write() as session:
        old = await claims.stale(session, cause.now, BATCH)
        for push in old:
            push.decided_at = cause.now
            reason = await _overtaken(session, cause, push)
            if reason is not None:
                await _withdraw(session, push, reason)
        return len(old)


async def _overtaken(session: AsyncSession, cause: Cause, push: Push) -> Reason | None:
    """Why the push must not leave any more; None when it may, with its words put right."""
    if push.act == Act.EDIT.value:
        return None
    if push.kind in (PushKind.DIGEST.value, PushKind.ALERT.value) and await _followed(session, push):
        return Said.OVERTAKEN
    if push.kind == PushKind.BINDING_REQUEST.value:
        return await _binding(session, push)
    if push.kind == PushKind.RETURNED.value:
        return await _returned(session, push)
    try:
        if push.kind == PushKind.WARNING.value and push.subject_kind in _ORDERS:
            return await _warning(session, cause, push)
        if push.kind in (PushKind.DIGEST.value, PushKind.URGE.value):
            return await _lines(session, cause, push)
    except NotFound:
        # The year is over, or was never imported: nothing that could be compared.
        return None
    return None


async def _followed(session: AsyncSession, push: Push) -> bool:
    """Whether something newer of its kind goes the same way."""
    query = select(Push.id).where(
        Push.kind == push.kind,
        Push.channel == push.channel,
        Push.chat_id == push.chat_id,
        Push.id > push.id,
        Push.act == push.act,
        Push.state.not_in(_GONE),
    )
    return await session.scalar(query.limit(1)) is not None


async def _binding(session: AsyncSession, push: Push) -> Reason | None:
    if push.subject_id is None:
        return None
    request = await session.get(BindingRequest, push.subject_id)
    return Said.OVERTAKEN if request is not None and request.decided_at is not None else None


async def _returned(session: AsyncSession, push: Push) -> Reason | None:
    report = await session.get(Report, push.subject_id or 0)
    return WithheldReason.REPORTED if report is None or report.superseded_at is not None else None


async def _warning(session: AsyncSession, cause: Cause, push: Push) -> Reason | None:
    """Whether one of its orders still stands at the grade that it tells, and waits for this person."""
    told = [(push.subject_id, push.grade)] if push.subject_id is not None else []
    if not told:
        rows = [row for row in await decisions.of_push(session, push.id) if row.sent and "order_id" in row.detail]
        told = [(int(str(row.detail["order_id"])), row.grade) for row in rows]
    reasons = [await _order(session, cause, push, order_id, grade) for order_id, grade in told]
    return reasons[0] if reasons and None not in reasons else None


async def _order(session: AsyncSession, cause: Cause, push: Push, order_id: int, grade: str | None) -> Reason | None:
    order = await session.get(WarningOrder, order_id)
    if order is None or order.closed_at is not None:
        return Said.OVERTAKEN
    year = await year_at(session, cause.now)
    severity = year.scheme.severity(grade) if grade else 0
    mine = (await orders.recipients_of(session, [order.id])).get((order.id, push.person_id or 0))
    if mine is not None and (mine.acknowledged_severity or 0) >= severity:
        return WithheldReason.ACKNOWLEDGED
    latest = (await snapshots.latest(session, [order.indicator_id], str(year.period))).get(order.indicator_id)
    if order.severity == severity and (latest is None or latest.grade != NORMAL):
        return None
    if mine is not None and mine.told_severity == severity:
        # They never heard of it: the digest tells them how things stand now.
        mine.told_severity, mine.told_at = None, None
    return Said.OVERTAKEN


async def _lines(session: AsyncSession, cause: Cause, push: Push) -> Reason | None:
    """Leave out the lines that do not hold any more; the reason when none is left."""
    rows = [row for row in await decisions.of_push(session, push.id) if row.sent]
    if not rows:
        return None
    if push.kind == PushKind.URGE.value and matter_of(rows) is not UrgeMatter.REPORT:
        done, said = await still_owed(session, cause, push, rows)
        if said is not None:
            push.text, push.buttons = said.text, stored_rows(said.buttons)
        return done
    year = await year_at(session, cause.now)
    period = next((str(row.detail["period"]) for row in rows if "period" in row.detail), None)
    reported = set(await yardsticks.reported_in(session, period)) if period else set()
    numbers = [int(str(row.detail["order_id"])) for row in rows if "order_id" in row.detail]
    asked = await orders.recipients_of(session, numbers)
    opened = {order.id: order for order in (await orders.open_orders(session)).values()}
    ids = [row.indicator_id for row in rows if row.indicator_id is not None]
    latest = await snapshots.latest(session, ids, str(year.period))
    left = []
    for row in rows:
        grade = latest[row.indicator_id].grade if row.indicator_id in latest else None
        order = opened.get(int(str(row.detail.get("order_id", 0))))
        mine = asked.get((order.id, row.person_id)) if order else None
        reason = _line(row, row.indicator_id in reported, order, mine, grade)
        if row.kind in (Matter.TASK.value, Matter.PENDING.value):
            reason = None if await work_waits(session, row) else Said.OVERTAKEN
        if reason is None:
            left.append(row)
        else:
            row.sent, row.reason = False, reason.value
    await session.flush()
    if not left:
        return Said.OVERTAKEN
    if len(left) < len(rows):
        await (reword_urge if push.kind == PushKind.URGE.value else reword_digest)(session, cause, push, left)
    return None


def _line(
    row: DecisionRow, reported: bool, order: WarningOrder | None, mine: OrderRecipient | None, grade: str | None
) -> Reason | None:
    """Why a line does not hold any more."""
    if row.kind in (Matter.REPORT.value, Matter.URGE.value):
        return WithheldReason.REPORTED if reported else None
    if order is None:
        return Said.OVERTAKEN
    if row.kind == Matter.ORDER.value:
        done = mine is not None and (mine.acknowledged_severity or 0) >= mine.severity
        return WithheldReason.ACKNOWLEDGED if done else None
    stands = {grade} if NORMAL in (row.grade, grade) else {grade, order.grade}
    if row.kind in (Matter.WARNING.value, Matter.RECOVERY.value) and row.grade not in stands:
        if mine is not None and mine.told_at is not None:
            mine.told_severity = mine.severity if row.kind == Matter.RECOVERY.value else None
        return Said.OVERTAKEN
    return None


async def _withdraw(session: AsyncSession, push: Push, reason: Reason) -> None:
    push.state, push.error = PushState.CANCELLED.value, reason.value
    for row in await decisions.of_push(session, push.id):
        if row.sent:
            row.sent, row.reason = False, reason.value
