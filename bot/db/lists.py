"""The lists of a year as they are stored. Functions take the session and never commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import (
    Appraisal,
    BonusItem,
    Category,
    Cycle,
    Indicator,
    IndicatorUnit,
    Node,
    PlanPoint,
    Point,
    Post,
    Report,
    SchemeVersion,
    Target,
    Tenure,
    Unit,
)
from bot.domain.kinds import Side


async def cycle_of(session: AsyncSession, year: int) -> Cycle | None:
    """The appraisal year."""
    return (await session.scalars(select(Cycle).where(Cycle.year == year))).one_or_none()


async def newest_cycle(session: AsyncSession, upto: int) -> Cycle | None:
    """The newest appraisal year up to one, else the newest of all."""
    past = select(Cycle).where(Cycle.year <= upto).order_by(Cycle.year.desc()).limit(1)
    found = (await session.scalars(past)).one_or_none()
    return found or (await session.scalars(select(Cycle).order_by(Cycle.year).limit(1))).one_or_none()


async def schemes_of(session: AsyncSession, cycle_id: int) -> list[SchemeVersion]:
    """The schemes loaded for the year, oldest first."""
    query = select(SchemeVersion).where(SchemeVersion.cycle_id == cycle_id).order_by(SchemeVersion.id)
    return list(await session.scalars(query))


@dataclass(frozen=True)
class StoredIndicator:
    """An indicator with what belongs to it; units and leader as names, the target as it stands last."""

    row: Indicator
    appraisal: str | None
    category: str | None
    leader: str | None
    target: Target | None
    units: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    nodes: list[Node] = field(default_factory=list)
    curve: list[PlanPoint] = field(default_factory=list)


async def indicators_of(session: AsyncSession, cycle_id: int) -> list[StoredIndicator]:
    """All indicators of the year, closed ones too, in the order of the lists; seven queries whatever their number."""
    query = (
        select(Indicator, Appraisal.name, Category.name, Post.name)
        .outerjoin(Appraisal, Appraisal.id == Indicator.appraisal_id)
        .outerjoin(Category, Category.id == Indicator.category_id)
        .outerjoin(Post, Post.id == Indicator.responsible_post_id)
        .where(Indicator.cycle_id == cycle_id)
        .order_by(Indicator.position, Indicator.id)
    )
    rows = (await session.execute(query)).all()
    targets = await last_targets(session, cycle_id)
    found = {
        row.id: StoredIndicator(row, appraisal, category, leader, targets.get(row.id))
        for row, appraisal, category, leader in rows
    }
    mine = select(Indicator.id).where(Indicator.cycle_id == cycle_id)
    units = (
        select(IndicatorUnit.indicator_id, IndicatorUnit.side, Unit.name)
        .join(Unit, Unit.id == IndicatorUnit.unit_id)
        .where(IndicatorUnit.indicator_id.in_(mine))
        .order_by(IndicatorUnit.position)
    )
    for indicator_id, side, name in await session.execute(units):
        found[indicator_id].units[Side(side)].append(name)
    for node in await session.scalars(select(Node).where(Node.indicator_id.in_(mine)).order_by(Node.position)):
        found[node.indicator_id].nodes.append(node)
    curve = select(PlanPoint).where(PlanPoint.indicator_id.in_(mine)).order_by(PlanPoint.month)
    for point in await session.scalars(curve):
        found[point.indicator_id].curve.append(point)
    return list(found.values())


async def last_targets(session: AsyncSession, cycle_id: int) -> dict[int, Target]:
    """The newest target of each indicator of the year."""
    newest = (
        select(Target.indicator_id, func.max(Target.effective_from).label("day"))
        .join(Indicator, Indicator.id == Target.indicator_id)
        .where(Indicator.cycle_id == cycle_id)
        .group_by(Target.indicator_id)
        .subquery()
    )
    query = select(Target).join(
        newest, (newest.c.indicator_id == Target.indicator_id) & (newest.c.day == Target.effective_from)
    )
    return {target.indicator_id: target for target in await session.scalars(query)}


async def target_from(session: AsyncSession, indicator_id: int, day: date) -> Target | None:
    """The target version that begins on exactly this day."""
    query = select(Target).where(Target.indicator_id == indicator_id, Target.effective_from == day)
    return (await session.scalars(query)).one_or_none()


async def points_of(session: AsyncSession, cycle_id: int) -> list[tuple[Point, str]]:
    """The open points of the year with the names of their indicators."""
    query = (
        select(Point, Indicator.name)
        .join(Indicator, Indicator.id == Point.indicator_id)
        .where(Indicator.cycle_id == cycle_id, Point.closed_at.is_(None), Indicator.closed_at.is_(None))
        .order_by(Indicator.position, Point.id)
    )
    return [(point, name) for point, name in await session.execute(query)]


async def bonuses_of(session: AsyncSession, cycle_id: int) -> list[BonusItem]:
    """All bonus items of the year, closed ones too."""
    query = select(BonusItem).where(BonusItem.cycle_id == cycle_id).order_by(BonusItem.position, BonusItem.id)
    return list(await session.scalars(query))


async def current_reports(session: AsyncSession, cycle_id: int) -> list[tuple[Report, str]]:
    """The reports that stand, with the names of their indicators."""
    query = (
        select(Report, Indicator.name)
        .join(Indicator, Indicator.id == Report.indicator_id)
        .where(Indicator.cycle_id == cycle_id, Indicator.closed_at.is_(None), Report.superseded_at.is_(None))
        .order_by(Report.period, Indicator.position, Indicator.id)
    )
    return [(report, name) for report, name in await session.execute(query)]


async def by_name(session: AsyncSession, table: type[Any], names: Iterable[str]) -> dict[str, Any]:
    """Rows of units or posts by their names."""
    wanted = list(names)
    return {row.name: row for row in await session.scalars(select(table).where(table.name.in_(wanted)))}


async def highest_position(session: AsyncSession, table: type[Any], cycle_id: int) -> int:
    """The last position in use in a year; 0 when there is none."""
    return await session.scalar(select(func.max(table.position)).where(table.cycle_id == cycle_id)) or 0


async def appraisal_tree(session: AsyncSession, cycle_id: int) -> tuple[Sequence[Appraisal], Sequence[Category]]:
    """The appraisals and categories of the year."""
    appraisals = (await session.scalars(select(Appraisal).where(Appraisal.cycle_id == cycle_id))).all()
    ids = [item.id for item in appraisals]
    return appraisals, (await session.scalars(select(Category).where(Category.appraisal_id.in_(ids)))).all()


async def vacant_posts(session: AsyncSession, names: Iterable[str]) -> list[str]:
    """Those of the named posts that nobody holds."""
    held = select(Tenure.post_id).where(Tenure.until.is_(None))
    query = select(Post.name).where(Post.name.in_(list(names)), Post.id.not_in(held)).order_by(Post.name)
    return list(await session.scalars(query))
