"""Report rows and their history; the months that are open or closed. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.looking import Among, Look, Question
from bot.db.tables import PeriodRow, Person, Post, Report
from bot.db.within import changed, look_within, written
from bot.db.writing import Write


@dataclass(frozen=True)
class StoredReport:
    """One revision of a month's report with the names that are shown beside it."""

    id: int
    indicator_id: int
    period: str
    revision: int
    value: Decimal | None
    nodes_done: tuple[int, ...]
    no_change: bool
    problem: str | None
    measure: str | None
    coordinate: str | None
    coordinate_post: str | None
    coordinate_post_id: int | None
    reporter: str | None
    reporter_post: str | None
    reported_at: datetime
    confirmed_at: datetime | None = None
    returned_at: datetime | None = None
    returned_reason: str | None = None

    @property
    def is_returned(self) -> bool:
        """Whether it was given back, so that it is asked for again."""
        return self.returned_at is not None


@dataclass(frozen=True)
class ReportToStore:
    """A report as it was confirmed. `source`: how it came in."""

    indicator_id: int
    period: str
    value: Decimal | None
    nodes_done: tuple[int, ...]
    no_change: bool
    problem: str | None
    measure: str | None
    coordinate: str | None
    coordinate_post_id: int | None
    source: str
    reporter_id: int | None
    reporter_post_id: int | None
    reported_at: datetime
    update_id: int | None = None
    source_message_id: int | None = None


def _reports() -> Select[*tuple[Report, str | None, str | None, str | None]]:
    asked = Post.__table__.alias("asked")
    reporters = Post.__table__.alias("reporters")
    return (
        select(Report, asked.c.name, Person.name, reporters.c.name)
        .outerjoin(asked, asked.c.id == Report.coordinate_post_id)
        .outerjoin(Person, Person.id == Report.reporter_id)
        .outerjoin(reporters, reporters.c.id == Report.reporter_post_id)
    )


async def _stored(
    session: AsyncSession, query: Select[*tuple[Report, str | None, str | None, str | None]]
) -> list[StoredReport]:
    return [
        StoredReport(
            id=row.id,
            indicator_id=row.indicator_id,
            period=row.period,
            revision=row.revision,
            value=row.value,
            nodes_done=tuple(int(str(item)) for item in row.nodes_done),
            no_change=row.no_change,
            problem=row.problem,
            measure=row.measure,
            coordinate=row.coordinate_text,
            coordinate_post=asked,
            coordinate_post_id=row.coordinate_post_id,
            reporter=reporter,
            reporter_post=reporter_post,
            reported_at=row.reported_at,
            confirmed_at=row.confirmed_at,
            returned_at=row.returned_at,
            returned_reason=row.returned_reason,
        )
        for row, asked, reporter, reporter_post in await session.execute(query)
    ]


async def newest(session: AsyncSession, indicator_id: int, upto: str) -> StoredReport | None:
    """The indicator's newest current report, of the month `upto` or before it."""
    query = (
        _reports()
        .where(Report.indicator_id == indicator_id, Report.superseded_at.is_(None), Report.period <= upto)
        .order_by(Report.period.desc())
        .limit(1)
    )
    return next(iter(await _stored(session, query)), None)


async def by_id(session: AsyncSession, report_id: int) -> StoredReport | None:
    """That revision, whether it is the current one or not."""
    return next(iter(await _stored(session, _reports().where(Report.id == report_id))), None)


async def from_message(session: AsyncSession, reporter_id: int, message_id: int) -> list[StoredReport]:
    """The current reports that came from a typed message of that person."""
    query = _reports().where(
        Report.reporter_id == reporter_id,
        Report.source_message_id == message_id,
        Report.superseded_at.is_(None),
    )
    return await _stored(session, query.order_by(Report.id))


_CURRENT: Question[tuple[int, int]] = Question(
    select(Report.id, Report.revision).where(
        Report.indicator_id == bindparam("indicator_id", type_=BigInteger()),
        Report.period == bindparam("period"),
        Report.superseded_at.is_(None),
    ),
    lambda *row: row,
)


_SAID = ("value", "nodes_done", "no_change", "problem", "measure", "coordinate_text", "coordinate_post_id")
_CAME = ("source", "reporter_id", "reporter_post_id", "reported_at", "update_id", "source_message_id")
_ADD = Write(lambda insert: insert(Report).returning(Report.id), ("indicator_id", "period", "revision", *_SAID, *_CAME))
_SUPERSEDE = Write(lambda _insert: update(Report).where(Report.id == bindparam("report_id")), ("superseded_at",))


async def add(session: AsyncSession, report: ReportToStore) -> int:
    """Store the report; a current one of the same month stays as history. The new report's id."""
    look = await look_within(session)
    current = await look.first(_CURRENT, indicator_id=report.indicator_id, period=report.period)
    if current is not None:
        await changed(session, _SUPERSEDE, report_id=current[0], superseded_at=report.reported_at)
    row = await written(
        session,
        _ADD,
        indicator_id=report.indicator_id,
        period=report.period,
        revision=current[1] + 1 if current else 1,
        value=report.value,
        nodes_done=list(report.nodes_done),
        no_change=report.no_change,
        problem=report.problem,
        measure=report.measure,
        coordinate_text=report.coordinate,
        coordinate_post_id=report.coordinate_post_id,
        source=report.source,
        reporter_id=report.reporter_id,
        reporter_post_id=report.reporter_post_id,
        reported_at=report.reported_at,
        update_id=report.update_id,
        source_message_id=report.source_message_id,
    )
    assert row is not None
    return int(row[0])


_CLOSED = Question(
    select(PeriodRow.period).where(PeriodRow.cycle_id == bindparam("cycle_id"), PeriodRow.closed_at.is_not(None)), str
)


async def closed_periods(session: AsyncSession, cycle_id: int) -> frozenset[str]:
    """The months whose reports are frozen."""
    return await closed_seen(await look_within(session), cycle_id)


async def closed_seen(look: Look, cycle_id: int) -> frozenset[str]:
    """The months whose reports are frozen."""
    return frozenset(await look.all(_CLOSED, cycle_id=cycle_id))


def _of_months() -> Question[StoredReport]:
    asked, reporters = Post.__table__.alias("asked"), Post.__table__.alias("reporters")
    said = (Report.no_change, Report.problem, Report.measure, Report.coordinate_text)
    query = (
        select(Report.id, Report.indicator_id, Report.period, Report.revision, Report.value, Report.nodes_done, *said)
        .add_columns(asked.c.name, Report.coordinate_post_id, Person.name, reporters.c.name, Report.reported_at)
        .add_columns(Report.confirmed_at, Report.returned_at, Report.returned_reason)
        .outerjoin(asked, asked.c.id == Report.coordinate_post_id)
        .outerjoin(Person, Person.id == Report.reporter_id)
        .outerjoin(reporters, reporters.c.id == Report.reporter_post_id)
        .where(
            Among(Report.indicator_id, "indicator_ids"),
            Report.superseded_at.is_(None),
            Report.period >= bindparam("first"),
            Report.period <= bindparam("last"),
        )
        .order_by(Report.period, Report.id)
    )
    return Question(query, _stored_report)


def _stored_report(key: int, indicator_id: int, period: str, revision: int, *rest: Any) -> StoredReport:
    value, nodes, *said = rest
    return StoredReport(key, indicator_id, period, revision, value, tuple(int(str(item)) for item in nodes), *said)


_OF_MONTHS = _of_months()


async def of_months(session: AsyncSession, indicator_ids: Iterable[int], first: str, last: str) -> list[StoredReport]:
    """The current reports from month `first` to `last`, oldest first."""
    return await months_seen(await look_within(session), indicator_ids, first, last)


async def months_seen(look: Look, indicator_ids: Iterable[int], first: str, last: str) -> list[StoredReport]:
    """The current reports from month `first` to `last`, oldest first."""
    return await look.all(_OF_MONTHS, indicator_ids=list(indicator_ids), first=first, last=last)
