"""Stored verdicts of the months. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.db.tables import Report, Snapshot


@dataclass(frozen=True)
class StoredSnapshot:
    """A month's verdict as stored. `pace`, `progress`, `gap`: percentage points, rounded for showing.

    `inputs` holds exact text of everything the rule looked at, so that the sentence of the rule can be written again.
    """

    indicator_id: int
    period: str
    grade: str
    severity: int
    base_grade: str
    standing: str
    actual: Decimal | None
    target: Decimal | None
    pace: Decimal | None
    progress: Decimal | None
    gap: Decimal | None
    expected_loss: Decimal | None
    reason: str
    rule_id: str
    scheme_version_id: int
    report_id: int | None
    inputs: dict[str, object]


# In the order of StoredSnapshot's fields.
COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Snapshot.indicator_id,
    Snapshot.period,
    Snapshot.grade,
    Snapshot.severity,
    Snapshot.base_grade,
    Snapshot.standing,
    Snapshot.actual,
    Snapshot.target,
    Snapshot.pace,
    Snapshot.progress,
    Snapshot.gap,
    Snapshot.expected_loss,
    Snapshot.reason,
    Snapshot.rule_id,
    Snapshot.scheme_version_id,
    Snapshot.report_id,
    Snapshot.inputs,
)


async def stored(
    session: AsyncSession, indicator_ids: Iterable[int], first: str, last: str
) -> dict[tuple[int, str], StoredSnapshot]:
    """The snapshots from month `first` to `last`, by (indicator, month)."""
    query = select(*COLUMNS).where(
        Snapshot.indicator_id.in_(list(indicator_ids)), Snapshot.period >= first, Snapshot.period <= last
    )
    return {(row[0], row[1]): StoredSnapshot(*row) for row in await session.execute(query)}


async def latest(
    session: AsyncSession, indicator_ids: Iterable[int] | None = None, upto: str | None = None
) -> dict[int, StoredSnapshot]:
    """The newest snapshot of each indicator, of all months or up to one."""
    newest = select(Snapshot.indicator_id, func.max(Snapshot.period).label("period")).group_by(Snapshot.indicator_id)
    if indicator_ids is not None:
        newest = newest.where(Snapshot.indicator_id.in_(list(indicator_ids)))
    if upto is not None:
        newest = newest.where(Snapshot.period <= upto)
    top = newest.subquery()
    query = select(*COLUMNS).join(
        top, (Snapshot.indicator_id == top.c.indicator_id) & (Snapshot.period == top.c.period)
    )
    return {row[0]: StoredSnapshot(*row) for row in await session.execute(query)}


async def oldest_unjudged(session: AsyncSession, first: str, last: str) -> str | None:
    """The first month in which something was reported that has no snapshot yet; None when every report has one."""
    query = (
        select(func.min(Report.period))
        .outerjoin(Snapshot, (Snapshot.indicator_id == Report.indicator_id) & (Snapshot.period == Report.period))
        .where(Report.superseded_at.is_(None), Report.period >= first, Report.period <= last, Snapshot.id.is_(None))
    )
    return await session.scalar(query)
