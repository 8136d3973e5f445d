"""What goes up this morning: silence, late answers, broken promises, months of warning. Once for each step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import order_book, orders, snapshots
from bot.db.people import Holder
from bot.db.roster import Roster, roster_for
from bot.db.snapshots import StoredSnapshot
from bot.db.tables import Escalation, OrderRecipient, WarningOrder
from bot.domain.answers import promise_broken
from bot.domain.escalating import OrderToday, Silent, StepUp, steps_up
from bot.domain.kinds import NORMAL
from bot.domain.orders import OrderEvent as Step
from bot.domain.orders import OrderState
from bot.domain.period import Period
from bot.domain.scheme import Relation, Suggestion
from bot.presenters.push_order import OrderNote
from bot.presenters.words import label
from bot.services.cause import Cause
from bot.services.digest_items import CARRIES, acknowledge_due
from bot.services.order_desk import OrderDesk, desk_of
from bot.services.order_messages import refresh
from bot.services.order_notes import tell_unit
from bot.services.reviewing import ask_again
from bot.services.year import Year, year_at

PROMISE_BROKEN = "promise_broken"


@dataclass
class _Morning:
    """The state of the orders, loaded once."""

    session: AsyncSession
    cause: Cause
    year: Year
    opened: Mapping[int, WarningOrder]
    roster: Roster
    latest: Mapping[int, StoredSnapshot]
    history: Mapping[tuple[int, str], StoredSnapshot]
    recipients: Mapping[int, tuple[OrderRecipient, ...]]
    known: set[str]
    _late: dict[date, int]

    def workdays_late(self, day: date) -> int:
        """Working days past that day."""
        if day not in self._late:
            self._late[day] = self.year.calendar.workdays_between(day, self.year.today)
        return self._late[day]


async def escalate(session: AsyncSession, cause: Cause) -> int:
    """Re-arm broken promises and record what goes up; how many were put down for the day's digests."""
    morning = await _load(session, cause)
    if morning is None:
        return 0
    for order in morning.opened.values():
        await _check_promise(morning, order)
    broken = await order_book.broken_promises(session, [order.id for order in morning.opened.values()])
    made = 0
    for indicator_id, order in morning.opened.items():
        if indicator_id not in morning.latest or morning.latest[indicator_id].grade == NORMAL:
            continue
        today = _today(morning, order, broken.get(order.id, []))
        due = list(steps_up(morning.year.scheme, today, morning.workdays_late))
        made += await _go_up(morning, order, due)
    await session.flush()
    return made


async def _load(session: AsyncSession, cause: Cause) -> _Morning | None:
    year = await year_at(session, cause.now)
    opened = await orders.open_orders(session)
    if not opened:
        return None
    rows: dict[int, list[OrderRecipient]] = defaultdict(list)
    for (order_id, _), row in (await orders.recipients_of(session, [item.id for item in opened.values()])).items():
        rows[order_id].append(row)
    history = await snapshots.stored(session, list(opened), str(Period(year.year, 1)), str(year.period))
    latest = {key: item for (key, _), item in sorted(history.items())}
    known = set((await session.scalars(select(Escalation.key))).all())
    roster = await roster_for(session, year.scheme, list(opened), on=year.today)
    found = {key: tuple(value) for key, value in rows.items()}
    return _Morning(session, cause, year, opened, roster, latest, history, found, known, {})


async def _check_promise(morning: _Morning, order: WarningOrder) -> None:
    """A promised day that passed without recovery asks the unit again, by itself."""
    newest = morning.latest.get(order.indicator_id)
    recovered = newest is None or newest.grade == NORMAL
    state, promised = OrderState(order.state), order.promised_until
    if promised is None or not promise_broken(state, promised, morning.year.today, recovered=recovered):
        return
    desk = await desk_of(morning.session, morning.cause, order)
    ask_again(desk)
    due = order.reply_due.isoformat() if order.reply_due else None
    desk.take(Step.LAPSE, PROMISE_BROKEN, until=promised.isoformat(), reply_due=due)
    note = OrderNote(
        event=PROMISE_BROKEN,
        order=desk.named,
        ref=0,
        who="",
        due=order.reply_due,
        until=promised,
        now_word=desk.year.scheme.grade(newest.grade).word if newest else "",
        may_answer=True,
    )
    carry = [row.person_id for row in morning.recipients.get(order.id, ()) if row.relation in CARRIES]
    await tell_unit(desk, note, carry)
    await refresh(desk)


def _today(morning: _Morning, order: WarningOrder, broken: list[date]) -> OrderToday:
    indicator_id, year = order.indicator_id, morning.year

    def months(severity: int) -> int:
        period, count = Period.parse(morning.latest[indicator_id].period), 0
        while (item := morning.history.get((indicator_id, str(period)))) and item.severity >= severity:
            count += 1
            if period.month == 1:
                break
            period = period.previous()
        return count

    silent = []
    for row in morning.recipients.get(order.id, ()):
        due = acknowledge_due(year, row)
        waits = (row.acknowledged_severity or 0) < row.severity and not row.digest_only
        in_office = any(holder.person_id == row.person_id for holder in morning.roster.of_post(row.post_id))
        if waits and in_office and due is not None:
            silent.append(Silent(row.person_id, Relation(row.relation), due))
    return OrderToday(
        order_id=order.id,
        grade=order.grade,
        state=OrderState(order.state),
        period=morning.latest[indicator_id].period,
        silent=tuple(silent),
        reply_due=order.reply_due,
        broken_on=broken[-1] if broken else None,
        broken=len(broken),
        months=months,
    )


async def _go_up(morning: _Morning, order: WarningOrder, due: Iterable[StepUp]) -> int:
    made: list[tuple[StepUp, Holder | None]] = []
    for step in due:
        superiors: list[Holder | None] = [*_superiors(morning, order, step)]
        for holder in superiors or [None]:
            key = f"{step.key}:{holder.person_id if holder else 0}"
            if key not in morning.known:
                morning.known.add(key)
                morning.session.add(_row(morning, order, step, holder, key))
                made.append((step, holder))
    if made:
        _note(await desk_of(morning.session, morning.cause, order), morning, made)
    return len(made)


def _row(morning: _Morning, order: WarningOrder, step: StepUp, holder: Holder | None, key: str) -> Escalation:
    return Escalation(
        key=key,
        order_id=order.id,
        at=morning.cause.now,
        cause=step.trigger.value,
        step=step.step,
        person_id=holder.person_id if holder else None,
        post_id=holder.post_id if holder else None,
        about_person_id=step.about,
        since=step.since,
        talk=step.suggest is Suggestion.TALK,
    )


def _superiors(morning: _Morning, order: WarningOrder, step: StepUp) -> list[Holder]:
    """Who it goes to: the next in the chain who is in office, and whom the rule names. Never the silent one."""
    chain = morning.year.scheme.escalation.chain
    found: list[Holder] = []
    if step.steps:
        above = step.start if step.start in chain else Relation.CONTACT
        relation = morning.year.scheme.escalation.superior(above, step.steps)
        while relation is not None and not found:
            held = morning.roster.of(order.indicator_id, relation)
            found = [item for item in held if item.person_id != step.about]
            relation = morning.year.scheme.escalation.superior(relation)
    for relation in step.to:
        found += morning.roster.of(order.indicator_id, relation)
    if not found:
        found = list(morning.roster.of(order.indicator_id, Relation.OFFICE_DIRECTOR))
    return list({holder.person_id: holder for holder in found}.values())


def _note(desk: OrderDesk, morning: _Morning, made: list[tuple[StepUp, Holder | None]]) -> None:
    """One line in the thread for each reason, with everybody whom it went to."""
    names = {holder.person_id: holder.person for held in morning.roster.by_post.values() for holder in held}
    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for step, holder in made:
        why = label(f"order.up.{step.trigger}", who=names.get(step.about or 0, ""))
        grouped[step.trigger.value, why].append(
            label("order.person", post=holder.post, name=holder.person) if holder else label("order.nobody")
        )
    for (trigger, why), people in grouped.items():
        to = label("push.comma").join(dict.fromkeys(people))
        desk.take(Step.ESCALATE, "escalated", to=to, text=why, trigger=trigger)
