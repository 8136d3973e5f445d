"""Reports that wait for a word of review, and that word. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.db.tables import Indicator, PeriodRow, Person, Post, Report
from bot.domain.kinds import Role

# What the office brought itself needs no review.
BY_OFFICE = ("import",)


@dataclass(frozen=True)
class WaitingReport:
    """A current report that nobody of the office has approved or returned. `unsigned`: the head has not signed it.

    A report that the head or the office made needs no signature.
    """

    report: Report
    reporter: str
    post: str
    unsigned: bool


async def waiting(session: AsyncSession, cycle_id: int) -> list[WaitingReport]:
    """Those of the months that are not frozen, the oldest first."""
    frozen = select(PeriodRow.period).where(PeriodRow.cycle_id == cycle_id, PeriodRow.closed_at.is_not(None))
    query = (
        select(Report, Person.name, Post.name, Post.role)
        .join(Indicator, Indicator.id == Report.indicator_id)
        .outerjoin(Person, Person.id == Report.reporter_id)
        .outerjoin(Post, Post.id == Report.reporter_post_id)
        .where(
            Indicator.cycle_id == cycle_id,
            Indicator.closed_at.is_(None),
            Report.superseded_at.is_(None),
            Report.confirmed_at.is_(None),
            Report.returned_at.is_(None),
            Report.source.not_in(BY_OFFICE),
            Report.period.not_in(frozen),
        )
        .order_by(Report.reported_at, Report.id)
    )
    return [
        WaitingReport(row, person or "", post or "", row.signed_at is None and role == Role.CONTACT.value)
        for row, person, post, role in (await session.execute(query)).all()
    ]


async def current(session: AsyncSession, indicator_id: int, period: str | None = None) -> Report | None:
    """The current report of the month; of the newest reported one without a month."""
    query = select(Report).where(Report.indicator_id == indicator_id, Report.superseded_at.is_(None))
    if period is not None:
        query = query.where(Report.period == period)
    found: Report | None = await session.scalar(query.order_by(Report.period.desc()).limit(1))
    return found


async def by_id(session: AsyncSession, report_id: int) -> Report | None:
    """That revision as it is now, not as this session saw it before."""
    query = select(Report).where(Report.id == report_id).execution_options(populate_existing=True)
    found: Report | None = await session.scalar(query)
    return found


async def in_lock_order(session: AsyncSession, report_ids: Sequence[int]) -> list[int]:
    """Those of the reports that are there, in the order in which everybody locks their indicators."""
    query = select(Report.id).where(Report.id.in_(report_ids)).order_by(Report.indicator_id, Report.id)
    return list((await session.scalars(query)).all())


async def replaced_values(session: AsyncSession, report_ids: Sequence[int]) -> dict[int, Decimal | None]:
    """What stood there before each of these corrections."""
    older = aliased(Report)
    query = (
        select(Report.id, older.value)
        .join(
            older,
            (older.indicator_id == Report.indicator_id)
            & (older.period == Report.period)
            & (older.revision == Report.revision - 1),
        )
        .where(Report.id.in_(report_ids))
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def names_of(session: AsyncSession, person_ids: Sequence[int]) -> dict[int, str]:
    """What these persons are called."""
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row[0]: row[1] for row in rows}


async def period_row(session: AsyncSession, cycle_id: int, period: str, now: datetime) -> PeriodRow:
    """The month's row, made where it is missing."""
    query = select(PeriodRow).where(PeriodRow.cycle_id == cycle_id, PeriodRow.period == period)
    row = await session.scalar(query)
    if row is None:
        row = PeriodRow(cycle_id=cycle_id, period=period, opened_at=now)
        session.add(row)
        await session.flush()
    return row


async def reported_count(session: AsyncSession, cycle_id: int, period: str) -> int:
    """How many of the year's indicators have a report for the month."""
    query = (
        select(func.count())
        .select_from(Report)
        .join(Indicator, Indicator.id == Report.indicator_id)
        .where(
            Indicator.cycle_id == cycle_id,
            Indicator.closed_at.is_(None),
            Report.period == period,
            Report.superseded_at.is_(None),
        )
    )
    return int(await session.scalar(query) or 0)
