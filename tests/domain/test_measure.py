"""Completion, pace and gap: the published figures, every kind, and the edges."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.kinds import Direction, Kind, Standing
from bot.domain.measure import Node, Yardstick, measure, months_node_missed, pace
from bot.domain.numbers import percent, rounded

D = Decimal
INVESTMENT = Yardstick(Kind.CUMULATIVE, target=D("193.22"))
SHARE = Yardstick(Kind.CUMULATIVE, target=D(100))
ROAD = Yardstick(
    Kind.MILESTONE,
    nodes=(Node(3, D("0.25"), True), Node(6, D("0.25"), True), Node(9, D("0.25"), False), Node(12, D("0.25"), False)),
)
GRAIN = Yardstick(Kind.CUMULATIVE, target=D(23), curve=((6, D("0.3")), (9, D("0.7")), (12, D(1))))


@pytest.mark.parametrize(
    ("yardstick", "actual", "month", "progress", "due", "ahead"),
    [
        (INVESTMENT, "126.02", 6, "65.22", "50.00", "15.22"),
        (SHARE, "35.4", 4, "35.40", "33.33", "2.07"),
        (SHARE, "90.32", 10, "90.32", "83.33", "6.99"),
        (SHARE, "74", 8, "74.00", "66.67", "7.33"),
    ],
)
def test_published_sentences_come_out_to_the_printed_digit(yardstick, actual, month, progress, due, ahead):
    result = measure(yardstick, D(actual), month)
    assert rounded(result.progress) == D(progress)
    assert percent(result.pace) == D(due)
    assert rounded(-result.gap) == D(ahead)


@pytest.mark.parametrize(("month", "share"), [(0, "0"), (3, "0.15"), (6, "0.3"), (8, "17/30"), (9, "0.7"), (12, "1")])
def test_plan_curve_is_straight_between_its_points(month, share):
    assert pace(GRAIN, month) == Fraction(share)


def test_a_curve_that_stops_early_runs_on_to_the_whole_plan():
    by_july = Yardstick(Kind.CUMULATIVE, target=D(10), curve=((7, D("0.4")),))
    assert pace(by_july, 12) == 1
    assert pace(by_july, 7) == Fraction(2, 5)


@pytest.mark.parametrize(("month", "share"), [(2, "0"), (3, "0"), (4, "1/5"), (8, "1"), (12, "1")])
def test_work_inside_the_year_has_its_own_pace(month, share):
    summer = Yardstick(Kind.CUMULATIVE, target=D(10), start_month=4, end_month=8)
    assert pace(summer, month) == Fraction(share)


def test_growth_is_compared_with_the_years_target_not_with_the_pace():
    result = measure(Yardstick(Kind.GROWTH, target=D(7)), D("6.3"), 2)
    assert (result.pace, result.ratio, result.gap) == (1, Fraction(9, 10), 10)
    assert result.standing is Standing.BEHIND


def test_falling_growth_scores_nothing():
    result = measure(Yardstick(Kind.GROWTH, target=D(7)), D("-0.5"), 6)
    assert (result.completion, result.gap) == (0, 100)


def test_level_reached_is_done():
    assert measure(Yardstick(Kind.LEVEL, target=D("2.85")), D("2.90"), 6).standing is Standing.DONE


def test_milestone_counts_the_weight_of_its_nodes():
    on_time, late = measure(ROAD, None, 6), measure(ROAD, None, 9)
    assert (on_time.completion, on_time.gap, on_time.standing) == (Fraction(1, 2), 0, Standing.ON_PACE)
    assert (late.gap, late.standing) == (25, Standing.BEHIND)
    assert [months_node_missed(ROAD, month) for month in (8, 9, 12)] == [None, 0, 3]


def test_milestone_without_nodes_is_due_as_a_whole_at_its_end():
    whole = Yardstick(Kind.MILESTONE, end_month=9)
    assert [pace(whole, month) for month in (8, 9)] == [0, 1]
    under_way = measure(whole, D(60), 8)
    assert (under_way.completion, under_way.ratio, under_way.standing) == (Fraction(3, 5), None, Standing.ON_PACE)
    assert measure(whole, D(60), 9).gap == 40
    assert measure(whole, D(100), 9).standing is Standing.DONE


def test_accidents_are_held_against_the_allowed_share():
    accidents = Yardstick(Kind.CONTROL_CUMULATIVE, Direction.LOWER, target=D(3))
    assert measure(accidents, D(1), 4).gap == 0  # one is allowed by April
    assert measure(accidents, D(2), 4).gap == 50
    none = measure(accidents, D(0), 1)
    assert (none.completion, none.ratio, none.standing) == (1, None, Standing.AHEAD)
    assert measure(accidents, D(1), 12).gap >= none.gap


def test_control_level_ignores_the_pace():
    unemployment = Yardstick(Kind.CONTROL_LEVEL, Direction.LOWER, target=D("4.5"))
    assert measure(unemployment, D("4.5"), 2).gap == 0
    assert measure(unemployment, D("5"), 2).gap == 10


def test_lower_is_better_makes_any_rate_a_limit():
    assert measure(Yardstick(Kind.LEVEL, Direction.LOWER, D(2)), D(4), 6).gap == 50
    assert measure(Yardstick(Kind.CUMULATIVE, Direction.LOWER, D(12)), D(6), 6).gap == 0


@pytest.mark.parametrize("target", [None, D(0), D(-3)])
def test_without_a_usable_target_there_is_no_rate(target):
    result = measure(Yardstick(Kind.CUMULATIVE, target=target), D(5), 6)
    assert (result.standing, result.completion, result.gap) == (Standing.MANUAL, None, None)


def test_event_starts_full_and_each_one_costs():
    event = Yardstick(Kind.EVENT, Direction.LOWER, target=D(0))
    assert measure(event, D(0), 3).gap == 0
    assert measure(event, D(1), 3).standing is Standing.BEHIND


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.MANUAL])
def test_not_reported_is_never_zero(kind):
    result = measure(Yardstick(kind, target=D(5)), None, 6)
    assert (result.standing, result.completion, result.gap) == (Standing.UNREPORTED, None, None)


@pytest.mark.parametrize(
    ("gap", "standing"), [("50", "on_pace"), ("55", "on_pace"), ("55.01", "ahead"), ("49", "behind")]
)
def test_standing_words(gap, standing):
    assert measure(SHARE, D(gap), 6).standing == standing


@pytest.mark.parametrize(
    ("value", "shown"), [("15.225", "15.23"), ("-15.225", "-15.23"), ("0.004", "0.00"), ("7", "7.00")]
)
def test_display_rounds_half_up(value, shown):
    assert str(rounded(D(value))) == shown


ACTUALS = st.decimals(min_value=0, max_value=10_000, places=2)


@given(ACTUALS, ACTUALS, st.integers(1, 12), st.sampled_from([Kind.CUMULATIVE, Kind.LEVEL, Kind.GROWTH]))
def test_more_done_never_widens_the_gap(one, other, month, kind):
    low, high = sorted((one, other))
    yardstick = Yardstick(kind, target=D(100))
    assert measure(yardstick, high, month).gap <= measure(yardstick, low, month).gap


@given(ACTUALS, ACTUALS, st.integers(1, 12), st.sampled_from([Kind.CONTROL_CUMULATIVE, Kind.CONTROL_LEVEL]))
def test_more_used_never_narrows_the_gap_of_a_limit(one, other, month, kind):
    low, high = sorted((one, other))
    yardstick = Yardstick(kind, Direction.LOWER, target=D(100))
    assert measure(yardstick, high, month).gap >= measure(yardstick, low, month).gap
    allowed = 100 * pace(yardstick, month)
    assert (measure(yardstick, high, month).gap > 0) == (high > allowed)
