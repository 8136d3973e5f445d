"""The grade of an indicator at the end of a month, with the rule and the numbers that gave it.

A decision depends only on what is in its input, and its input only on months up to its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bot.domain.kinds import NORMAL, UNREPORTED, Kind, Standing
from bot.domain.measure import Measure
from bot.domain.numbers import exact, less
from bot.domain.scheme import Conditions, RepetitionRule, Scheme


class ReasonCode(StrEnum):
    """Why a grade is what it is; every "no" has one too."""

    NOT_REPORTED = "not_reported"
    NOT_GRADED_YET = "not_graded_yet"  # a month before the scheme's first
    JUDGED_BY_HAND = "judged_by_hand"  # no rate to grade: the office sets the light
    NO_EVENT = "no_event"
    ON_PACE = "on_pace"
    LADDER = "ladder"
    REPEATED = "repeated"
    NODE_MISSED = "node_missed"
    FORECAST_LOSS = "forecast_loss"
    POINTS_LOST = "points_lost"
    REPLY_MISSED = "reply_missed"  # an earlier month's order was not answered in time
    OFFICE_OVERRIDE = "office_override"
    UNCONFIRMED = "unconfirmed"  # a milder correction of the month that the office has not confirmed


@dataclass(frozen=True, slots=True)
class IndicatorForWarning:
    """What a decision may look at.

    `previous_base`: the ladder grades of the months before, newest first, without gaps. `months_node_missed`: how many
    months the oldest missed node is late. `forecast_loss`: expected loss in points, None where there is no forecast.
    `days_left`: from the month's end to the deadline of what is not done, negative past it. `unanswered`: how many
    replies that orders of earlier months asked for were late or missing in this month.
    """

    measure: Measure
    weight: Decimal | None = None
    reported: bool = True
    previous_base: tuple[str, ...] = ()
    months_node_missed: int | None = None
    points_lost: Decimal = Decimal(0)
    forecast_loss: Fraction | None = None
    reports: int = 0
    days_left: int | None = None
    unanswered: int = 0
    office_override: str | None = None

    @property
    def month(self) -> int:
        """The month that is graded, 1..12."""
        return self.measure.month


@dataclass(frozen=True, slots=True)
class Decision:
    """A grade and why. `base_grade`: what the ladder alone says; the next month's repetition rule reads it.

    `conditions` are the thresholds that were met, `facts` what else the reason's sentence needs, as exact text.
    """

    grade: str
    base_grade: str
    reason: ReasonCode
    rule_id: str
    scheme_version: str
    measure: Measure
    conditions: Conditions | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Finding:
    grade: str
    reason: ReasonCode
    rule_id: str
    conditions: Conditions | None = None
    facts: tuple[tuple[str, str], ...] = field(default=())


def decide(scheme: Scheme, indicator: IndicatorForWarning) -> Decision:
    """Grade the indicator: the office's own word first, then the worst that any rule finds."""
    base = _base(scheme, indicator)
    final = base
    if indicator.office_override is not None:
        final = _Finding(indicator.office_override, ReasonCode.OFFICE_OVERRIDE, "office")
    elif base.reason is not ReasonCode.NOT_GRADED_YET:
        for finding in _overrides(scheme, indicator, base):
            # On a tie the earlier finding stays: points lost explain more than a gap, a gap more than a forecast.
            points = finding.reason is ReasonCode.POINTS_LOST
            worse = scheme.severity(finding.grade) - scheme.severity(final.grade)
            if worse > 0 or (worse == 0 and points):
                final = finding
    return Decision(
        grade=final.grade,
        base_grade=base.grade,
        reason=final.reason,
        rule_id=final.rule_id,
        scheme_version=scheme.version,
        measure=indicator.measure,
        conditions=final.conditions,
        facts=final.facts,
    )


def meets(measure: Measure, conditions: Conditions, days_left: int | None = None) -> bool:
    """Whether every threshold that is given holds. Exact: a ratio of just 0.6 is not below 0.6."""
    gap, ratio = measure.gap, measure.ratio
    if gap is None or measure.month < conditions.from_month:
        return False
    if conditions.q_below is not None and not (ratio is not None and less(ratio, exact(conditions.q_below))):
        return False
    if conditions.gap_at_least is not None and less(gap, exact(conditions.gap_at_least)):
        return False
    if conditions.gap_over is not None and not less(exact(conditions.gap_over), gap):
        return False
    return _near_enough(conditions, days_left)


def _near_enough(conditions: Conditions, days_left: int | None) -> bool:
    most, past = conditions.days_left_at_most, conditions.days_past_at_least
    if most is None and past is None:
        return True
    return days_left is not None and (most is None or days_left <= most) and (past is None or -days_left >= past)


def _base(scheme: Scheme, indicator: IndicatorForWarning) -> _Finding:
    """What the ladder alone says of the month."""
    measure = indicator.measure
    if not indicator.reported or measure.standing is Standing.UNREPORTED:
        return _Finding(UNREPORTED, ReasonCode.NOT_REPORTED, "unreported")
    if measure.month < scheme.applies_from:
        return _Finding(NORMAL, ReasonCode.NOT_GRADED_YET, "ladder.applies_from")
    if measure.standing is Standing.MANUAL:
        return _Finding(NORMAL, ReasonCode.JUDGED_BY_HAND, "manual")
    if measure.kind is Kind.EVENT:
        # What an incident costs is the office's to say (points lost), not a distance from a pace.
        happened = measure.standing is Standing.BEHIND
        return _Finding(NORMAL, ReasonCode.JUDGED_BY_HAND if happened else ReasonCode.NO_EVENT, "event")
    for rule in scheme.ladder:
        for number, conditions in enumerate(rule.any_of):
            if meets(measure, conditions, indicator.days_left):
                return _Finding(rule.grade, ReasonCode.LADDER, f"ladder.{rule.grade}[{number}]", conditions)
    return _Finding(NORMAL, ReasonCode.ON_PACE, "ladder.normal")


def _overrides(scheme: Scheme, indicator: IndicatorForWarning, base: _Finding) -> Iterator[_Finding]:
    """What else speaks for a worse grade, the strongest explanation first."""
    yield from _points_lost(scheme, indicator)
    if base.reason is ReasonCode.NOT_REPORTED:
        return
    yield from _node_missed(scheme, indicator)
    if base.reason is ReasonCode.LADDER:
        yield from _repeated(scheme, indicator, base)
        yield from _unanswered(scheme, indicator, base)
    yield from _forecast_loss(scheme, indicator)


def _points_lost(scheme: Scheme, indicator: IndicatorForWarning) -> Iterator[_Finding]:
    grade, measure = scheme.overrides.points_lost, indicator.measure
    happened = measure.kind is Kind.EVENT and measure.standing is Standing.BEHIND
    if grade is not None and (indicator.points_lost > 0 or happened):
        facts = (("points", str(indicator.points_lost)),) if indicator.points_lost > 0 else ()
        yield _Finding(grade, ReasonCode.POINTS_LOST, "overrides.points_lost", facts=facts)


def _node_missed(scheme: Scheme, indicator: IndicatorForWarning) -> Iterator[_Finding]:
    late = indicator.months_node_missed
    if late is None:
        return
    for number, rule in enumerate(scheme.overrides.node_missed):
        if late >= rule.months:
            rule_id = f"overrides.node_missed[{number}]"
            yield _Finding(rule.at_least, ReasonCode.NODE_MISSED, rule_id, facts=(("months", str(late)),))


def _repeated(scheme: Scheme, indicator: IndicatorForWarning, base: _Finding) -> Iterator[_Finding]:
    for number, rule in enumerate(scheme.overrides.repetition):
        if _has_repeated(scheme, rule, (base.grade, *indicator.previous_base)):
            grade = _raised(scheme, base.grade, rule.steps, rule.at_least)
            facts = [("months", str(rule.months)), ("base", base.grade)]
            if rule.within is not None:
                facts.append(("within", str(rule.within)))
            rule_id = f"overrides.repetition[{number}]"
            yield _Finding(grade, ReasonCode.REPEATED, rule_id, base.conditions, tuple(facts))


def _has_repeated(scheme: Scheme, rule: RepetitionRule, grades: tuple[str, ...]) -> bool:
    """Whether this month, and enough of those before it, were so bad. `grades`: newest first."""
    least = scheme.severity(rule.from_grade)
    bad = [scheme.severity(grade) >= least for grade in grades[: rule.within or rule.months]]
    return bad[0] and sum(bad) >= rule.months


def _unanswered(scheme: Scheme, indicator: IndicatorForWarning, base: _Finding) -> Iterator[_Finding]:
    for number, rule in enumerate(scheme.overrides.unanswered):
        bad_enough = scheme.severity(base.grade) >= scheme.severity(rule.from_grade)
        if bad_enough and indicator.unanswered >= rule.times:
            grade = _raised(scheme, base.grade, rule.steps, rule.at_least)
            facts = (("times", str(indicator.unanswered)), ("base", base.grade))
            yield _Finding(grade, ReasonCode.REPLY_MISSED, f"overrides.unanswered[{number}]", base.conditions, facts)


def _raised(scheme: Scheme, grade: str, steps: int, least: str | None) -> str:
    raised = scheme.raised(grade, steps)
    return raised if least is None else scheme.at_least(raised, least)


def _forecast_loss(scheme: Scheme, indicator: IndicatorForWarning) -> Iterator[_Finding]:
    rule, loss, weight = scheme.overrides.forecast_loss, indicator.forecast_loss, indicator.weight
    if rule is None or loss is None or not weight or indicator.reports < rule.min_reports:
        return
    if not less(loss, exact(rule.share_of_weight) * exact(weight)):
        facts = (("loss", str(loss)), ("weight", str(weight)))
        yield _Finding(rule.at_least, ReasonCode.FORECAST_LOSS, "overrides.forecast_loss", facts=facts)
