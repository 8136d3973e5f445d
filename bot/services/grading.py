"""One indicator, one month: gathers what the rules may look at, asks them, and keeps what they looked at. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from bot.db.snapshots import StoredSnapshot
from bot.db.yardsticks import IndicatorFacts
from bot.domain.forecast import expected_loss, forecast
from bot.domain.kinds import Kind, Standing
from bot.domain.ladder import Decision, IndicatorForWarning, decide
from bot.domain.measure import Measure, Yardstick, measure, months_node_missed
from bot.domain.numbers import rounded
from bot.domain.period import Period
from bot.services.year import Year

PLACES = 6
# A value typed with a wrong unit may be a million times the target; what is stored for showing stays storable.
MOST_POINTS = Fraction(10**9)


@dataclass(frozen=True)
class Reported:
    """What is known of a month: the value and the milestone nodes done; `report_id` None for a hypothetical one."""

    value: Decimal | None
    nodes_done: tuple[int, ...] = ()
    report_id: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one indicator for one month. `previous`: the month before, as stored; None without one."""

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
    previous: StoredSnapshot | None
    stored: StoredSnapshot

    @property
    def grade(self) -> str:
        """The code of the grade."""
        return self.decision.grade


@dataclass(frozen=True)
class Case:
    """An indicator's month before the rules. `reported` None: not reported though the due date has passed.

    `series`: values reported in this month and before, by month. `previous`: the month before, as stored.
    `previous_base`: the ladder grades of the months before, newest first, up to the first month without one.
    """

    facts: IndicatorFacts
    period: Period
    reported: Reported | None
    series: Mapping[int, Decimal]
    previous: StoredSnapshot | None
    previous_base: tuple[str, ...]


def grade_month(year: Year, case: Case) -> Verdict:
    """The verdict by the year's scheme, with the target as of the month's end."""
    facts, period, reported = case.facts, case.period, case.reported
    yardstick = facts.yardstick(period.last_day, reported.nodes_done if reported else ())
    found = _measured(year, yardstick, period, reported)
    loss = _loss(year, facts, yardstick, case)
    decision = decide(
        year.scheme,
        IndicatorForWarning(
            measure=found,
            weight=facts.weight,
            reported=reported is not None,
            previous_base=case.previous_base,
            months_node_missed=months_node_missed(yardstick, period.month) if reported else None,
            forecast_loss=loss,
            reports=len(case.series),
        ),
    )
    verdict = Verdict(
        indicator_id=facts.id,
        name=facts.name,
        unit_of_measure=facts.unit_of_measure,
        period=period,
        actual=reported.value if reported else None,
        nodes_done=reported.nodes_done if reported else (),
        target=yardstick.target,
        measure=found,
        decision=decision,
        severity=year.scheme.severity(decision.grade),
        previous=case.previous,
        stored=_PENDING,
    )
    return replace(verdict, stored=_stored(year, case, verdict, loss))


def _measured(year: Year, yardstick: Yardstick, period: Period, reported: Reported | None) -> Measure:
    value = reported.value if reported else None
    found = measure(yardstick, value, period.month, ahead_below=year.scheme.ahead_below)
    if reported is None:
        # A month that nobody reported has no rate, not even "nothing done".
        return Measure(found.kind, found.month, Standing.UNREPORTED, found.pace)
    return found


def _loss(year: Year, facts: IndicatorFacts, yardstick: Yardstick, case: Case) -> Fraction | None:
    if case.reported is None or facts.weight is None or not yardstick.target:
        return None
    series = tuple(sorted(case.series.items()))
    expected = forecast(yardstick, series, case.period.month, year.scheme.forecast)
    if expected is None:
        return None
    return expected_loss(facts.weight, yardstick.target, expected.lower)


def _shown(points: Fraction | None) -> Decimal | None:
    if points is None:
        return None
    return rounded(min(max(points, -MOST_POINTS), MOST_POINTS), PLACES)


def _stored(year: Year, case: Case, verdict: Verdict, loss: Fraction | None) -> StoredSnapshot:
    found, decision = verdict.measure, verdict.decision
    return StoredSnapshot(
        indicator_id=verdict.indicator_id,
        period=str(verdict.period),
        grade=decision.grade,
        severity=verdict.severity,
        base_grade=decision.base_grade,
        standing=found.standing.value,
        actual=verdict.actual,
        target=verdict.target,
        pace=_shown(found.pace * 100),
        progress=_shown(found.progress),
        gap=_shown(found.gap),
        expected_loss=_shown(loss),
        reason=decision.reason.value,
        rule_id=decision.rule_id,
        scheme_version_id=year.scheme_version_id,
        report_id=case.reported.report_id if case.reported else None,
        inputs=_inputs(case, verdict),
    )


def _inputs(case: Case, verdict: Verdict) -> dict[str, object]:
    """Everything that the sentence of the rule needs, as exact text, so that it can be written again later."""
    found, decision = verdict.measure, verdict.decision
    conditions = decision.conditions
    thresholds = (
        {
            name: str(value)
            for name in ("q_below", "gap_at_least", "gap_over")
            if (value := getattr(conditions, name)) is not None
        }
        if conditions
        else {}
    )
    return {
        "kind": found.kind.value,
        "month": found.month,
        "ratio": None if found.ratio is None else str(found.ratio),
        "gap": None if found.gap is None else str(found.gap),
        "thresholds": thresholds,
        "facts": dict(decision.facts),
        "scheme": decision.scheme_version,
        "previous_base": list(case.previous_base),
        "nodes_done": list(verdict.nodes_done),
        "nodes_missed": missed_nodes(case.facts, verdict.nodes_done, verdict.period.month)
        if found.kind is Kind.MILESTONE
        else [],
        "reports": len(case.series),
        "weight": None if case.facts.weight is None else str(case.facts.weight),
    }


def missed_nodes(facts: IndicatorFacts, nodes_done: Sequence[int], month: int) -> list[str]:
    """The names of the nodes that were due by the end of the month and are not done."""
    return [node.name for node in facts.nodes if node.month <= month and node.position not in nodes_done]


_PENDING = StoredSnapshot(0, "", "", 0, "", "", None, None, None, None, None, None, "", "", 0, None, {})
