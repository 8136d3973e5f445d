"""The rules that give a grade, as data of the scheme. `bot.domain.ladder` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Conditions:
    """One set of thresholds; all that are given must hold. `gap_*` in percentage points, `q_below` a ratio.

    `days_left_at_most`, `days_past_at_least`: calendar days to, or past, the deadline at the end of the month, while
    the work is not done: that of the oldest node that is not done, else the indicator's own.
    """

    q_below: Decimal | None = None
    gap_at_least: Decimal | None = None
    gap_over: Decimal | None = None
    days_left_at_most: int | None = None
    days_past_at_least: int | None = None
    from_month: int = 1


@dataclass(frozen=True, slots=True)
class LadderRule:
    """A grade and the alternatives that lead to it."""

    grade: str
    any_of: tuple[Conditions, ...]


@dataclass(frozen=True, slots=True)
class NodeMissedRule:
    """A node late by this many months makes the grade at least this."""

    months: int
    at_least: str


@dataclass(frozen=True, slots=True)
class ForecastLossRule:
    """An expected loss of this share of the weight makes the grade at least this."""

    share_of_weight: Decimal
    at_least: str
    min_reports: int = 2


@dataclass(frozen=True, slots=True)
class RepetitionRule:
    """A ladder grade of `from_grade` or worse in this many months raises the grade: by `steps`, and to `at_least`.

    The months run on end; with `within`, they may lie anywhere in that many months. This month is always one of them.
    """

    from_grade: str
    months: int = 2
    steps: int = 0
    at_least: str | None = None
    within: int | None = None


@dataclass(frozen=True, slots=True)
class UnansweredRule:
    """A reply that an earlier month's order asked for and did not get in time raises a grade of `from_grade` or worse.

    By `steps`, and to `at_least`. `times`: so many replies of this order were late or are missing.
    """

    from_grade: str
    steps: int = 0
    at_least: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Overrides:
    """What makes a grade worse than the ladder does. None switches a rule off."""

    points_lost: str | None = None
    forecast_loss: ForecastLossRule | None = None
    repetition: tuple[RepetitionRule, ...] = ()
    node_missed: tuple[NodeMissedRule, ...] = ()
    unanswered: tuple[UnansweredRule, ...] = ()
