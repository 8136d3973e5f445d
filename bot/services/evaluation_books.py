"""All that is known of some indicators in one year, loaded once for all of them, and the cases that it makes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import indicator_rows, judging, judging_one, yardsticks
from bot.db.judging import OverrideRow, ReportRow, Revision, VerdictRow, decimal_of, series_of
from bot.db.order_steps import order_steps
from bot.db.revision import is_changed
from bot.db.within import look_within
from bot.db.yardsticks import IndicatorFacts
from bot.domain.period import Period
from bot.domain.replies import AskedReply, missed_in, replies_of
from bot.domain.scheme import Scheme
from bot.services.grading import NO_POINTS, Case, OfficeWord, Reported
from bot.services.year import Year

# A value from the office's own table needs nobody's confirmation.
CONFIRMED_SOURCES = frozenset({"import"})
EMPTY = "[]"


@dataclass(frozen=True)
class Month:
    """A month with the rules of its time."""

    period: Period
    year: Year


@dataclass
class Books:
    """What is known of some indicators. `lookback`: how many months before are looked at for repetition."""

    facts: Mapping[int, IndicatorFacts]
    reports: Mapping[int, Mapping[str, ReportRow]]
    revisions: Mapping[tuple[int, str], Sequence[Revision]]
    bases: dict[int, dict[str, str]]
    stored: Mapping[tuple[int, str], VerdictRow]
    overrides: Mapping[int, Sequence[OverrideRow]]
    deductions: Mapping[int, Sequence[tuple[str, Decimal]]]
    lookback: int
    replies: Mapping[int, Sequence[AskedReply]] = field(default_factory=dict)
    today: date = date.max

    def case(self, indicator_id: int, period: Period, name: str, *, overdue: bool) -> Case | None:
        """The month as it was reported, or not reported in time; None while that is open."""
        row = self.reports.get(indicator_id, {}).get(name)
        if row is not None:
            earlier: Sequence[Reported] = ()
            if row.revision > 1 and row.source not in CONFIRMED_SOURCES and not row.confirmed:
                earlier = _unconfirmed(self.revisions.get((indicator_id, name), ()))
            return self._case(indicator_id, period, name, (_reported(row), earlier))
        if overdue or self._office(indicator_id, name) is not None:
            return self._case(indicator_id, period, name, (None, ()))
        return None

    def if_reported(self, indicator_id: int, period: Period, reported: Reported) -> Case:
        """The month as it would be with this report; what it replaces would wait for the office's confirmation."""
        name = str(period)
        replaced = list(self.revisions.get((indicator_id, name), ()))
        row = self.reports.get(indicator_id, {}).get(name)
        if row is not None:
            replaced.append(Revision(row.value, row.nodes_done, row.source, row.confirmed))
        return self._case(indicator_id, period, name, (reported, _unconfirmed(replaced)))

    def _case(
        self, indicator_id: int, period: Period, name: str, reports: tuple[Reported | None, Sequence[Reported]]
    ) -> Case:
        reported, earlier = reports
        months = self.reports.get(indicator_id, {})
        series = [(month, _decimal(value)) for month, value in series_of(months, name) if month != period.month]
        if reported is not None and reported.value is not None:
            series.append((period.month, reported.value))
        return Case(
            facts=self.facts[indicator_id],
            period=period,
            reported=reported,
            series=series,
            previous_base=self._bases(indicator_id, period) if self.lookback else (),
            earlier=earlier,
            points_lost=self._points_lost(indicator_id, name) if self.deductions else NO_POINTS,
            unanswered=missed_in(self.replies.get(indicator_id, ()), period, self.today) if self.replies else 0,
            office=self._office(indicator_id, name) if self.overrides else None,
        )

    def _bases(self, indicator_id: int, period: Period) -> tuple[str, ...]:
        known = self.bases.get(indicator_id)
        grades: list[str] = []
        while known and period.month > 1 and len(grades) < self.lookback:
            period = period.previous()
            grade = known.get(str(period))
            if grade is None:
                break
            grades.append(grade)
        return tuple(grades)

    def _points_lost(self, indicator_id: int, name: str) -> Decimal:
        lost = [points for month, points in self.deductions.get(indicator_id, ()) if month <= name]
        return sum(lost, NO_POINTS)

    def _office(self, indicator_id: int, name: str) -> OfficeWord | None:
        found = next((row for row in self.overrides.get(indicator_id, ()) if row.covers(name)), None)
        return OfficeWord(found.grade, found.reason) if found else None

    def keep(self, row: VerdictRow) -> bool:
        """Take a verdict into the books; whether it says something else than what is stored."""
        self.bases.setdefault(row.indicator_id, {})[row.period] = row.base_grade
        return self.stored.get((row.indicator_id, row.period)) != row


async def open_books(session: AsyncSession, ids: Sequence[int], months: Sequence[Month]) -> Books:
    """Load them. `months` lie in one year."""
    if len(ids) == 1 and session.get_bind().dialect.name == "sqlite":
        return await _open_book(session, ids[0], months)
    first, last = months[0].period, months[-1].period
    lookback = max(_lookback(month.year.scheme) for month in months)
    january, since = str(Period(first.year, 1)), str(Period(first.year, max(first.month - lookback, 1)))
    reports = await judging.reports_upto(session, ids, january, str(last))
    span = {str(month.period) for month in months}
    corrected = [
        key for key, found in reports.items() if any(found[name].revision > 1 for name in span if name in found)
    ]
    return Books(
        facts=await yardsticks.facts_of(session, ids),
        reports=reports,
        revisions=await judging.earlier_revisions(session, corrected, str(first), str(last)) if corrected else {},
        bases=await judging.base_grades(session, ids, since, str(last)) if lookback else {},
        stored=await judging.verdict_rows(session, ids, str(first), str(last)),
        overrides=await judging.overrides_of(session, ids),
        deductions=await judging.deductions_of(session, ids),
        lookback=lookback,
        replies=await _replies(session, ids, months),
        today=months[0].year.today,
    )


async def _replies(
    session: AsyncSession, ids: Sequence[int], months: Sequence[Month]
) -> dict[int, tuple[AskedReply, ...]]:
    """The replies that orders asked for, where a rule looks at them."""
    if not any(month.year.scheme.overrides.unanswered for month in months):
        return {}
    found = await order_steps(session, ids, months[0].year.zone)
    return {key: tuple(reply for steps in threads for reply in replies_of(steps)) for key, threads in found.items()}


async def _open_book(session: AsyncSession, key: int, months: Sequence[Month]) -> Books:
    """The same of a single indicator, whose report somebody waits for."""
    look = await look_within(session)
    first, last = months[0].period, months[-1].period
    lookback = max(_lookback(month.year.scheme) for month in months)
    january, since = str(Period(first.year, 1)), str(Period(first.year, max(first.month - lookback, 1)))
    reports = await judging_one.reports(look, key, january, str(last))
    corrected = any(reports[name].revision > 1 for month in months if (name := str(month.period)) in reports)
    overrides, deductions = await judging_one.overrides(look, key), await judging_one.deductions(look, key)
    return Books(
        facts=await _facts(session, key, months[0].year),
        reports={key: reports},
        revisions=await judging.earlier_revisions(session, [key], str(first), str(last)) if corrected else {},
        bases={key: await judging_one.bases(look, key, since, str(last))} if lookback else {},
        stored={(key, row.period): row for row in await judging_one.verdicts(look, key, str(first), str(last))},
        overrides={key: overrides} if overrides else {},
        deductions={key: deductions} if deductions else {},
        lookback=lookback,
        replies=await _replies(session, [key], months),
        today=months[0].year.today,
    )


async def _facts(session: AsyncSession, key: int, year: Year) -> Mapping[int, IndicatorFacts]:
    """The indicator's facts: those that are kept in memory, unless this transaction has changed indicators."""
    if not is_changed(session):
        look = await look_within(session)
        # The facts hold every version of the target: the day does not matter.
        known = await indicator_rows.known(look, year.cycle, year.period.last_day, [key])
        if key in known:
            return {key: known[key].facts}
    return await yardsticks.facts_of(session, [key])


def _lookback(scheme: Scheme) -> int:
    return max((max(rule.months, rule.within or 0) - 1 for rule in scheme.overrides.repetition), default=0)


def _reported(row: ReportRow) -> Reported:
    return Reported(decimal_of(row.value), _nodes(row.nodes_done), row.id)


def _nodes(text: str) -> tuple[int, ...]:
    return () if text == EMPTY else tuple(int(position) for position in json.loads(text))


def _decimal(units: int) -> Decimal:
    return Decimal(units).scaleb(-6)


def _unconfirmed(revisions: Sequence[Revision]) -> list[Reported]:
    """The versions that a correction replaced, since the office last said or confirmed a value itself."""
    found: list[Reported] = []
    for revision in revisions:
        if revision.source in CONFIRMED_SOURCES or revision.confirmed:
            found.clear()
        found.append(Reported(decimal_of(revision.value), _nodes(revision.nodes_done)))
    return found
