"""The forecast: too little to say, the two ways to reckon, and the loss it means."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from bot.domain.forecast import expected_loss, forecast
from bot.domain.kinds import Kind
from bot.domain.measure import Yardstick

D = Decimal
PROJECTS = Yardstick(Kind.CUMULATIVE, target=D(6))
INVESTMENT = Yardstick(Kind.CUMULATIVE, target=D(120))


def series(*values: str | int | None) -> tuple[tuple[int, Decimal], ...]:
    return tuple((month, D(value)) for month, value in enumerate(values, start=1) if value is not None)


def test_one_of_six_projects_done_in_may_ends_at_two_and_a_half():
    result = forecast(PROJECTS, series(0, 0, 0, 1, 1), 5)
    assert result.by_pace == Fraction(12, 5)
    assert result.by_trend == 1 + Fraction(1, 3) * 7
    assert result.lower == Fraction(12, 5)
    assert expected_loss(D(20), D(6), result.lower) == 12


def test_fewer_than_two_reports_say_nothing():
    assert forecast(INVESTMENT, series(9), 1) is None
    assert forecast(INVESTMENT, (), 6) is None


def test_early_in_the_year_only_the_trend_counts():
    result = forecast(INVESTMENT, series(2, 6), 2)
    assert result.by_pace is None
    assert result.lower == result.upper == 6 + 3 * 10


def test_needed_and_recent_monthly_rates():
    result = forecast(INVESTMENT, series(10, 20, 30, 36, 42, 48), 6)
    assert (result.recent_per_month, result.needed_per_month) == (6, 12)
    assert (result.lower, result.upper) == (84, 96)


def test_a_month_that_was_not_reported_spreads_its_increment():
    assert forecast(INVESTMENT, series(10, 20, None, None, 50), 5).recent_per_month == 10


def test_in_december_nothing_is_left_to_forecast():
    result = forecast(INVESTMENT, series(*range(9, 109, 9), 100)[:12], 12)
    assert result.needed_per_month is None
    assert result.lower == result.upper


def test_a_reached_target_needs_nothing_more():
    assert forecast(INVESTMENT, series(60, 130), 2).needed_per_month == 0


def test_only_running_totals_have_a_forecast():
    assert forecast(Yardstick(Kind.LEVEL, target=D(3)), series(1, 2, 3), 3) is None


def test_later_months_are_not_looked_at():
    year = series(10, 20, 30, 99, 100)
    assert forecast(INVESTMENT, year, 3) == forecast(INVESTMENT, year[:3], 3)
