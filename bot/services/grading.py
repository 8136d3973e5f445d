"""One indicator, one month: gathers what the rules may look at, asks them, and keeps what they looked at. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import orjson

from bot.db.judging import VerdictRow, units_of
from bot.db.snapshots import StoredSnapshot
from bot.db.yardsticks import IndicatorFacts
from bot.domain.forecast import expected_loss, forecast
from bot.domain.kinds import UNREPORTED, Kind, Standing
from bot.domain.ladder import Decision, IndicatorForWarning, ReasonCode, decide
from bot.domain.measure import Measure, Yardstick, days_to_deadline, measure, months_node_missed
from bot.domain.numbers import in_units
from bot.domain.period import Period
from bot.services.year import Year

PLACES = 6
# A value typed with a wrong unit may be a million times the target; what is stored for showing stays storable.
MOST_UNITS = 10 ** (9 + PLACES)
NO_POINTS = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reported:
    """What is known of a month: the value and the milestone nodes done; `report_id` None for a hypothetical one."""

    value: Decimal | None
    nodes_done: tuple[int, ...] = ()
    report_id: int | None = None


@dataclass(frozen=True, slots=True)
class OfficeWord:
    """A grade that the office has set, and why."""

    grade: str
    because: str


@dataclass(slots=True)
class Case:
    """An indicator's month before the rules. `reported` None: not reported though the due date has passed.

    `series`: values reported in this month and before, by month. `previous_base`: the ladder grades of the months
    before, newest first, up to the first month without one. `earlier`: what was reported for this month before, and
    was replaced by a correction that the office has not confirmed.
    """

    facts: IndicatorFacts
    period: Period
    reported: Reported | None
    series: Sequence[tuple[int, Decimal]] = ()
    previous_base: tuple[str, ...] = ()
    earlier: Sequence[Reported] = ()
    points_lost: Decimal = NO_POINTS
    unanswered: int = 0
    office: OfficeWord | None = None


@dataclass(slots=True)
class Judged:
    """What the rules say of a case. `row`: as it is stored."""

    case: Case
    target: Decimal | None
    measure: Measure
    decision: Decision
    row: VerdictRow


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one indicator for one month, for those who asked."""

    indicator_id: int
    name: str
    unit_of_measure: str | None
    period: Period
    actual: Decimal | None
    nodes_done: tuple[int, ...]
    target: Decimal | None
    measure: Measure
    decision: Decision
    severity: int
    stored: StoredSnapshot

    @property
    def grade(self) -> str:
        """The code of the grade."""
        return self.decision.grade


def verdict_of(judged: Judged) -> Verdict:
    """The verdict with everything that is shown of it."""
    case = judged.case
    return Verdict(
        indicator_id=case.facts.id,
        name=case.facts.name,
        unit_of_measure=case.facts.unit_of_measure,
        period=case.period,
        actual=case.reported.value if case.reported else None,
        nodes_done=case.reported.nodes_done if case.reported else (),
        target=judged.target,
        measure=judged.measure,
        decision=judged.decision,
        severity=judged.row.severity,
        stored=judged.row.snapshot(),
    )


def grade_month(year: Year, case: Case) -> Judged:
    """The verdict by the year's scheme, with the target as of the month's end."""
    yardstick, found, loss, days_left = _looked_at(year, case)
    decision = _decision(year, case, (yardstick, found, loss, days_left))
    if case.earlier and case.office is None and decision.grade != UNREPORTED:
        decision = _held(year, case, decision)
    row = _row(year, case, _Outcome(yardstick, found, loss, days_left, decision))
    return Judged(case, yardstick.target, found, decision, row)


_LookedAt = tuple[Yardstick, Measure, Fraction | None, int | None]


def _looked_at(year: Year, case: Case) -> _LookedAt:
    facts, period, reported = case.facts, case.period, case.reported
    yardstick = facts.yardstick(period.last_day, reported.nodes_done if reported else ())
    found = measure(yardstick, reported.value if reported else None, period.month, ahead_below=year.scheme.ahead_below)
    if reported is None:
        # A month that nobody reported has no rate, not even "nothing done".
        return yardstick, Measure(found.kind, found.month, Standing.UNREPORTED, found.pace), None, None
    return yardstick, found, _loss(year, case, yardstick), days_to_deadline(yardstick, found, facts.due, period)


def _decision(year: Year, case: Case, looked_at: _LookedAt) -> Decision:
    yardstick, found, loss, days_left = looked_at
    decision = decide(
        year.scheme,
        IndicatorForWarning(
            measure=found,
            weight=case.facts.weight,
            reported=case.reported is not None,
            previous_base=case.previous_base,
            months_node_missed=months_node_missed(yardstick, case.period.month) if case.reported else None,
            points_lost=case.points_lost,
            forecast_loss=loss,
            reports=len(case.series),
            days_left=days_left,
            unanswered=case.unanswered,
            office_override=case.office.grade if case.office else None,
        ),
    )
    return replace(decision, facts=(("because", case.office.because),)) if case.office else decision


def _held(year: Year, case: Case, decision: Decision) -> Decision:
    """A worse value counts at once; a better one for the same month lowers the grade only when it is confirmed."""
    worst = decision
    for before in case.earlier:
        series = [item for item in case.series if item[0] != case.period.month]
        if before.value is not None:
            series.append((case.period.month, before.value))
        past = replace(case, reported=before, series=series, earlier=())
        found = _decision(year, past, _looked_at(year, past))
        if year.scheme.severity(found.grade) > year.scheme.severity(worst.grade):
            facts = () if before.value is None else (("value", str(before.value)),)
            worst = replace(
                decision, grade=found.grade, reason=ReasonCode.UNCONFIRMED, rule_id="unconfirmed", facts=facts
            )
    return worst


def _loss(year: Year, case: Case, yardstick: Yardstick) -> Fraction | None:
    weight, target = case.facts.weight, yardstick.target
    if weight is None or not target:
        return None
    expected = forecast(yardstick, case.series, case.period.month, year.scheme.forecast)
    return expected_loss(weight, target, expected.lower) if expected is not None else None


@dataclass(slots=True)
class _Outcome:
    yardstick: Yardstick
    found: Measure
    loss: Fraction | None
    days_left: int | None
    decision: Decision


def _shown(points: Fraction | None) -> int | None:
    """Points in millionths, rounded half up, and storable."""
    if points is None:
        return None
    units = in_units(points, PLACES)
    return units if -MOST_UNITS < units < MOST_UNITS else max(-MOST_UNITS, min(units, MOST_UNITS))


def _row(year: Year, case: Case, outcome: _Outcome) -> VerdictRow:
    found, decision, reported = outcome.found, outcome.decision, case.reported
    return VerdictRow(
        indicator_id=case.facts.id,
        period=str(case.period),
        grade=decision.grade,
        severity=year.scheme.severity(decision.grade),
        base_grade=decision.base_grade,
        standing=found.standing.value,
        actual=units_of(reported.value) if reported else None,
        target=units_of(outcome.yardstick.target),
        pace=_share(found.pace),
        progress=None if found.completion is None else _share(found.completion),
        gap=_shown(found.gap),
        expected_loss=_shown(outcome.loss),
        reason=decision.reason.value,
        rule_id=decision.rule_id,
        scheme_version_id=year.scheme_version_id,
        report_id=reported.report_id if reported else None,
        inputs=orjson.dumps(_inputs(case, outcome)).decode(),
    )


def _share(share: Fraction) -> int | None:
    """A share as percentage points in millionths."""
    return _shown(Fraction(100 * share.numerator, share.denominator))


_THRESHOLDS = ("q_below", "gap_at_least", "gap_over", "days_left_at_most", "days_past_at_least")


def _inputs(case: Case, outcome: _Outcome) -> dict[str, object]:
    """Everything that the sentence of the rule needs, as exact text, so that it can be written again later."""
    found, decision = outcome.found, outcome.decision
    conditions = decision.conditions
    nodes_done = case.reported.nodes_done if case.reported else ()
    inputs: dict[str, object] = {
        "kind": found.kind.value,
        "month": found.month,
        "ratio": None if found.ratio is None else str(found.ratio),
        "gap": None if found.gap is None else str(found.gap),
        "thresholds": {name: str(value) for name in _THRESHOLDS if (value := getattr(conditions, name)) is not None}
        if conditions
        else {},
        "facts": dict(decision.facts),
        "scheme": decision.scheme_version,
        "previous_base": case.previous_base,
        "nodes_done": nodes_done,
        "nodes_missed": missed_nodes(case.facts, nodes_done, case.period.month) if found.kind is Kind.MILESTONE else (),
        "reports": len(case.series),
        "weight": None if case.facts.weight is None else str(case.facts.weight),
    }
    if outcome.days_left is not None:
        inputs["days_left"] = outcome.days_left
    if case.points_lost:
        inputs["points_lost"] = str(case.points_lost)
    if case.unanswered:
        inputs["unanswered"] = case.unanswered
    return inputs


def missed_nodes(facts: IndicatorFacts, nodes_done: Sequence[int], month: int) -> list[str]:
    """The names of the nodes that were due by the end of the month and are not done."""
    return [node.name for node in facts.nodes if node.month <= month and node.position not in nodes_done]
