"""Points of the lead-unit list with what was recorded of them. Functions take the session and never commit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import Indicator, Point, PointMark


@dataclass(frozen=True)
class StoredPoint:
    """A point with its indicator's name and its marks; `words`: what was said with the newest of them."""

    id: int
    kind: str
    text: str
    project: str | None
    person: str | None
    start: date | None
    due: date | None
    indicator_id: int
    indicator: str
    marks: frozenset[str]
    words: str


async def of_cycle(session: AsyncSession, cycle_id: int) -> list[StoredPoint]:
    """All points of the year's indicators, in the order of the lists."""
    query = (
        select(Point, Indicator.name)
        .join(Indicator, Indicator.id == Point.indicator_id)
        .where(Indicator.cycle_id == cycle_id, Point.closed_at.is_(None), Indicator.closed_at.is_(None))
        .order_by(Indicator.position, Point.id)
    )
    marks: dict[int, list[PointMark]] = defaultdict(list)
    for mark in (await session.scalars(select(PointMark).order_by(PointMark.id))).all():
        marks[mark.point_id].append(mark)
    return [
        StoredPoint(
            id=point.id,
            kind=point.kind,
            text=point.text,
            project=point.project,
            person=point.person,
            start=point.start,
            due=point.due,
            indicator_id=point.indicator_id,
            indicator=name,
            marks=frozenset(mark.mark for mark in marks[point.id]),
            words=marks[point.id][-1].words if marks[point.id] else "",
        )
        for point, name in await session.execute(query)
    ]
