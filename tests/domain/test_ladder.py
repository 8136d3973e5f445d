"""Grades: the published table, each override with its reason, and what must hold for any numbers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.kinds import NORMAL, UNREPORTED, Direction, Kind
from bot.domain.ladder import IndicatorForWarning, ReasonCode, decide
from bot.domain.measure import Node, Yardstick, measure, months_node_missed
from bot.domain.scheme import Conditions, LadderRule
from tests.domain.schemes import CAUTION, NOTICE, SERIOUS, default_scheme

D = Decimal
SCHEME = default_scheme()
TOTAL = Yardstick(Kind.CUMULATIVE, target=D(100))


def total(progress: str | int | Decimal | None, month: int, **more: object) -> IndicatorForWarning:
    actual = None if progress is None else D(progress)
    return IndicatorForWarning(measure(TOTAL, actual, month), weight=D(10), **more)


@pytest.mark.parametrize(
    ("month", "progress", "grade"),
    [
        (1, "2.0", CAUTION),
        (5, "16.7", SERIOUS),
        (9, "60.0", CAUTION),
        (6, "45.0", NOTICE),
        (6, "25.0", SERIOUS),
        (11, "60.0", SERIOUS),
        (6, "50.0", NORMAL),
        (6, "90", NORMAL),
    ],
)
def test_ladder_table(month, progress, grade):
    decision = decide(SCHEME, total(progress, month))
    assert decision.grade == decision.base_grade == grade
    assert decision.reason is (ReasonCode.ON_PACE if grade == NORMAL else ReasonCode.LADDER)


def test_a_ratio_of_exactly_six_tenths_is_not_below_it():
    """10 % against 2/12: with the pace rounded to 16.67 % the ratio would fall below 0.6."""
    by_ratio = replace(SCHEME, ladder=(LadderRule(SERIOUS, (Conditions(q_below=D("0.6")),)), *SCHEME.ladder[1:]))
    exactly = total(10, 2)
    assert exactly.measure.ratio == Fraction(6, 10)
    assert decide(by_ratio, exactly).grade == CAUTION
    assert decide(by_ratio, total("9.99", 2)).grade == SERIOUS


def test_the_decision_names_its_rule_and_thresholds():
    decision = decide(SCHEME, total(25, 6))
    assert (decision.rule_id, decision.scheme_version) == ("ladder.serious[0]", "2026.1")
    assert decision.conditions == Conditions(q_below=D("0.6"), gap_at_least=D(10))
    assert decision.measure.gap == 25


def test_not_reported_is_its_own_grade_never_zero():
    for indicator in (total(None, 6), total(50, 6, reported=False)):
        decision = decide(SCHEME, indicator)
        assert (decision.grade, decision.reason) == (UNREPORTED, ReasonCode.NOT_REPORTED)


def test_before_the_first_graded_month_nothing_is_warned():
    decision = decide(replace(SCHEME, applies_from=3), total(0, 2))
    assert (decision.grade, decision.reason) == (NORMAL, ReasonCode.NOT_GRADED_YET)


def test_a_condition_may_begin_later_in_the_year():
    later = LadderRule(SERIOUS, (Conditions(gap_over=D(5), from_month=4),))
    scheme = replace(SCHEME, ladder=(later, *SCHEME.ladder[1:]))
    assert decide(scheme, total(5, 2)).grade == CAUTION
    assert decide(scheme, total(20, 4)).grade == SERIOUS


@pytest.mark.parametrize("lost", ["0.1", "5"])
def test_points_lost_are_serious_even_when_on_pace(lost):
    decision = decide(SCHEME, total(90, 6, points_lost=D(lost)))
    assert (decision.grade, decision.reason) == (SERIOUS, ReasonCode.POINTS_LOST)
    assert decision.base_grade == NORMAL


def test_points_lost_count_without_a_report_too():
    assert decide(SCHEME, total(None, 6, points_lost=D(1))).grade == SERIOUS


def test_an_event_has_lost_points():
    event = Yardstick(Kind.EVENT, Direction.LOWER, target=D(0))
    happened = decide(SCHEME, IndicatorForWarning(measure(event, D(1), 4)))
    quiet = decide(SCHEME, IndicatorForWarning(measure(event, D(0), 4)))
    assert (happened.grade, happened.reason) == (SERIOUS, ReasonCode.POINTS_LOST)
    assert (quiet.grade, quiet.reason) == (NORMAL, ReasonCode.NO_EVENT)


def test_forecast_loss_of_a_fifth_is_at_least_a_caution():
    def grade(loss, reports=2):
        decision = decide(SCHEME, total(52, 6, forecast_loss=Fraction(loss), reports=reports))
        return decision.grade, decision.reason

    assert grade(2) == (CAUTION, ReasonCode.FORECAST_LOSS)
    assert grade("1.99") == (NORMAL, ReasonCode.ON_PACE)
    assert grade(9, reports=1) == (NORMAL, ReasonCode.ON_PACE)


def test_the_ladder_explains_before_the_forecast():
    decision = decide(SCHEME, total(40, 6, forecast_loss=Fraction(9), reports=3))
    assert (decision.grade, decision.reason) == (CAUTION, ReasonCode.LADDER)


@pytest.mark.parametrize(
    ("progress", "previous", "grade"),
    [
        (45, (NOTICE,), CAUTION),
        (45, (CAUTION, CAUTION), CAUTION),  # one grade up from this month's, not from the raised one
        (40, (NOTICE,), SERIOUS),
        (25, (SERIOUS,), SERIOUS),
        (45, (), NOTICE),
        (45, (NORMAL, NOTICE), NOTICE),
        (45, (UNREPORTED, NOTICE), NOTICE),
        (55, (SERIOUS,), NORMAL),  # one good snapshot is enough to fall
    ],
)
def test_two_months_running(progress, previous, grade):
    decision = decide(SCHEME, total(progress, 6, previous_base=previous))
    assert decision.grade == grade
    if grade not in (NORMAL, decision.base_grade):
        assert decision.reason is ReasonCode.REPEATED


def test_a_missed_node_warns_and_after_three_months_is_serious():
    road = Yardstick(Kind.MILESTONE, nodes=(Node(3, D(1), True), Node(6, D("0.1"), False), Node(12, D(9), False)))

    def grade(month):
        late = months_node_missed(road, month)
        return decide(SCHEME, IndicatorForWarning(measure(road, None, month), months_node_missed=late))

    assert grade(5).grade == NORMAL
    assert (grade(6).grade, grade(6).reason) == (CAUTION, ReasonCode.NODE_MISSED)
    assert grade(8).grade == CAUTION
    assert (grade(9).grade, grade(9).rule_id) == (SERIOUS, "overrides.node_missed[1]")


@pytest.mark.parametrize("grade", [NORMAL, NOTICE, SERIOUS])
def test_the_offices_word_stands(grade):
    decision = decide(SCHEME, total(25, 6, points_lost=D(3), office_override=grade))
    assert (decision.grade, decision.reason, decision.base_grade) == (grade, ReasonCode.OFFICE_OVERRIDE, SERIOUS)


def test_judged_by_hand_stays_normal_until_the_office_says_so():
    by_hand = IndicatorForWarning(measure(Yardstick(Kind.MANUAL), None, 6))
    assert decide(SCHEME, by_hand).reason is ReasonCode.JUDGED_BY_HAND
    assert decide(SCHEME, replace(by_hand, office_override=CAUTION)).grade == CAUTION


VALUES = st.decimals(min_value=0, max_value=130, places=2)
MONTHS = st.integers(1, 12)
BASES = st.lists(st.sampled_from([NORMAL, NOTICE, CAUTION, SERIOUS, UNREPORTED]), max_size=4).map(tuple)
KINDS = st.sampled_from([Kind.CUMULATIVE, Kind.GROWTH, Kind.LEVEL])


@given(VALUES, VALUES, MONTHS, BASES, KINDS)
def test_a_worse_value_never_gives_a_better_grade(one, other, month, previous, kind):
    worse, better = sorted((one, other))
    severity = [
        SCHEME.severity(
            decide(
                SCHEME,
                IndicatorForWarning(measure(Yardstick(kind, target=D(100)), value, month), previous_base=previous),
            ).grade
        )
        for value in (worse, better)
    ]
    assert severity[0] >= severity[1]


@given(VALUES, VALUES, MONTHS, BASES, st.sampled_from([Kind.CONTROL_CUMULATIVE, Kind.CONTROL_LEVEL]))
def test_more_of_what_is_limited_never_gives_a_better_grade(one, other, month, previous, kind):
    better, worse = sorted((one, other))
    limit = Yardstick(kind, Direction.LOWER, target=D(60))

    def severity(value):
        indicator = IndicatorForWarning(measure(limit, value, month), previous_base=previous)
        return SCHEME.severity(decide(SCHEME, indicator).grade)

    assert severity(worse) >= severity(better)


@given(VALUES, MONTHS, BASES)
def test_no_override_makes_a_grade_better(value, month, previous):
    plain = decide(SCHEME, total(value, month))
    burdened = decide(
        SCHEME, total(value, month, previous_base=previous, forecast_loss=Fraction(3), reports=2, months_node_missed=1)
    )
    assert plain.base_grade == burdened.base_grade
    assert SCHEME.severity(burdened.grade) >= SCHEME.severity(plain.grade)


@given(st.lists(VALUES, min_size=12, max_size=12), MONTHS, st.lists(VALUES, min_size=12, max_size=12))
def test_later_months_change_nothing(year, month, other_year):
    """A month recomputed from a year that went on differently gives the same row."""

    def decisions(values):
        bases: tuple[str, ...] = ()
        rows = []
        for number, value in enumerate(values, start=1):
            rows.append(decide(SCHEME, total(value, number, previous_base=bases)))
            bases = (rows[-1].base_grade, *bases)
        return rows

    assert decisions(year)[:month] == decisions(year[:month] + other_year[month:])[:month]
