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

from bot.db.among import among
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
    due: date | None = None

    def target_on(self, day: date) -> TargetFact | None:
        """The target in force on that day; before the first one, the first."""
        found = None
        for target in self.targets:
            if found is not None and target.effective_from > day:
                break
            found = target
        return found

    def yardstick(self, day: date, nodes_done: Iterable[int] = ()) -> rules.Yardstick:
        """The yardstick on that day, with these nodes done (by position)."""
        target = self.target_on(day)
        return rules.Yardstick(
            kind=self.kind,
            direction=self.direction,
            target=target.value if target else None,
            nodes=self._nodes(set(nodes_done)) if self.nodes else (),
            curve=self.curve,
            start_month=self.start_month,
            end_month=self.end_month,
        )

    def _nodes(self, done: set[int]) -> tuple[rules.Node, ...]:
        return tuple(rules.Node(node.month, node.weight, node.position in done) for node in self.nodes)


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


# Columns of the table, not of the class: rows of a class are made into more than is needed here.
_ROW = Indicator.__table__.c
_INDICATOR = (
    _ROW.id,
    _ROW.name,
    _ROW.kind,
    _ROW.direction,
    _ROW.unit_of_measure,
    _ROW.weight,
    _ROW.start_month,
    _ROW.due,
)


async def facts_of(session: AsyncSession, indicator_ids: Sequence[int]) -> dict[int, IndicatorFacts]:
    """The facts of these indicators by id, in the order of the lists."""
    if not indicator_ids:
        return {}
    query = select(*_INDICATOR).where(among(Indicator.id, indicator_ids)).order_by(Indicator.position, Indicator.id)
    wanted = set(indicator_ids)
    rows = [row for row in await session.execute(query) if row[0] in wanted]
    targets = await _targets(session, indicator_ids)
    nodes, curves = await _nodes(session, indicator_ids), await _curves(session, indicator_ids)
    return {
        key: IndicatorFacts(
            id=key,
            name=name,
            kind=_KINDS[kind],
            direction=_DIRECTIONS[direction],
            unit_of_measure=unit,
            weight=weight,
            start_month=start_month,
            end_month=max(due.month, start_month) if due else 12,
            targets=tuple(targets.get(key, ())),
            nodes=tuple(nodes.get(key, ())),
            curve=tuple(curves.get(key, ())),
            due=due,
        )
        for key, name, kind, direction, unit, weight, start_month, due in rows
    }


_KINDS = {kind.value: kind for kind in Kind}
_DIRECTIONS = {direction.value: direction for direction in Direction}


async def _targets(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[TargetFact]]:
    found: dict[int, list[TargetFact]] = defaultdict(list)
    query = select(Target.indicator_id, Target.effective_from, Target.value, Target.text)
    query = query.where(among(Target.indicator_id, ids)).order_by(Target.effective_from)
    for key, effective_from, value, text in await session.execute(query):
        found[key].append(TargetFact(effective_from, value, text))
    return found


async def _nodes(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[NodeFact]]:
    found: dict[int, list[NodeFact]] = defaultdict(list)
    query = select(Node.indicator_id, Node.position, Node.month, Node.name, Node.weight)
    query = query.where(among(Node.indicator_id, ids)).order_by(Node.position)
    for key, position, month, name, weight in await session.execute(query):
        found[key].append(NodeFact(position, month, name, weight))
    return found


async def _curves(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[tuple[int, Decimal]]]:
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    query = select(PlanPoint.indicator_id, PlanPoint.month, PlanPoint.share)
    for key, month, share in await session.execute(
        query.where(among(PlanPoint.indicator_id, ids)).order_by(PlanPoint.month)
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


async def reported_in(session: AsyncSession, period: str) -> set[int]:
    """The indicators that have a report for the month which was not given back."""
    query = select(Report.indicator_id).where(
        Report.period == period, Report.superseded_at.is_(None), Report.returned_at.is_(None)
    )
    return set((await session.scalars(query)).all())
