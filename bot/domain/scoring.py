"""Points for a result: every published method as a pure function. W is the weight; no method gives less than 0.

Arguments and results are exact. `r` is actual / target unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bot.domain.measure import Node
from bot.domain.numbers import Exact, clamped, fraction

ZERO = Fraction(0)


class Method(StrEnum):
    """How an indicator is scored."""

    PROPORTION = "proportion"
    PROPORTION_FLOOR = "proportion_floor"
    CONTROL = "control"
    STEP_DEDUCT = "step_deduct"
    THRESHOLD = "threshold"
    EVENT_DEDUCT = "event_deduct"
    RANK_TABLE = "rank_table"
    MILESTONE = "milestone"
    OVER_BONUS = "over_bonus"
    BEAT_BOTH = "beat_both"
    MULTI_YEAR = "multi_year"
    HONOUR = "honour"
    MANUAL = "manual"


def proportion(weight: Exact, rate: Exact) -> Fraction:
    """W x min(r, 1)."""
    full, share = fraction(weight), clamped(fraction(rate))
    return Fraction(full.numerator * share.numerator, full.denominator * share.denominator)


def proportion_floor(weight: Exact, rate: Exact, floor: Exact = Decimal("0.6")) -> Fraction:
    """As `proportion`, but nothing below the floor."""
    return proportion(weight, rate) if Fraction(rate) >= Fraction(floor) else ZERO


def control(weight: Exact, actual: Exact, limit: Exact) -> Fraction:
    """Full within the limit, falling to nothing at twice the limit."""
    used, allowed = Fraction(actual), Fraction(limit)
    if used <= allowed:
        return Fraction(weight)
    return Fraction(weight) * clamped(2 - used / allowed) if allowed else ZERO


def step_deduct(weight: Exact, shortfall: Exact, *, step: Exact, deduction: Exact, whole: bool = True) -> Fraction:
    """Minus `deduction` for each `step` short (or over). `whole`: a step counts when it is full; else linear."""
    steps = max(Fraction(shortfall) / Fraction(step), ZERO)
    return max(Fraction(weight) - (int(steps) if whole else steps) * Fraction(deduction), ZERO)


def threshold(weight: Exact, met: bool) -> Fraction:
    """All or nothing."""
    return Fraction(weight) if met else ZERO


def event_deduct(weight: Exact, events: Exact, deduction: Exact) -> Fraction:
    """Minus `deduction` for each event."""
    return max(Fraction(weight) - Fraction(events) * Fraction(deduction), ZERO)


def rank_table(weight: Exact, place: int, points: Sequence[Exact]) -> Fraction:
    """Points by place, first place first; beyond the table nothing; never more than W."""
    if not 1 <= place <= len(points):
        return ZERO
    return min(max(Fraction(points[place - 1]), ZERO), Fraction(weight))


def against_best(weight: Exact, value: Exact, best: Exact) -> Fraction:
    """W x value / best, the other published form of `rank_table`."""
    return proportion(weight, Fraction(value) / Fraction(best)) if best else ZERO


def milestone(weight: Exact, nodes: Iterable[Node]) -> Fraction:
    """W x the share of node weights done."""
    nodes = tuple(nodes)
    total = sum((Fraction(node.weight) for node in nodes), ZERO)
    done = sum((Fraction(node.weight) for node in nodes if node.done), ZERO)
    return Fraction(weight) * done / total if total else ZERO


def over_bonus(rate: Exact, *, per_point: Exact = Decimal("0.5"), cap: Exact = Decimal(10)) -> Fraction:
    """Bonus for each percentage point above 100 %, up to the cap."""
    return min(Fraction(cap), max(Fraction(per_point) * (100 * Fraction(rate) - 100), ZERO))


def beat_both(bonus: Exact, growth: Exact, national: Exact, western: Exact) -> Fraction:
    """The bonus when growth is above both averages; equal is not above."""
    return Fraction(bonus) if Fraction(growth) > max(Fraction(national), Fraction(western)) else ZERO


THREE_YEARS = (Decimal("0.7"), Decimal("0.2"), Decimal("0.1"))


def multi_year(this: Exact, last: Exact, before: Exact, shares: Sequence[Exact] = THREE_YEARS) -> Fraction:
    """A weighted mean over three years."""
    years = zip((this, last, before), shares, strict=True)
    return max(sum((Fraction(value) * Fraction(share) for value, share in years), ZERO), ZERO)


@dataclass(frozen=True, slots=True)
class Honour:
    """An award: what it is for, its level, and the document that proves it ("" when there is none)."""

    matter: str
    level: str
    document: str


def honour(honours: Iterable[Honour], table: Mapping[str, Exact], cap: Exact) -> Fraction:
    """The highest level once per matter, up to the cap; no document, no points. KeyError for an unknown level."""
    best: dict[str, Fraction] = {}
    for award in honours:
        if award.document:
            best[award.matter] = max(best.get(award.matter, ZERO), Fraction(table[award.level]))
    return min(sum(best.values(), ZERO), Fraction(cap))


@dataclass(frozen=True, slots=True)
class Totals:
    """The parts of a comprehensive result. `over` is the share of `bonus` that comes from exceeding targets."""

    base: Fraction
    bonus: Fraction
    over: Fraction
    evaluation: Fraction
    deductions: Fraction


def total(parts: Totals, *, bonus_cap: Exact = 300, over_cap: Exact = 100) -> Fraction:
    """Base + bonus within its caps + evaluation - deductions, never below 0."""
    over = min(parts.over, Fraction(over_cap))
    bonus = min(parts.bonus - parts.over + over, Fraction(bonus_cap))
    return max(parts.base + bonus + parts.evaluation - parts.deductions, ZERO)
