"""What an order's unit answers, until when, and what the office may do with it. Rules only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.errors import InvalidInput
from bot.domain.orders import OrderState
from bot.domain.scheme import Asked, OrderRules

_S = OrderState
# The order waits for the unit's answer, or for the recovery that the answer promised.
ANSWER_DUE = frozenset({_S.ISSUED, _S.ACKNOWLEDGED, _S.RETURNED})
PROMISED = frozenset({_S.RESPONDED, _S.RECTIFYING})
LONGEST = 500


class Field(StrEnum):
    """What an answer consists of, in the order in which it is asked for."""

    CAUSE = "cause"
    MEASURE = "measure"
    RECOVERY = "recovery"
    HELP = "help"


class Verdict(StrEnum):
    """What the office said of an answer, or of a request for more time."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


class Request(StrEnum):
    """What an order asks of the office."""

    RESPONSE = "response"
    EXTENSION = "extension"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer so far. `recovery`: the day by which the unit promises to be back on pace."""

    cause: str = ""
    measure: str = ""
    recovery: date | None = None
    help: str = ""

    def lacks(self, asked: Asked) -> tuple[Field, ...]:
        """What is still missing for what the grade asks; help is never asked for by force."""
        wanted = {Asked.NOTHING: (), Asked.ACKNOWLEDGE_OR_CAUSE: (Field.CAUSE,)}.get(
            asked, (Field.CAUSE, Field.MEASURE, Field.RECOVERY)
        )
        return tuple(field for field in wanted if not getattr(self, field.value))


def check_recovery(promised: date, today: date) -> None:
    """A promise lies ahead, and within the year that is appraised. Raises InvalidInput."""
    if promised < today:
        raise InvalidInput("errors_order.recovery_past")
    if promised.year != today.year:
        raise InvalidInput("errors_order.recovery_next_year", year=today.year)


def due_of(state: OrderState, reply_due: date | None, promised_until: date | None) -> date | None:
    """The day that an extension would move: that of the answer, or of the promised recovery."""
    return reply_due if state in ANSWER_DUE else promised_until


@dataclass(frozen=True, slots=True)
class ExtensionAsked:
    """A request for more time. `due`: the day that is to move; `earlier`: how many were granted before."""

    due: date | None
    until: date
    reason: str
    earlier: int = 0


def check_extension(asked: ExtensionAsked, today: date, rules: OrderRules) -> None:
    """Asked in time, with a reason, for a later day that the scheme allows. Raises InvalidInput."""
    if asked.due is None:
        raise InvalidInput("errors_order.nothing_to_extend")
    due = asked.due
    if today > asked.due:
        raise InvalidInput("errors_order.extension_late", due=due)
    if not asked.reason.strip():
        raise InvalidInput("errors_order.extension_reason")
    if asked.until <= asked.due:
        raise InvalidInput("errors_order.extension_earlier", due=due)
    if (asked.until - asked.due).days > rules.longest_extension:
        raise InvalidInput("errors_order.extension_too_long", days=rules.longest_extension, due=due)
    if asked.earlier >= rules.most_extensions:
        raise InvalidInput("errors_order.extension_often", times=rules.most_extensions)


def promise_broken(state: OrderState, promised_until: date | None, today: date, *, recovered: bool) -> bool:
    """The promised day has passed and the indicator is still warned of."""
    return state in PROMISED and promised_until is not None and today > promised_until and not recovered
