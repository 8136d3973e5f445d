"""Where a running total will end if it goes on like this. Always shown as a forecast, never as a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bot.domain.kinds import Kind
from bot.domain.measure import Yardstick, effective_kind, pace_of
from bot.domain.numbers import exact, less, quotient
from bot.domain.scheme import ForecastRules
from bot.domain.scoring import proportion

# Reported running totals by month (1..12), of the months that were reported.
Series = Sequence[tuple[int, Decimal]]
# Points for a completion of r = forecast / target, given the weight.
Score = Callable[[Decimal, Fraction], Fraction]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The value at the end of the year, as a range, in the indicator's unit. `by_pace` is None while too early."""

    by_pace: Fraction | None
    by_trend: Fraction
    needed_per_month: Fraction | None
    recent_per_month: Fraction

    @property
    def lower(self) -> Fraction:
        """The cautious end of the range."""
        if self.by_pace is None or less(self.by_trend, self.by_pace):
            return self.by_trend
        return self.by_pace

    @property
    def upper(self) -> Fraction:
        """The hopeful end of the range."""
        return self.by_trend if self.by_pace is None else max(self.by_pace, self.by_trend)


def forecast(yardstick: Yardstick, series: Series, month: int, rules: ForecastRules | None = None) -> Forecast | None:
    """The forecast from what was reported up to `month`; None when the data do not carry one.

    Only running totals have one. Months after `month` are not looked at.
    """
    rules = rules or ForecastRules()
    kind = effective_kind(yardstick)
    if kind is not Kind.CUMULATIVE:
        return None
    known = sorted(item for item in series if item[0] <= month)
    if len(known) < rules.min_reports:
        return None
    last_month, actual = known[-1][0], Fraction(known[-1][1])
    due = pace_of(kind, yardstick, last_month)
    recent = _recent(known, actual, yardstick.start_month, rules.increments)
    left = yardstick.end_month - last_month
    return Forecast(
        by_pace=quotient(actual, due) if not less(due, exact(rules.min_pace)) else None,
        by_trend=_plus(actual, recent, left) if left > 0 else actual,
        needed_per_month=_needed(yardstick, actual, left) if left > 0 else None,
        recent_per_month=recent,
    )


def _plus(actual: Fraction, increment: Fraction, months: int) -> Fraction:
    top = actual.numerator * increment.denominator + months * increment.numerator * actual.denominator
    return Fraction(top, actual.denominator * increment.denominator)


def _needed(yardstick: Yardstick, actual: Fraction, left: int) -> Fraction:
    target = exact(yardstick.target or Decimal(0))
    missing = target.numerator * actual.denominator - actual.numerator * target.denominator
    return Fraction(max(missing, 0), target.denominator * actual.denominator * left)


def expected_loss(weight: Decimal, target: Decimal, value: Fraction, score: Score = proportion) -> Fraction:
    """Points lost if the year ends at `value`: W - score(value / target)."""
    full, scored = exact(weight), score(weight, quotient(value, exact(target)))
    top = full.numerator * scored.denominator - scored.numerator * full.denominator
    return Fraction(top, full.denominator * scored.denominator)


def _recent(known: Sequence[tuple[int, Decimal]], actual: Fraction, start_month: int, increments: int) -> Fraction:
    """Mean monthly increment over the last months. Where a month is missing, from the report before it."""
    last_month = known[-1][0]
    points = [(start_month - 1, Decimal(0)), *known[:-1]]
    since = max(last_month - increments, start_month - 1)
    month, value = next((point for point in reversed(points) if point[0] <= since), points[0])
    before, over = value.as_integer_ratio()
    grown = actual.numerator * over - before * actual.denominator
    return Fraction(grown, actual.denominator * over * max(last_month - month, 1))
