"""What indicators are measured against, and what was reported of them. Takes the session and never commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.db.tables import Indicator, Node, PlanPoint, Report, Target
from bot.domain import measure as rules
from bot.domain.kinds import Direction, Kind


@dataclass(frozen=True)
class NodeFact:
    """A milestone's node. `position` is what a report names it by."""

    position: int
    month: int
    name: str
    weight: Decimal


@dataclass(frozen=True)
class TargetFact:
    """A target and the day from which it is valid."""

    effective_from: date
    value: Decimal | None
    text: str


@dataclass(frozen=True)
class IndicatorFacts:
    """An indicator with all versions of its target, its plan and its nodes."""

    id: int
    name: str
    kind: Kind
    direction: Direction
    unit_of_measure: str | None
    weight: Decimal | None
    start_month: int
    end_month: int
    targets: tuple[TargetFact, ...] = ()
    nodes: tuple[NodeFact, ...] = ()
    curve: tuple[tuple[int, Decimal], ...] = ()

    def target_on(self, day: date) -> TargetFact | None:
        """The target in force on that day; before the first one, the first."""
        valid = [target for target in self.targets if target.effective_from <= day]
        return valid[-1] if valid else (self.targets[0] if self.targets else None)

    def yardstick(self, day: date, nodes_done: Iterable[int] = ()) -> rules.Yardstick:
        """The yardstick on that day, with these nodes done (by position)."""
        done = set(nodes_done)
        target = self.target_on(day)
        return rules.Yardstick(
            kind=self.kind,
            direction=self.direction,
            target=target.value if target else None,
            nodes=tuple(rules.Node(node.month, node.weight, node.position in done) for node in self.nodes),
            curve=self.curve,
            start_month=self.start_month,
            end_month=self.end_month,
        )


@dataclass(frozen=True)
class ReportFact:
    """The current revision of a month's report."""

    id: int
    indicator_id: int
    period: str
    value: Decimal | None
    nodes_done: tuple[int, ...]
    problem: str | None
    coordinate_text: str | None
    reported_at: datetime


async def current_indicator_ids(session: AsyncSession, cycle_id: int) -> list[int]:
    """The indicators of the cycle that are not closed, in the order of the lists."""
    query = select(Indicator.id).where(Indicator.cycle_id == cycle_id, Indicator.closed_at.is_(None))
    return list((await session.scalars(query.order_by(Indicator.position, Indicator.id))).all())


async def facts_of(session: AsyncSession, indicator_ids: Sequence[int]) -> dict[int, IndicatorFacts]:
    """The facts of these indicators by id, in the order of the lists."""
    query = select(Indicator).where(Indicator.id.in_(indicator_ids)).order_by(Indicator.position, Indicator.id)
    found = {row.id: _bare(row) for row in (await session.scalars(query)).all()}
    targets, nodes, curves = await _targets(session, found), await _nodes(session, found), await _curves(session, found)
    return {
        key: replace(fact, targets=tuple(targets[key]), nodes=tuple(nodes[key]), curve=tuple(curves[key]))
        for key, fact in found.items()
    }


def _bare(row: Indicator) -> IndicatorFacts:
    return IndicatorFacts(
        id=row.id,
        name=row.name,
        kind=Kind(row.kind),
        direction=Direction(row.direction),
        unit_of_measure=row.unit_of_measure,
        weight=row.weight,
        start_month=row.start_month,
        end_month=max(row.due.month, row.start_month) if row.due else 12,
    )


async def _targets(session: AsyncSession, ids: Iterable[int]) -> dict[int, list[TargetFact]]:
    found: dict[int, list[TargetFact]] = defaultdict(list)
    query = select(Target.indicator_id, Target.effective_from, Target.value, Target.text)
    query = query.where(Target.indicator_id.in_(ids)).order_by(Target.effective_from)
    for key, effective_from, value, text in await session.execute(query):
        found[key].append(TargetFact(effective_from, value, text))
    return found


async def _nodes(session: AsyncSession, ids: Iterable[int]) -> dict[int, list[NodeFact]]:
    found: dict[int, list[NodeFact]] = defaultdict(list)
    query = select(Node.indicator_id, Node.position, Node.month, Node.name, Node.weight)
    query = query.where(Node.indicator_id.in_(ids)).order_by(Node.position)
    for key, position, month, name, weight in await session.execute(query):
        found[key].append(NodeFact(position, month, name, weight))
    return found


async def _curves(session: AsyncSession, ids: Iterable[int]) -> dict[int, list[tuple[int, Decimal]]]:
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    query = select(PlanPoint.indicator_id, PlanPoint.month, PlanPoint.share)
    for key, month, share in await session.execute(
        query.where(PlanPoint.indicator_id.in_(ids)).order_by(PlanPoint.month)
    ):
        found[key].append((month, share))
    return found


_REPORT: tuple[InstrumentedAttribute[Any], ...] = (
    Report.id,
    Report.indicator_id,
    Report.period,
    Report.value,
    Report.nodes_done,
    Report.problem,
    Report.coordinate_text,
    Report.reported_at,
)


def _report(row: Row[Any]) -> ReportFact:
    fact = ReportFact(*tuple(row))
    return replace(fact, nodes_done=tuple(fact.nodes_done))


async def reports_of(
    session: AsyncSession, indicator_ids: Iterable[int], first: str, last: str
) -> dict[tuple[int, str], ReportFact]:
    """The current reports from month `first` to `last` ("2026-03"), by (indicator, month)."""
    query = select(*_REPORT).where(
        Report.indicator_id.in_(list(indicator_ids)),
        Report.period >= first,
        Report.period <= last,
        Report.superseded_at.is_(None),
    )
    return {(row[1], row[2]): _report(row) for row in await session.execute(query)}


async def values_of(
    session: AsyncSession, indicator_ids: Iterable[int], first: str, last: str
) -> dict[int, dict[int, Decimal]]:
    """The values reported from month `first` to `last` of one year: by indicator, then by month (1..12)."""
    query = select(Report.indicator_id, Report.period, Report.value).where(
        Report.indicator_id.in_(list(indicator_ids)),
        Report.period >= first,
        Report.period <= last,
        Report.superseded_at.is_(None),
        Report.value.is_not(None),
    )
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for key, period, value in await session.execute(query):
        if value is not None:
            found[key][int(period[5:])] = value
    return found


async def reported_in(session: AsyncSession, period: str) -> set[int]:
    """The indicators that have a report for the month."""
    query = select(Report.indicator_id).where(Report.period == period, Report.superseded_at.is_(None))
    return set((await session.scalars(query)).all())
