"""Reads out of the database what a year left behind, beside the messages themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import snapshots
from bot.db.tables import DecisionRow, Indicator, OrderEvent, Person, Push, Report, Snapshot, WarningOrder
from bot.domain.period import Period
from bot.domain.pushes import Act
from bot.services.cause import Cause
from bot.services.evaluating import evaluate
from tests.year.records import Decision, Graded, Reported, YearRun


async def collect(session: AsyncSession, run: YearRun) -> None:
    """Add decisions, gradings and the ends of pushes to the run. Fails where a report was not stored as it was made."""
    indicators = {row[0]: row[1] for row in await session.execute(select(Indicator.id, Indicator.name))}
    people = {row[0]: row[1] for row in await session.execute(select(Person.id, Person.name))}
    run.messages.sort(key=lambda message: (message.at, message.push_id))
    for row in await session.scalars(select(DecisionRow).order_by(DecisionRow.id)):
        period = str(row.detail["period"]) if "period" in row.detail else None
        about = (indicators.get(row.indicator_id or 0), row.kind, row.grade)
        run.decisions.append(Decision(row.at, people[row.person_id], *about, row.sent, row.reason, row.push_id, period))
    events = select(OrderEvent, WarningOrder.indicator_id).join(WarningOrder, WarningOrder.id == OrderEvent.order_id)
    for event, indicator_id in (await session.execute(events.order_by(OrderEvent.id))).all():
        if "grade" in event.detail:
            grade = str(event.detail["grade"])
            run.graded.append(Graded(event.at, indicators[indicator_id], grade, event.event))
    run.push_states = {
        row[0]: row[1] for row in await session.execute(select(Push.id, Push.state).where(Push.act == Act.SEND.value))
    }
    run.recomputed_otherwise = await _recomputed_otherwise(session, run)
    stored = select(Report.indicator_id, Report.period, Report.value).where(Report.superseded_at.is_(None))
    values = {(indicators[row[0]], row[1]): row[2] for row in await session.execute(stored)}
    assert [report for report in run.reported if not _is_stored(report, values)] == []


async def _recomputed_otherwise(session: AsyncSession, run: YearRun) -> list[tuple[str, str]]:
    """The verdicts that come out otherwise when the whole year is judged again; the session is not kept."""
    ids = list((await session.scalars(select(Snapshot.indicator_id).distinct())).all())
    before = await snapshots.stored(session, ids, "2026-01", "2026-12")
    run.verdicts = len(before)
    await evaluate(session, Cause(datetime(2026, 12, 31, 4, tzinfo=UTC)), ids, Period(2026, 1))
    after = await snapshots.stored(session, ids, "2026-01", "2026-12")
    return [(str(key[0]), key[1]) for key in sorted({*before, *after}) if before.get(key) != after.get(key)]


def _is_stored(report: Reported, values: Mapping[tuple[str, str], object]) -> bool:
    key = (report.indicator, report.period)
    return key in values and (report.value is None or values[key] == report.value)
