"""Reports that come as rows of a progress table: stored as reports, graded like those typed in a chat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import lists, reports
from bot.db.engine import Database
from bot.db.yardsticks import IndicatorFacts, facts_of
from bot.domain.errors import NotFound
from bot.domain.period import Period
from bot.reading.plain import name_key
from bot.services.cause import Cause, Change, audit, effect
from bot.services.evaluating import evaluate
from bot.services.year import office_zone
from bot.sheets.records import ProgressRow

SOURCE = "import"


@dataclass(frozen=True)
class Reporter:
    """On whose behalf a table is imported."""

    person_id: int
    post_id: int


async def record_progress(db: Database, cause: Cause, rows: Iterable[ProgressRow]) -> int:
    """Record the rows as reports and grade them; how many. Raises NotFound for an indicator that is in no list."""
    by_year: dict[int, list[ProgressRow]] = defaultdict(list)
    for row in rows:
        by_year[Period.parse(row.period).year].append(row)
    async with effect(db, cause) as session:
        for year, of_year in by_year.items():
            await store_progress(session, cause, year, of_year)
            await grade_progress(session, cause, year, of_year)
    return sum(map(len, by_year.values()))


async def store_progress(
    session: AsyncSession, cause: Cause, year: int, rows: Sequence[ProgressRow], reporter: Reporter | None = None
) -> None:
    """Store the rows; a report of the same month stays as history. What a table cannot say is kept."""
    ids = await _ids(session, year)
    facts = await facts_of(session, list(ids.values()))
    for row in sorted(rows, key=lambda row: row.period):
        indicator_id = ids.get(name_key(row.indicator))
        if indicator_id is None:
            raise NotFound(row.indicator)
        before = await reports.newest(session, indicator_id, row.period)
        report = reports.ReportToStore(
            indicator_id=indicator_id,
            period=row.period,
            value=row.actual,
            nodes_done=nodes_within(facts[indicator_id], row.actual) or (before.nodes_done if before else ()),
            no_change=False,
            problem=row.problem or None,
            measure=row.measures or None,
            coordinate=row.needs or None,
            coordinate_post_id=before.coordinate_post_id if before and before.coordinate == row.needs else None,
            source=SOURCE,
            reporter_id=reporter.person_id if reporter else None,
            reporter_post_id=reporter.post_id if reporter else None,
            reported_at=cause.now,
        )
        report_id = await reports.add(session, report)
        said: dict[str, object] = {"period": row.period, "value": None if row.actual is None else f"{row.actual:f}"}
        audit(session, cause, Change("import_report", "report", report_id, after=said))


def nodes_within(facts: IndicatorFacts, percent: Decimal | None) -> tuple[int, ...]:
    """The nodes of a milestone that a table's percentage covers, in their order; a table has no ticks to say more."""
    total = sum((node.weight for node in facts.nodes), Decimal(0))
    done: list[int] = []
    share = Decimal(0)
    for node in facts.nodes:
        share += node.weight
        if percent is None or share * 100 > total * (percent + Decimal("0.5")):
            break
        done.append(node.position)
    return tuple(done)


async def grade_progress(session: AsyncSession, cause: Cause, year: int, rows: Sequence[ProgressRow]) -> None:
    """Grade what was reported. A past year is history: nobody is warned of it now."""
    if not rows or year != cause.now.astimezone(office_zone()).year:
        return
    ids = await _ids(session, year)
    months: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        months[ids[name_key(row.indicator)]].add(row.period)
    spans: dict[tuple[str, str], list[int]] = defaultdict(list)
    for indicator_id, periods in months.items():
        spans[min(periods), max(periods)].append(indicator_id)
    for (first, last), indicator_ids in sorted(spans.items()):
        # The newest month first: warnings then follow it at once, and the months before it are filled in behind.
        await evaluate(session, cause, indicator_ids, Period.parse(last))
        if first != last:
            await evaluate(session, cause, indicator_ids, Period.parse(first))


async def _ids(session: AsyncSession, year: int) -> dict[str, int]:
    cycle = await lists.cycle_of(session, year)
    if cycle is None:
        return {}
    stored = await lists.indicators_of(session, cycle.id)
    return {name_key(item.row.name): item.row.id for item in stored if item.row.closed_at is None}
