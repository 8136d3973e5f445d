"""The life of a warning order: states, steps, when it may be closed and when a relapse reopens it.

Urging, escalation and extension are events on the record, not states: the order still waits for the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.errors import IllegalTransition
from bot.domain.kinds import NORMAL
from bot.domain.scheme import Duty, OrderRules


class OrderState(StrEnum):
    """What an order waits for."""

    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    RESPONDED = "responded"
    RETURNED = "returned"
    RECTIFYING = "rectifying"
    CLOSING_REQUESTED = "closing_requested"
    CLOSED = "closed"


class OrderEvent(StrEnum):
    """What can happen to an order."""

    ACKNOWLEDGE = "acknowledge"
    RESPOND = "respond"
    ACCEPT = "accept"  # the office accepts the response
    RETURN = "return"
    REQUEST_CLOSING = "request_closing"
    CLOSE = "close"
    ESCALATE = "escalate"
    EXTEND = "extend"
    URGE = "urge"
    WORSEN = "worsen"  # a graver grade: everybody acknowledges anew
    RELAPSE = "relapse"
    LAPSE = "lapse"  # the promised day passed without recovery: the order asks again


_S, _E = OrderState, OrderEvent
OPEN_STATES = frozenset(_S) - {_S.CLOSED}
_STEPS: Mapping[OrderEvent, Mapping[OrderState, OrderState]] = {
    _E.ACKNOWLEDGE: {_S.ISSUED: _S.ACKNOWLEDGED},
    # Whoever answers has read it: no acknowledgement is needed first.
    _E.RESPOND: dict.fromkeys((_S.ISSUED, _S.ACKNOWLEDGED, _S.RETURNED, _S.RESPONDED, _S.RECTIFYING), _S.RESPONDED),
    _E.ACCEPT: {_S.RESPONDED: _S.RECTIFYING},
    _E.RETURN: {_S.RESPONDED: _S.RETURNED, _S.CLOSING_REQUESTED: _S.RECTIFYING},
    _E.REQUEST_CLOSING: dict.fromkeys((_S.ACKNOWLEDGED, _S.RESPONDED, _S.RECTIFYING), _S.CLOSING_REQUESTED),
    _E.CLOSE: dict.fromkeys(OPEN_STATES, _S.CLOSED),
    _E.ESCALATE: {state: state for state in OPEN_STATES},
    _E.EXTEND: {state: state for state in OPEN_STATES - {_S.CLOSING_REQUESTED}},
    _E.URGE: {state: state for state in OPEN_STATES},
    _E.WORSEN: dict.fromkeys(OPEN_STATES, _S.ISSUED),
    _E.RELAPSE: {_S.CLOSED: _S.ISSUED},
    _E.LAPSE: dict.fromkeys((_S.RESPONDED, _S.RECTIFYING), _S.ACKNOWLEDGED),
}


def can_advance(state: OrderState, event: OrderEvent) -> bool:
    """Whether the event exists in this state."""
    return state in _STEPS[event]


def advance(state: OrderState, event: OrderEvent) -> OrderState:
    """The state after the event; IllegalTransition where there is no such step."""
    if not can_advance(state, event):
        raise IllegalTransition(state=state, event=event)
    return _STEPS[event][state]


def may_close(duty: Duty, grades: Sequence[str], *, final_confirmed: bool = False) -> bool:
    """Whether the office may close an order of this grade.

    `grades`: of the monthly snapshots, newest first, by the target in force now, so that an approved change counts.
    `final_confirmed`: the year's result is settled, whatever it is.
    """
    good = duty.good_snapshots_to_close
    return final_confirmed or (len(grades) >= good and all(grade == NORMAL for grade in grades[:good]))


def reopens(closed_on: date, today: date, rules: OrderRules) -> bool:
    """Whether a new warning of the same indicator continues the closed order under its number."""
    return 0 <= (today - closed_on).days <= rules.relapse_days


@dataclass(frozen=True, slots=True, order=True)
class OrderNumber:
    """The number of an order: counted from 1 within its year. Its words are in templates/."""

    year: int
    serial: int

    def following(self, year: int) -> OrderNumber:
        """The next number, starting again at 1 in a new year."""
        return OrderNumber(year, self.serial + 1 if year == self.year else 1)
