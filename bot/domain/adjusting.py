"""The adjustment window: who decides after whom on a request to change a target, and what it is worth in points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bot.domain.errors import InvalidInput
from bot.domain.numbers import rounded
from bot.domain.rights import Action
from bot.domain.scheme import AdjustmentWindow


class AdjustState(StrEnum):
    """Whom a request waits for, or how it ended."""

    SUBMITTED = "submitted"  # waits for the head of the lead unit
    ENDORSED = "endorsed"  # waits for the office's first review
    REVIEWED = "reviewed"  # waits for the responsible leader
    AGREED = "agreed"  # waits for the office to send it to the city's department
    SENT = "sent"  # waits for the city's answer
    APPROVED = "approved"
    REFUSED = "refused"
    RETURNED = "returned"


class AdjustCause(StrEnum):
    """Why a target cannot be kept."""

    POLICY = "policy"
    FORCE_MAJEURE = "force_majeure"
    CUT_FROM_ABOVE = "cut_from_above"
    STATISTICS = "statistics"
    OTHER = "other"


class AdjustField(StrEnum):
    """What the form asks, in this order."""

    TARGET = "target"
    KIND = "kind"
    EXPLANATION = "explanation"
    BASIS = "basis"
    MEASURES = "measures"
    CONTACT = "contact"


POINTS_PLACES = 4
_S = AdjustState
# The state a request is in -> who may decide, and where their yes leads.
CHAIN: dict[AdjustState, tuple[Action, AdjustState]] = {
    _S.SUBMITTED: (Action.ENDORSE_ADJUSTMENT, _S.ENDORSED),
    _S.ENDORSED: (Action.REVIEW_ADJUSTMENT, _S.REVIEWED),
    _S.REVIEWED: (Action.APPROVE_ADJUSTMENT, _S.AGREED),
    _S.AGREED: (Action.REVIEW_ADJUSTMENT, _S.SENT),
    _S.SENT: (Action.REVIEW_ADJUSTMENT, _S.APPROVED),
}


@dataclass(frozen=True, slots=True)
class Form:
    """A request as far as it is filled in."""

    target: Decimal | None = None
    kind: AdjustCause | None = None
    explanation: str = ""
    basis: str = ""
    measures: str = ""
    contact: str = ""

    @property
    def lacks(self) -> AdjustField | None:
        """The first field that is still empty."""
        return next((field for field in AdjustField if not getattr(self, field.value)), None)


def check_window(window: AdjustmentWindow, today: date) -> bool:
    """Raise InvalidInput outside the window; whether the district's own cut-off has passed."""
    if not window.is_open(today):
        (first, opens), (last, closes) = window.opens, window.closes
        code = "closed_early" if (today.month, today.day) < window.opens else "closed_late"
        raise InvalidInput(f"errors_adjust.{code}", opens=f"{first}-{opens}", closes=f"{last}-{closes}")
    return (today.month, today.day) > window.internal_cutoff


def expected_points(weight: Decimal | None, target: Decimal, expected: Decimal | None) -> Decimal | None:
    """Points if the year ends at that value: the weight times the share of the target, at most all of it."""
    if weight is None or expected is None or target <= 0:
        return None
    share = min(max(Fraction(expected) / Fraction(target), Fraction(0)), Fraction(1))
    return rounded(Fraction(weight) * share, POINTS_PLACES)
