"""Grades indicators for a month: a preview that stores nothing, and the evaluation that stores, orders and pushes."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import judging, judging_one, snapshots, yardsticks
from bot.db.judging import VerdictRow
from bot.db.locks import Turn, serialise
from bot.db.within import look_within
from bot.domain.errors import NotFound
from bot.domain.period import Period
from bot.domain.reporting import report_window
from bot.services.cause import Cause
from bot.services.evaluation_books import Books, Month, open_books
from bot.services.grading import Judged, Reported, Verdict, grade_month, verdict_of
from bot.services.warning_orders import settle_orders
from bot.services.year import Year, year_at

__all__ = ["Verdict", "evaluate", "evaluate_all", "judge"]

# So many indicators are in memory at once, however many there are.
CHUNK = 2_000


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
    books = await open_books(session, [indicator_id], [Month(period, year)])
    if indicator_id not in books.facts:
        raise NotFound(indicator_id=indicator_id)
    return verdict_of(grade_month(year, books.if_reported(indicator_id, period, Reported(value, tuple(nodes_done)))))


async def evaluate(session: AsyncSession, cause: Cause, indicator_ids: Iterable[int], period: Period) -> list[Verdict]:
    """Grade these indicators for the month and set in motion what the grades ask for, in the caller's transaction.

    Later months that were graded already are graded again: their repetition rule and their forecast read this one.
    Verdicts come by month, the one asked for first. What is ordered and pushed follows the newest month only. An
    indicator that was not reported has no verdict until the due date has passed. Running it again changes nothing.
    """
    ids = sorted(set(indicator_ids))
    if not ids:
        return []
    last = max([Period.parse(month) for month in await _graded_months(session, ids)] + [period])
    kept: list[Judged] = []
    await _evaluate(session, cause, _Sweep(ids, await _months(session, cause.now, period, last), kept))
    kept.sort(key=lambda judged: judged.case.period)
    return [verdict_of(judged) for judged in kept]


async def evaluate_all(session: AsyncSession, cause: Cause) -> int:
    """Grade every indicator for the months that may have changed: this one, any not graded yet, and, while this one
    is not due, the last one, whose verdict still stands. How many verdicts were given."""
    year = await year_at(session, cause.now)
    current = year.period
    due = report_window(current, year.scheme, year.calendar).due
    first = current.previous() if current.month > 1 and year.today <= due else current
    january = str(Period(current.year, 1))
    unjudged = await snapshots.oldest_unjudged(session, january, str(current))
    if unjudged is not None:
        first = min(first, Period.parse(unjudged))
    ids = sorted(await yardsticks.current_indicator_ids(session, year.cycle_id))
    return await _evaluate(session, cause, _Sweep(ids, await _months(session, cause.now, first, current)))


async def _graded_months(session: AsyncSession, ids: Sequence[int]) -> list[str]:
    """The newest month that each of them was graded for."""
    if len(ids) > 1:
        return [item.period for item in (await snapshots.latest(session, ids)).values()]
    month = await judging_one.newest_month(await look_within(session), ids[0])
    return [month] if month else []


@dataclass
class _Sweep:
    """What is graded, and where the verdicts are kept for a caller who wants to see them."""

    ids: Sequence[int]
    months: Sequence[Month]
    kept: list[Judged] | None = None


async def _months(session: AsyncSession, now: datetime, first: Period, last: Period) -> list[Month]:
    """The months of one year from first to last, each with the rules of its time."""
    span = [Period(first.year, month) for month in range(first.month, last.month + 1)]
    return [Month(period, await year_at(session, now, period.last_day)) for period in span]


async def _evaluate(session: AsyncSession, cause: Cause, sweep: _Sweep) -> int:
    # Two evaluations at once would both open an order; on SQLite the write lock has settled that already.
    await serialise(session, Turn.EVALUATION)
    graded = 0
    current = await year_at(session, cause.now)
    for start in range(0, len(sweep.ids), CHUNK):
        with _without_collecting():
            books = await open_books(session, sweep.ids[start : start + CHUNK], sweep.months)
            found = grade_all(books, sweep.months, keep=sweep.kept is not None)
            await judging.put(session, found.changed, cause.now)
        graded += found.count
        await _settle(session, cause, current, found)
        if sweep.kept is not None:
            sweep.kept += found.judged
    return graded


@contextmanager
def _without_collecting() -> Iterator[None]:
    """No search for cyclic garbage meanwhile: a chunk makes none, but so many records that it would never end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass
class Graded:
    """What a chunk came to. `judged` is kept only where somebody asks for it, `newest` by indicator and month."""

    count: int = 0
    changed: list[VerdictRow] = field(default_factory=list)
    newest: dict[int, dict[str, VerdictRow]] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)


def grade_all(books: Books, months: Sequence[Month], *, keep: bool = False) -> Graded:
    """Grade every indicator of the books for every month that has a verdict, the earliest month first."""
    graded = Graded()
    for month in months:
        year, name = month.year, str(month.period)
        overdue = year.today > report_window(month.period, year.scheme, year.calendar).due
        for indicator_id in books.facts:
            case = books.case(indicator_id, month.period, name, overdue=overdue)
            if case is None:
                continue
            judged = grade_month(year, case)
            graded.count += 1
            if keep:
                graded.judged.append(judged)
            graded.newest.setdefault(indicator_id, {})[name] = judged.row
            if books.keep(judged.row):
                graded.changed.append(judged.row)
    return graded


async def _settle(session: AsyncSession, cause: Cause, current: Year, found: Graded) -> None:
    """Orders follow the newest verdict of each indicator that is warned of, or has an open order."""
    ids = sorted(found.newest)
    if not ids:
        return
    opened = await _with_open_order(session, ids)
    # A month that was reported ahead of its time has a verdict, but nobody is warned of it before it comes.
    this_month = str(current.period)
    newest = {}
    for indicator_id in ids:
        months = [name for name in found.newest[indicator_id] if name <= this_month]
        if months:
            row = found.newest[indicator_id][max(months)]
            if indicator_id in opened or current.scheme.is_warning(row.grade):
                newest[indicator_id] = row.snapshot()
    if newest:
        await settle_orders(session, cause, newest, {row.indicator_id for row in found.changed})


async def _with_open_order(session: AsyncSession, ids: Sequence[int]) -> frozenset[int]:
    if len(ids) > 1:
        return await judging.with_open_order(session, ids)
    return frozenset(ids if await judging_one.has_open_order(await look_within(session), ids[0]) else ())
