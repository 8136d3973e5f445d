"""Grades indicators for a month: a preview that stores nothing, and the evaluation that stores, orders and pushes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import snapshots, yardsticks
from bot.db.locks import Turn, serialise
from bot.db.snapshots import StoredSnapshot
from bot.db.yardsticks import IndicatorFacts, ReportFact
from bot.domain.errors import NotFound
from bot.domain.period import Period
from bot.domain.reporting import report_window
from bot.services.cause import Cause
from bot.services.grading import Case, Reported, Verdict, grade_month
from bot.services.warning_orders import settle_orders
from bot.services.year import Year, year_at

__all__ = ["Verdict", "evaluate", "evaluate_all", "judge"]


@dataclass
class _Books:
    """What is known of some indicators in one year. Whole rows only of the months that are graded, and one before."""

    facts: Mapping[int, IndicatorFacts]
    reports: Mapping[tuple[int, str], ReportFact]
    values: Mapping[int, Mapping[int, Decimal]]
    bases: dict[int, dict[int, str]]
    snapshots: dict[tuple[int, str], StoredSnapshot]
    changed: list[StoredSnapshot] = field(default_factory=list)

    def case(self, indicator_id: int, period: Period, reported: Reported | None) -> Case:
        values = self.values.get(indicator_id, {})
        series = {month: value for month, value in values.items() if month < period.month}
        if reported is not None and reported.value is not None:
            series[period.month] = reported.value
        previous = self.snapshots.get((indicator_id, str(period.previous()))) if period.month > 1 else None
        return Case(self.facts[indicator_id], period, reported, series, previous, self._bases(indicator_id, period))

    def _bases(self, indicator_id: int, period: Period) -> tuple[str, ...]:
        known, grades = self.bases.get(indicator_id, {}), []
        for month in range(period.month - 1, 0, -1):
            if month not in known:
                break
            grades.append(known[month])
        return tuple(grades)

    def keep(self, stored: StoredSnapshot) -> None:
        key = (stored.indicator_id, stored.period)
        if self.snapshots.get(key) != stored:
            self.snapshots[key] = stored
            self.bases.setdefault(stored.indicator_id, {})[int(stored.period[5:])] = stored.base_grade
            self.changed.append(stored)


async def _open_books(session: AsyncSession, ids: Sequence[int], first: Period, last: Period) -> _Books:
    january, december = str(Period(first.year, 1)), str(Period(first.year, 12))
    before = str(first.previous()) if first.month > 1 else january
    return _Books(
        facts=await yardsticks.facts_of(session, ids),
        reports=await yardsticks.reports_of(session, ids, str(first), str(last)),
        values=await yardsticks.values_of(session, ids, january, str(last)),
        bases=await snapshots.base_grades(session, ids, january, december),
        snapshots=await snapshots.stored(session, ids, before, december),
    )


async def judge(
    session: AsyncSession,
    indicator_id: int,
    period: Period,
    value: Decimal | None,
    nodes_done: Sequence[int],
    now: datetime,
) -> Verdict:
    """The verdict if this value (and these milestone nodes, by position) were reported. Stores nothing.

    Raises NotFound for an indicator that does not exist.
    """
    year = await year_at(session, now, period.last_day)
    books = await _open_books(session, [indicator_id], period, period)
    if indicator_id not in books.facts:
        raise NotFound(indicator_id=indicator_id)
    return grade_month(year, books.case(indicator_id, period, Reported(value, tuple(nodes_done))))


async def evaluate(session: AsyncSession, cause: Cause, indicator_ids: Iterable[int], period: Period) -> list[Verdict]:
    """Grade these indicators for the month and set in motion what the grades ask for, in the caller's transaction.

    Later months that were graded already are graded again: their repetition rule and their forecast read this one.
    Verdicts come by month, the one asked for first. What is ordered and pushed follows the newest month only. An
    indicator that was not reported has no verdict until the due date has passed. Running it again changes nothing.
    """
    ids = list(dict.fromkeys(indicator_ids))
    if not ids:
        return []
    newest = await snapshots.latest(session, ids)
    last = max([Period.parse(item.period) for item in newest.values()] + [period])
    return await _evaluate_months(session, cause, ids, (period, last))


async def evaluate_all(session: AsyncSession, cause: Cause) -> list[Verdict]:
    """Grade every indicator for the months that may have changed: this one, any not graded yet, and, while this one
    is not due, the last one, whose verdict still stands."""
    year = await year_at(session, cause.now)
    current = year.period
    due = report_window(current, year.scheme, year.calendar).due
    first = current.previous() if current.month > 1 and year.today <= due else current
    january = str(Period(current.year, 1))
    unjudged = await snapshots.oldest_unjudged(session, january, str(current))
    if unjudged is not None:
        first = min(first, Period.parse(unjudged))
    ids = await yardsticks.current_indicator_ids(session, year.cycle_id)
    return await _evaluate_months(session, cause, ids, (first, current))


async def _evaluate_months(
    session: AsyncSession, cause: Cause, ids: Sequence[int], span: tuple[Period, Period]
) -> list[Verdict]:
    first, last = span
    # Two evaluations at once would both open an order; on SQLite the write lock has settled that already.
    await serialise(session, Turn.EVALUATION)
    books = await _open_books(session, ids, first, last)
    verdicts: dict[tuple[int, str], Verdict] = {}
    period = first
    while period <= last:
        year = await year_at(session, cause.now, period.last_day)
        for verdict in _grade_all(year, books, period):
            books.keep(verdict.stored)
            verdicts[verdict.indicator_id, str(period)] = verdict
        if period.month == 12:
            break
        period = period.next()
    await snapshots.put(session, books.changed, cause.now)
    # A month that was reported ahead of its time has a verdict, but nobody is warned of it before it comes.
    current = str((await year_at(session, cause.now)).period)
    newest: dict[int, StoredSnapshot] = {}
    for (indicator_id, month), stored in sorted(books.snapshots.items()):
        if month <= current:
            newest[indicator_id] = stored
    await settle_orders(session, cause, newest, {item.indicator_id for item in books.changed})
    return list(verdicts.values())


def _grade_all(year: Year, books: _Books, period: Period) -> Iterable[Verdict]:
    overdue = year.today > report_window(period, year.scheme, year.calendar).due
    for indicator_id in books.facts:
        report = books.reports.get((indicator_id, str(period)))
        if report is not None:
            reported = Reported(report.value, report.nodes_done, report.id)
            yield grade_month(year, books.case(indicator_id, period, reported))
        elif overdue:
            yield grade_month(year, books.case(indicator_id, period, None))
