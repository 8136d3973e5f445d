"""Every scoring method at its corners."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import scoring
from bot.domain.measure import Node
from bot.domain.scoring import Honour, Totals

D = Decimal
F = Fraction


@pytest.mark.parametrize(("rate", "points"), [("0", 0), ("0.5", 10), ("1", 20), ("1.3", 20), ("-0.2", 0)])
def test_proportion(rate, points):
    assert scoring.proportion(20, D(rate)) == points


@pytest.mark.parametrize(("rate", "points"), [("0.59", 0), ("0.6", 12), ("0.9", 18), ("1.2", 20)])
def test_proportion_with_a_floor(rate, points):
    assert scoring.proportion_floor(20, D(rate)) == points


@pytest.mark.parametrize(("actual", "points"), [(0, 20), (3, 20), ("4.5", 10), (6, 0), (9, 0)])
def test_control(actual, points):
    assert scoring.control(20, D(actual), 3) == points


def test_control_with_nothing_allowed():
    assert [scoring.control(20, actual, 0) for actual in (0, 1)] == [20, 0]


def test_steps_are_whole_or_linear():
    assert scoring.step_deduct(10, D("2.7"), step=1, deduction=D("0.5")) == 9
    assert scoring.step_deduct(10, D("2.7"), step=1, deduction=D("0.5"), whole=False) == F("8.65")
    assert scoring.step_deduct(10, D(-3), step=1, deduction=5) == 10
    assert scoring.step_deduct(1, 100, step=1, deduction=5) == 0


def test_all_or_nothing():
    assert [scoring.threshold(5, met) for met in (True, False)] == [5, 0]


def test_each_event_costs_until_nothing_is_left():
    assert [scoring.event_deduct(5, events, 2) for events in (0, 1, 2, 3)] == [5, 3, 1, 0]


def test_points_by_place():
    assert [scoring.rank_table(10, place, [10, 8, D("6.5")]) for place in (1, 3, 4, 0)] == [10, F(13, 2), 0, 0]
    assert scoring.against_best(10, 30, 40) == F(15, 2)
    assert scoring.against_best(10, 0, 0) == 0


def test_milestone_by_weight_of_nodes():
    nodes = [Node(3, D(1), True), Node(6, D(2), True), Node(12, D(1), False)]
    assert scoring.milestone(20, nodes) == 15
    assert scoring.milestone(20, []) == 0


@pytest.mark.parametrize(("rate", "points"), [("0.9", 0), ("1", 0), ("1.1", 5), ("1.5", 10)])
def test_bonus_for_more_than_the_target(rate, points):
    assert scoring.over_bonus(D(rate)) == points


@pytest.mark.parametrize(("growth", "points"), [("5.3", 10), ("5.2", 0), ("5.1", 0)])
def test_growth_must_be_above_both_averages(growth, points):
    assert scoring.beat_both(10, D(growth), D("5.0"), D("5.2")) == points


def test_three_years_are_weighed():
    assert scoring.multi_year(90, 80, 70) == 86


def test_honours_count_once_per_matter_at_the_highest_level_with_a_document():
    table = {"national": 30, "provincial": 15}
    awards = [
        Honour("grain", "provincial", "A-1"),
        Honour("grain", "national", "A-2"),
        Honour("schools", "provincial", "A-3"),
        Honour("roads", "national", ""),
    ]
    assert scoring.honour(awards, table, cap=100) == 45
    assert scoring.honour(awards, table, cap=40) == 40


def test_total_keeps_both_caps():
    parts = Totals(base=F(700), bonus=F(380), over=F(150), evaluation=F(50), deductions=F(12))
    assert scoring.total(parts) == 700 + 300 + 50 - 12
    assert scoring.total(Totals(F(700), F(180), F(150), F(50), F(0))) == 700 + 130 + 50
    assert scoring.total(Totals(F(0), F(0), F(0), F(0), F(5))) == 0


@given(st.decimals(min_value=0, max_value=100, places=2), st.decimals(min_value=-5, max_value=5, places=3))
def test_points_lie_between_nothing_and_the_weight(weight, rate):
    for points in (
        scoring.proportion(weight, rate),
        scoring.proportion_floor(weight, rate),
        scoring.control(weight, rate, 1),
        scoring.event_deduct(weight, abs(rate), 2),
        scoring.step_deduct(weight, rate, step=D("0.1"), deduction=1, whole=False),
    ):
        assert 0 <= points <= weight
