"""Which orders move up today, to whom and because of what. Rules only; they are data of the scheme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.answers import ANSWER_DUE
from bot.domain.orders import OrderState
from bot.domain.scheme import Asked, EscalationRule, Relation, Scheme, Suggestion, Trigger

# Where a relation stands in the chain that does not name it itself.
_SAME = {Relation.LEAD_CONTACT: Relation.CONTACT, Relation.LEAD_HEAD: Relation.HEAD}
REVIEWED = frozenset({Asked.CAUSE_AND_MEASURE, Asked.PLAN_WITH_TIMETABLE})


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody who was told and has not acknowledged by the day asked for."""

    person_id: int
    relation: Relation
    due: date


@dataclass(frozen=True, slots=True)
class OrderToday:
    """What the rules may look at. `broken_on`: the promised day that passed in vain, `broken`: how often.

    `months`: how many months running, up to `period`, the grade was at least a given severity.
    """

    order_id: int
    grade: str
    state: OrderState
    period: str
    silent: tuple[Silent, ...] = ()
    reply_due: date | None = None
    broken_on: date | None = None
    broken: int = 0
    promised_by: Relation = Relation.CONTACT
    months: Callable[[int], int] = lambda _severity: 0


@dataclass(frozen=True, slots=True)
class StepUp:
    """An order goes up. `start`, `steps`: from whom, and how far up the chain; `to`: besides, these.

    `about`: the person because of whom; `since`: the day that was not kept; `key`: what makes it happen once.
    """

    order_id: int
    trigger: Trigger
    step: int
    start: Relation
    steps: int
    to: tuple[Relation, ...]
    about: int | None
    since: date | None
    suggest: Suggestion
    key: str


def steps_up(scheme: Scheme, order: OrderToday, workdays_late: Callable[[date], int]) -> Iterator[StepUp]:
    """Every step that is due by now, the earlier ones too: whoever records them leaves out what is known by its key."""
    for number, rule in enumerate(scheme.escalation.rules):
        if scheme.severity(order.grade) < scheme.severity(rule.from_grade):
            continue
        if rule.trigger is Trigger.NOT_ACKNOWLEDGED:
            for one in order.silent:
                yield from _late(order, rule, number, (one.relation, one.person_id, one.due), workdays_late)
        elif rule.trigger is Trigger.NOT_ANSWERED and order.reply_due is not None:
            if order.state in ANSWER_DUE and _answer_asked(scheme, order):
                yield from _late(order, rule, number, (Relation.CONTACT, None, order.reply_due), workdays_late)
        elif rule.trigger is Trigger.PROMISE_BROKEN and order.broken_on is not None:
            if order.broken >= rule.times:
                yield from _late(order, rule, number, (order.promised_by, None, order.broken_on), workdays_late)
        elif rule.trigger is Trigger.REPEATED:
            months = order.months(scheme.severity(rule.from_grade))
            if months >= rule.times and months % rule.times == 0:
                yield _step(order, rule, number, (Relation.HEAD, None, None), 0, order.period)


def _answer_asked(scheme: Scheme, order: OrderToday) -> bool:
    duty = scheme.duty(order.grade)
    return duty is not None and duty.asked in REVIEWED


def _late(
    order: OrderToday,
    rule: EscalationRule,
    number: int,
    whom: tuple[Relation, int | None, date],
    workdays_late: Callable[[date], int],
) -> Iterator[StepUp]:
    late = workdays_late(whom[2])
    for step in range(rule.most if rule.every else 1):
        # "As soon as it has passed" is the first working day after the day.
        if late >= max(rule.after, 1) + step * (rule.every or 0):
            yield _step(order, rule, number, whom, step, whom[2].isoformat())


def _step(
    order: OrderToday,
    rule: EscalationRule,
    number: int,
    whom: tuple[Relation, int | None, date | None],
    step: int,
    episode: str,
) -> StepUp:
    start, about, since = whom
    return StepUp(
        order_id=order.order_id,
        trigger=rule.trigger,
        step=step,
        start=_SAME.get(start, start),
        steps=step + 1 if rule.next_superior else 0,
        to=rule.to,
        about=about,
        since=since,
        suggest=rule.suggest,
        key=f"{order.order_id}:{rule.trigger}:{number}:{about or 0}:{episode}:{step}",
    )
