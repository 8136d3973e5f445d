"""Replies that a warning order asked for: which of them were late, or are missing, in a month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.period import Period

# Events of an order's thread by what they do to the reply that it waits for.
ASKS = frozenset({"issued", "regraded", "relapsed", "reopened", "returned"})
MOVES = frozenset({"extension_granted"})
ANSWERS = frozenset({"responded"})
ENDS = frozenset({"recovered", "closed"})
TOLD_OF_REPLIES = ASKS | MOVES | ANSWERS | ENDS


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One event in an order's thread. `period` and `due` where the event names them."""

    on: date
    event: str
    period: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class AskedReply:
    """A reply asked for with the warning of a month. `until`: the day on which something else took its place."""

    period: str
    due: date
    answered: date | None = None
    until: date | None = None


def replies_of(steps: Iterable[OrderStep]) -> tuple[AskedReply, ...]:
    """All replies that one order asked for, from its thread in order of time."""
    found: list[AskedReply] = []
    period: str | None = None
    for step in steps:
        period = step.period or period
        last = found[-1] if found else None
        if step.event in ANSWERS and last is not None and last.answered is None:
            found[-1] = replace(last, answered=step.on)
        elif step.event in MOVES and last is not None and step.due is not None:
            found[-1] = replace(last, due=step.due)
        elif step.event in ENDS | ASKS:
            if last is not None and last.until is None:
                found[-1] = replace(last, until=step.on)
            if step.event in ASKS and step.due is not None and period is not None:
                found.append(AskedReply(period, step.due))
    return tuple(found)


def missed_in(replies: Sequence[AskedReply], period: Period, today: date) -> int:
    """How many replies, asked for by an earlier month's warning, were late or missing in the month.

    Looks at nothing after the month, so that it comes out the same whenever it is asked again.
    """
    first, past = period.day(1), min(period.last_day + timedelta(days=1), today)
    return sum(_is_missed(reply, str(period), first, past) for reply in replies)


def _is_missed(reply: AskedReply, period: str, first: date, past: date) -> bool:
    if reply.period >= period or reply.due >= past:
        return False
    ends = [day for day in (reply.answered, reply.until) if day is not None]
    if any(day <= reply.due for day in ends):
        return False
    return not any(day < first for day in ends)
