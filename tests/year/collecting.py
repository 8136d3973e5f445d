"""Reads out of the database what a year left behind, beside the messages themselves."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import DecisionRow, Indicator, OrderEvent, Person, Push, Report, WarningOrder
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
    run.push_states = {row[0]: row[1] for row in await session.execute(select(Push.id, Push.state))}
    stored = select(Report.indicator_id, Report.period, Report.value).where(Report.superseded_at.is_(None))
    values = {(indicators[row[0]], row[1]): row[2] for row in await session.execute(stored)}
    assert [report for report in run.reported if not _is_stored(report, values)] == []


def _is_stored(report: Reported, values: Mapping[tuple[str, str], object]) -> bool:
    key = (report.indicator, report.period)
    return key in values and (report.value is None or values[key] == report.value)
