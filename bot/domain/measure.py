"""How far an indicator has come against where it should be: completion, pace, gap, ratio. Exact, never rounded here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from bot.domain.kinds import Direction, Kind, Standing
from bot.domain.numbers import clamped, exact, less, points_between, quotient, quotient_of
from bot.domain.period import Period

ONE = Fraction(1)
ZERO = Fraction(0)
CONTROLS = frozenset({Kind.CONTROL_CUMULATIVE, Kind.CONTROL_LEVEL})
# Work that is to be done by a day.
DEADLINED = frozenset({Kind.CUMULATIVE, Kind.GROWTH, Kind.LEVEL, Kind.MILESTONE})
# A limit kept with nothing used at all; also the floor, so that 0 of 3 is never shown as worse than 1 of 3.
BEST_CONTROL_GAP = Fraction(-100)
# Percentage points beyond which an indicator is "ahead", unless the scheme says otherwise.
AHEAD_BELOW = Decimal(-5)
# A milestone without nodes and without a target is reported in per cent done.
WHOLE_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Node:
    """A step of a milestone indicator, due by the end of its month (1..12)."""

    month: int
    weight: Decimal
    done: bool


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What an indicator is measured against in its year.

    `curve`: (month, cumulative share 0..1) of a plan that is not a straight line. Percentages are numbers of per cent:
    a target of 7 % growth is `Decimal("7")`.
    """

    kind: Kind
    direction: Direction = Direction.HIGHER
    target: Decimal | None = None
    nodes: tuple[Node, ...] = ()
    curve: tuple[tuple[int, Decimal], ...] = ()
    start_month: int = 1
    end_month: int = 12


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator at the end of a month. Shares are 0..1, `progress` and `gap` percentage points (gap > 0: behind).

    None where there is no rate: not reported, no target, or the office judges by hand. `ratio` is also None where
    nothing was due yet, and where a limit has not been touched at all.
    """

    kind: Kind
    month: int
    standing: Standing
    pace: Fraction
    completion: Fraction | None = None
    gap: Fraction | None = None
    ratio: Fraction | None = None

    @property
    def progress(self) -> Fraction | None:
        """Completion in percentage points."""
        return None if self.completion is None else self.completion * 100


def effective_kind(yardstick: Yardstick) -> Kind:
    """The kind that decides the arithmetic: lower-is-better is a limit; without a usable target there is no rate."""
    kind, target = yardstick.kind, yardstick.target
    if kind in (Kind.EVENT, Kind.MANUAL, Kind.MILESTONE):
        return kind
    if target is None or target <= 0:
        return Kind.MANUAL
    if yardstick.direction is Direction.LOWER:
        if kind is Kind.CUMULATIVE:
            return Kind.CONTROL_CUMULATIVE
        if kind in (Kind.LEVEL, Kind.GROWTH):
            return Kind.CONTROL_LEVEL
    return kind


def implied_nodes(yardstick: Yardstick) -> tuple[Node, ...]:
    """A milestone's nodes; one that names none is due as a whole at its end."""
    return yardstick.nodes or (Node(yardstick.end_month, Decimal(1), done=False),)


def pace(yardstick: Yardstick, month: int) -> Fraction:
    """The share of the year's plan that should be done by the end of the month, 0..1."""
    return pace_of(effective_kind(yardstick), yardstick, month)


def pace_of(kind: Kind, yardstick: Yardstick, month: int) -> Fraction:
    """As `pace`, where the kind that decides is known already."""
    if kind is Kind.MILESTONE:
        return _node_share([node for node in implied_nodes(yardstick) if node.month <= month], yardstick)
    if kind not in (Kind.CUMULATIVE, Kind.CONTROL_CUMULATIVE):
        return ONE
    if yardstick.curve:
        return _curve_share(yardstick.curve, yardstick.end_month, month)
    return _straight(yardstick.start_month, yardstick.end_month, month)


@lru_cache(maxsize=4096)
def _straight(start: int, end: int, month: int) -> Fraction:
    return clamped(Fraction(month - start + 1, max(end - start + 1, 1)))


def measure(yardstick: Yardstick, actual: Decimal | None, month: int, *, ahead_below: Decimal = AHEAD_BELOW) -> Measure:
    """The indicator at the end of the month, from the value reported for it (None: nothing was reported)."""
    kind = effective_kind(yardstick)
    due = pace_of(kind, yardstick, month)
    if kind is Kind.MANUAL:
        return Measure(kind, month, Standing.MANUAL, due)
    flagged = kind is Kind.MILESTONE and bool(yardstick.nodes)
    if actual is None and not flagged:
        return Measure(kind, month, Standing.UNREPORTED, due)
    if kind is Kind.EVENT:
        return _event(actual or Decimal(0), month, due)
    if kind in CONTROLS:
        return _control(yardstick, kind, actual or Decimal(0), _Point(month, due, ahead_below))
    completion = _completion(yardstick, actual)
    ratio = quotient(completion, due) if due else None
    gap = points_between(due, completion)  # the pace of growth and level is 1: the rate itself is compared
    if completion.numerator >= completion.denominator:
        return Measure(kind, month, Standing.DONE, due, completion, gap, ratio)
    # Part of a work done before anything is due is on pace, not ahead.
    standing = standing_of(gap, ahead_below) if due else Standing.ON_PACE
    return Measure(kind, month, standing, due, completion, gap, ratio)


def standing_of(gap: Fraction, ahead_below: Decimal = AHEAD_BELOW) -> Standing:
    """The word for a gap, for an indicator that is not done."""
    if gap.numerator > 0:
        return Standing.BEHIND
    return Standing.AHEAD if less(gap, exact(ahead_below)) else Standing.ON_PACE


def months_node_missed(yardstick: Yardstick, month: int) -> int | None:
    """How many months the oldest undone node is late at the end of the month (0 in its own month); None if none is."""
    if yardstick.kind is not Kind.MILESTONE:
        return None
    late = [month - node.month for node in yardstick.nodes if not node.done and node.month <= month]
    return max(late, default=None)


def _completion(yardstick: Yardstick, actual: Decimal | None) -> Fraction:
    if yardstick.kind is Kind.MILESTONE and yardstick.nodes:
        return _node_share([node for node in yardstick.nodes if node.done], yardstick)
    # Below zero counts as nothing done: a falling growth rate scores 0.
    return quotient_of(actual, yardstick.target or WHOLE_PERCENT) if actual is not None and actual > 0 else ZERO


def _event(events: Decimal, month: int, due: Fraction) -> Measure:
    if events > 0:
        return Measure(Kind.EVENT, month, Standing.BEHIND, due, ZERO, Fraction(100), ZERO)
    return Measure(Kind.EVENT, month, Standing.ON_PACE, due, ONE, ZERO, ONE)


@dataclass(frozen=True, slots=True)
class _Point:
    month: int
    due: Fraction
    ahead_below: Decimal


def _control(yardstick: Yardstick, kind: Kind, actual: Decimal, at: _Point) -> Measure:
    """A limit: `ratio` is allowed / actual, completion how well it is kept (1: within); never "done" early."""
    if actual <= 0:
        standing = standing_of(BEST_CONTROL_GAP, at.ahead_below)
        return Measure(kind, at.month, standing, at.due, ONE, BEST_CONTROL_GAP, None)
    ratio = exact(yardstick.target or Decimal(0)) * at.due / Fraction(actual)
    gap = max(100 * (1 - ratio), BEST_CONTROL_GAP)
    return Measure(kind, at.month, standing_of(gap, at.ahead_below), at.due, min(ratio, ONE), gap, ratio)


def _node_share(nodes: list[Node], yardstick: Yardstick) -> Fraction:
    total = sum((Fraction(node.weight) for node in implied_nodes(yardstick)), ZERO)
    return sum((Fraction(node.weight) for node in nodes), ZERO) / total if total else ZERO


@lru_cache(maxsize=4096)
def _curve_share(curve: tuple[tuple[int, Decimal], ...], end_month: int, month: int) -> Fraction:
    """The plan curve, straight between its points: from nothing at month 0, to the whole plan at its end month."""
    points = [(0, ZERO), *sorted((at, Fraction(share)) for at, share in curve)]
    if points[-1][0] < end_month:
        points.append((end_month, ONE))
    for (left, low), (right, high) in pairwise(points):
        if left <= month <= right and right > left:
            return clamped(low + (high - low) * Fraction(month - left, right - left))
    return clamped(points[-1][1])


def days_to_deadline(yardstick: Yardstick, found: Measure, due: date | None, period: Period) -> int | None:
    """Days from the end of the month to the deadline of what is not done; negative past it.

    The deadline is that of the oldest node that is not done, else `due`, else the end of the plan. None where nothing
    is to be done by a day: done, a limit, an event, judged by hand, or not reported.
    """
    if found.kind not in DEADLINED or found.standing in (Standing.DONE, Standing.UNREPORTED):
        return None
    open_nodes = [node.month for node in yardstick.nodes if not node.done]
    if found.kind is Kind.MILESTONE and open_nodes:
        deadline = Period(period.year, min(open_nodes)).last_day
    else:
        deadline = due or Period(period.year, min(max(yardstick.end_month, 1), 12)).last_day
    return (deadline - period.last_day).days
