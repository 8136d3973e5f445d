"""Urgent warnings that Telegram does not bring home: by the second channel, and by whoever stands in.

A sweep over the state, as often as one likes: each order, grade and person is reached so at most once. It acts where
somebody has not acknowledged in time what asks for it, or cannot be written to at all. Where nothing is left, the
office is told to telephone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import fallback, snapshots
from bot.db.engine import Database
from bot.db.people import Holder
from bot.db.pushes import PushToSend, enqueue
from bot.db.roster import Roster, roster_for
from bot.db.snapshots import StoredSnapshot
from bot.db.tables import DecisionRow, OrderRecipient, WarningOrder
from bot.db.telling import Notice, tell
from bot.domain.decisions import Matter, Said
from bot.domain.errors import NotFound
from bot.domain.pushes import SECOND_LASTS, Channel, Priority, PushKind
from bot.domain.recipients import stand_ins
from bot.domain.scheme import Relation, Scheme
from bot.presenters.push_second import SecondWarning, second_warning, standing_in, to_be_telephoned
from bot.presenters.push_unreachable import TOLD
from bot.services.warning_pushes import WarningToPush, warning_texts
from bot.services.year import Year, year_at


@dataclass(frozen=True)
class _Case:
    """An order that did not come home to one of its recipients. `key`: this order, at this grade, for this person."""

    order: WarningOrder
    row: OrderRecipient
    snapshot: StoredSnapshot
    holder: Holder
    why: Said

    @property
    def key(self) -> str:
        began = self.row.told_at if self.why is Said.SECOND_UNACKNOWLEDGED else self.order.graded_at
        assert began is not None
        return f"{self.why}:{self.order.id}:{self.row.person_id}:{began:%Y%m%dT%H%M}"


async def reach_otherwise(db: Database, now: datetime) -> int:
    """Enqueue what is due on other ways; how many messages. Nothing in quiet hours, nothing before an import."""
    async with db.read() as session:
        try:
            year = await year_at(session, now)
        except NotFound:
            return 0
        if year.calendar.next_send_time(now, year.scheme.quiet, year.zone) > now:
            return 0
        if not await _cases(session, year, now):
            return 0
    async with db.write() as session:
        cases = await _cases(session, year, now)
        return await _reach(session, year, cases, now)


def _urgent(scheme: Scheme) -> list[int]:
    """The severities of the grades that ask for an acknowledgement by a date, and are told at once."""
    duties = [duty for duty in scheme.duties if duty.at_once and duty.acknowledge_within is not None]
    return [scheme.severity(duty.grade) for duty in duties]


async def _cases(session: AsyncSession, year: Year, now: datetime) -> list[_Case]:
    """What did not come home and was not taken care of yet."""
    query = (
        select(OrderRecipient, WarningOrder)
        .join(WarningOrder, WarningOrder.id == OrderRecipient.order_id)
        .where(
            WarningOrder.closed_at.is_(None),
            WarningOrder.severity.in_(_urgent(year.scheme)),
            OrderRecipient.severity == WarningOrder.severity,
            OrderRecipient.digest_only.is_(False),
            func.coalesce(OrderRecipient.acknowledged_severity, -1) < OrderRecipient.severity,
        )
        .order_by(WarningOrder.id, OrderRecipient.id)
    )
    waiting = [(row[0], row[1]) for row in (await session.execute(query)).all()]
    if not waiting:
        return []
    ids = list(dict.fromkeys(order.indicator_id for _, order in waiting))
    roster = await roster_for(session, year.scheme, ids, on=year.today)
    latest = await snapshots.latest(session, ids, str(year.period))
    cases = []
    for row, order in waiting:
        held = [holder for holder in roster.of_post(row.post_id) if holder.person_id == row.person_id]
        snapshot = latest.get(order.indicator_id)
        why = _why(year, row, order, held[0], now) if held else None
        if why is not None and snapshot is not None:
            cases.append(_Case(order, row, snapshot, held[0], why))
    return await _open(session, cases)


def _why(year: Year, row: OrderRecipient, order: WarningOrder, holder: Holder, now: datetime) -> Said | None:
    if holder.chat_id is None:
        return Said.SECOND_UNREACHABLE
    duty = year.scheme.duty(order.grade)
    if row.told_at is None or row.told_at > now or duty is None or duty.acknowledge_within is None:
        return None
    due = year.calendar.add_workdays(row.told_at.astimezone(year.zone).date(), duty.acknowledge_within)
    return Said.SECOND_UNACKNOWLEDGED if year.today > due else None


async def _open(session: AsyncSession, cases: Sequence[_Case]) -> list[_Case]:
    """Those that were not taken care of: each leaves a decision with its key."""
    if not cases:
        return []
    query = select(DecisionRow.detail).where(
        DecisionRow.kind == Matter.WARNING.value,
        DecisionRow.reason.in_([Said.SECOND_UNACKNOWLEDGED.value, Said.SECOND_UNREACHABLE.value]),
        DecisionRow.person_id.in_({case.row.person_id for case in cases}),
    )
    done = {detail.get("key") for detail in (await session.scalars(query)).all()}
    return [case for case in cases if case.key not in done]


async def _reach(session: AsyncSession, year: Year, cases: Sequence[_Case], now: datetime) -> int:
    addresses = await fallback.of_people(session, {case.row.person_id for case in cases})
    roster = await roster_for(session, year.scheme, list({case.order.indicator_id for case in cases}))
    count, unreached = 0, []
    for case in cases:
        ways = [_by_address(year, roster, case, address, now) for address in addresses.get(case.row.person_id, ())]
        if case.why is Said.SECOND_UNREACHABLE:
            ways += await _by_stand_in(session, year, roster, case, now)
        made = [push_id for way in ways if (push_id := await _enqueue(session, case, way)) is not None]
        count += len(made)
        session.add(_decision(case, now, case.row.person_id, case.why, made[0] if made else None))
        if not ways and case.why is Said.SECOND_UNREACHABLE:
            unreached.append(case)
    if unreached:
        count += await tell(session, TOLD, _telephone(roster, unreached, now))
    return count


def _by_address(year: Year, roster: Roster, case: _Case, address: int, now: datetime) -> PushToSend:
    warning = SecondWarning(
        grade_word=year.scheme.grade(case.order.grade).word,
        name=roster.answering[case.order.indicator_id].name,
        number=(case.order.year, case.order.serial),
        unreachable=case.why is Said.SECOND_UNREACHABLE,
        reply_by=case.order.reply_due,
    )
    return PushToSend(
        kind=PushKind.WARNING,
        channel=Channel.SECOND,
        chat_id=address,
        person_id=case.row.person_id,
        post_id=case.row.post_id,
        priority=Priority.RED,
        grade=case.order.grade,
        text=second_warning(warning).text,
        indicator_ids=[case.order.indicator_id],
        subject_kind="order",
        subject_id=case.order.id,
        dedupe_key=f"second:{case.key}:{address}",
        reason=case.why.value,
        now=now,
        expires_at=now + SECOND_LASTS,
    )


def _reachable(year: Year, roster: Roster, case: _Case) -> Iterator[Holder]:
    posts = roster.answering[case.order.indicator_id].posts
    for post_id in stand_ins(year.scheme, Relation(case.row.relation), posts):
        for holder in roster.of_post(post_id):
            if holder.chat_id is not None and holder.person_id != case.row.person_id:
                yield holder


async def _by_stand_in(
    session: AsyncSession, year: Year, roster: Roster, case: _Case, now: datetime
) -> list[PushToSend]:
    """The nearest person who can be written to gets the warning as it was meant, and is asked to pass it on."""
    holder = next(_reachable(year, roster, case), None)
    if holder is None or holder.chat_id is None:
        return []
    (text,) = await warning_texts(session, year, roster, [WarningToPush(case.order, case.snapshot, case.holder, now)])
    return [
        PushToSend(
            kind=PushKind.WARNING,
            chat_id=holder.chat_id,
            person_id=holder.person_id,
            post_id=holder.post_id,
            priority=Priority.RED,
            grade=case.order.grade,
            text=standing_in(case.holder.person, case.holder.post, text).text,
            indicator_ids=[case.order.indicator_id],
            dedupe_key=f"stand_in:{case.key}:{holder.person_id}",
            reason=Said.STANDS_IN.value,
            now=now,
        )
    ]


async def _enqueue(session: AsyncSession, case: _Case, way: PushToSend) -> int | None:
    push_id = await enqueue(session, way)
    if push_id is not None and way.person_id is not None and way.person_id != case.row.person_id:
        session.add(_decision(case, way.now, way.person_id, Said.STANDS_IN, push_id))
    return push_id


def _decision(case: _Case, now: datetime, person_id: int, why: Said, push_id: int | None) -> DecisionRow:
    return DecisionRow(
        at=now,
        person_id=person_id,
        indicator_id=case.order.indicator_id,
        kind=Matter.WARNING.value,
        grade=case.order.grade,
        sent=push_id is not None,
        reason=why.value,
        push_id=push_id,
        detail={"order_id": case.order.id, "key": case.key},
    )


def _telephone(roster: Roster, cases: Sequence[_Case], now: datetime) -> Notice:
    lines = [
        (case.holder.person, case.holder.post, roster.answering[case.order.indicator_id].name, case.order.serial)
        for case in cases
    ]
    return Notice(
        kind=PushKind.UNREACHABLE,
        text=to_be_telephoned(lines).text,
        key=f"telephone:{now.isoformat()}",
        reason=Said.SECOND_UNREACHABLE.value,
        now=now,
        priority=Priority.ROUTINE,
        second=True,
    )
