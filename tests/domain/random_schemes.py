"""Schemes that an office might write: any number of grades, thresholds and rules, always sound."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from bot.domain.kinds import NORMAL, UNREPORTED
from bot.domain.scheme import (
    Conditions,
    Duty,
    ForecastLossRule,
    Grade,
    LadderRule,
    NodeMissedRule,
    Overrides,
    Relation,
    RepetitionRule,
    Scheme,
    UnansweredRule,
)

TENTHS = Decimal("0.1")
RELATIONS = [relation for relation in Relation if relation is not Relation.NAMED]


@st.composite
def sound_schemes(draw: st.DrawFn) -> Scheme:
    """One to five warning grades; the worse one never has the milder threshold."""
    count = draw(st.integers(1, 5))
    codes = [f"g{number}" for number in range(1, count + 1)]
    gaps = sorted(draw(st.lists(st.integers(0, 700), min_size=count, max_size=count, unique=True)))
    ladder = [LadderRule(code, (_conditions(draw, gap * TENTHS),)) for code, gap in zip(codes, gaps, strict=True)]
    grades = [Grade(NORMAL, NORMAL, "green", 0)]
    grades += [Grade(code, code, "red", severity) for severity, code in enumerate(codes, start=1)]
    return Scheme(
        name="random",
        version="1",
        effective_from=date(2026, 1, 1),
        grades=(*grades, Grade(UNREPORTED, UNREPORTED, "grey", -1)),
        ladder=tuple(reversed(ladder)),
        duties=tuple(_duty(draw, code, is_worst=code == codes[-1]) for code in codes),
        overrides=_overrides(draw, codes),
        applies_from=draw(st.sampled_from([1, 1, 3])),
    )


def _conditions(draw: st.DrawFn, gap: Decimal) -> Conditions:
    """Behind by at least the gap; what else is asked for, a worse value meets all the more."""
    ratio = draw(st.none() | st.integers(5, 10))
    near = draw(st.none() | st.integers(0, 90))
    return Conditions(
        q_below=None if ratio is None else ratio * TENTHS,
        gap_at_least=gap or None,
        gap_over=None if gap else Decimal(0),
        days_left_at_most=near,
        from_month=draw(st.sampled_from([1, 1, 1, 4])),
    )


def _duty(draw: st.DrawFn, code: str, *, is_worst: bool) -> Duty:
    told = draw(st.lists(st.sampled_from(RELATIONS), min_size=1, max_size=4, unique=True))
    return Duty(grade=code, recipients=tuple(told), at_once=is_worst, reply_within=draw(st.integers(1, 9)))


def _overrides(draw: st.DrawFn, codes: list[str]) -> Overrides:
    grade = st.sampled_from(codes)
    steps = st.integers(0, 2)
    repetition = st.builds(
        RepetitionRule, grade, months=st.integers(2, 4), steps=steps, at_least=st.none() | grade, within=st.none()
    )
    anywhere = st.builds(RepetitionRule, grade, months=st.just(3), steps=steps, at_least=grade, within=st.just(6))
    loss = st.builds(ForecastLossRule, st.sampled_from([TENTHS, 3 * TENTHS]), grade)
    return Overrides(
        points_lost=draw(st.none() | grade),
        forecast_loss=draw(st.none() | loss),
        repetition=tuple(draw(st.lists(repetition | anywhere, max_size=2))),
        node_missed=tuple(draw(st.lists(st.builds(NodeMissedRule, st.integers(0, 3), grade), max_size=2))),
        unanswered=tuple(draw(st.lists(st.builds(UnansweredRule, grade, steps, st.none() | grade), max_size=1))),
    )
