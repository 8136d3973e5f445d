"""Asking: one's own indicators, the open warnings, the card of an indicator. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.db import card_rows, indicator_rows, indicators, snapshots
from bot.db.card_rows import MonthRow, VerdictRow
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.db.looking import Look
from bot.db.reports import StoredReport
from bot.db.snapshots import StoredSnapshot
from bot.domain.errors import NotFound
from bot.domain.kinds import UNREPORTED, Role
from bot.domain.period import Period
from bot.domain.rights import Action, Scope, may, nearness, scope_of
from bot.presenters.card import Card, OpenOrder, TrendMonth
from bot.presenters.indicator_list import PAGE, Counts, MineList, Row, WarningList
from bot.presenters.report_said import NodeMark
from bot.services.cause import Cause
from bot.services.desk import Filed, desk_from
from bot.services.report_preview import can_repeat, points
from bot.services.year import Year, year_now

TREND_MONTHS = 6
# The month that a report is asked for is this one or the last; the one before either is what 无变化 repeats.
DESK_MONTHS = 3
# More than anybody answers for, fewer than would hold up the others.
MOST_NEAR = 1_000
DISTRICT = frozenset({Role.LEADER, Role.OFFICE, Role.ADMIN})
Verdict = VerdictRow | StoredSnapshot


async def mine(db: Database, cause: Cause, page: int = 0) -> MineList:
    """The person's own indicators, worst first; for office and administrators all, for nobody is anything theirs."""
    async with db.look() as look:
        year = await year_now(look, cause.now)
        own: Sequence[KnownIndicator] = await near(look, cause, year)
        stored: Mapping[int, Verdict] = await card_rows.latest(look, [item.id for item in own], str(year.period))
    if not own and cause.actor.role in DISTRICT:
        own, stored = await _district(db, year)
    found = [row_of(year, item, stored.get(item.id)) for item in own]
    helping = {item.id for item in own if nearness(cause.actor.actor, item.subject) is Scope.INVOLVED}
    found = [replace(row, helping=row.indicator_id in helping) for row in found]
    found.sort(key=_worst_first)
    shown, page, pages = paged(found, page)
    period = max((item.period for item in stored.values()), default=None)
    return MineList(period, _counts(year, found), tuple(shown), page, pages)


async def warnings(db: Database, cause: Cause, page: int = 0) -> WarningList:
    """The open warnings that the person may look at: their own first, each by grade, worst first."""
    async with db.look() as look:
        year = await year_now(look, cause.now)
        own_items = await near(look, cause, year)
        stored: Mapping[int, Verdict] = await card_rows.latest(look, [item.id for item in own_items], str(year.period))
    known: Sequence[KnownIndicator] = own_items
    if scope_of(cause.actor.actor, Action.VIEW_INDICATOR) is Scope.ANY:
        known, stored = await _district(db, year)
    near_ids = {item.id for item in own_items}
    found = [row_of(year, item, stored.get(item.id)) for item in known]
    found = [row for row in found if year.scheme.is_warning(row.grade)]
    found.sort(key=lambda row: (row.indicator_id not in near_ids, *_worst_first(row)))
    own = [row for row in found if row.indicator_id in near_ids]
    shown, page, pages = paged(found, page)
    return WarningList(
        own=_counts(year, own),
        district=_counts(year, found) if cause.actor.role in DISTRICT else None,
        rows=tuple(shown),
        own_rows=sum(row.indicator_id in near_ids for row in shown),
        page=page,
        pages=pages,
    )


async def near(look: Look, cause: Cause, year: Year, count: int = MOST_NEAR) -> list[KnownIndicator]:
    """The first indicators that the person has any part in, in the order of the lists."""
    actor = cause.actor.actor
    ids = await indicator_rows.involved_ids(look, year.cycle, [*actor.post_ids], [*actor.unit_ids], count)
    known = await indicator_rows.known(look, year.cycle, year.period.last_day, ids)
    return [known[key] for key in ids if may(actor, Action.VIEW_INDICATOR, known[key].subject)]


async def _district(db: Database, year: Year) -> tuple[Sequence[KnownIndicator], Mapping[int, Verdict]]:
    """All indicators of the year with their newest verdicts."""
    async with db.read() as session:
        known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
        return known, await snapshots.latest(session, [item.id for item in known], str(year.period))


def row_of(year: Year, item: KnownIndicator, verdict: Verdict | None) -> Row:
    """The indicator in a list, with its newest verdict."""
    code = verdict.grade if verdict else UNREPORTED
    return Row(
        indicator_id=item.id,
        name=item.name,
        grade=code,
        grade_word=year.scheme.grade(code).word,
        severity=year.scheme.severity(code),
        kind=str(verdict.inputs.get("kind", item.kind)) if verdict else item.kind.value,
        rate=points(verdict.progress) if verdict else None,
        gap=points(verdict.gap) if verdict else None,
    )


def _worst_first(row: Row) -> tuple[int, object, int]:
    """By grade, then by gap. "Not reported" stands after the warnings and before what is well."""
    rank = row.severity * 2 if row.grade != UNREPORTED else 1
    return -rank, -(row.gap or 0), row.indicator_id


def _counts(year: Year, rows: Sequence[Row]) -> Counts:
    counted = Counter(row.grade for row in rows)
    judging = sorted(year.scheme.grades, key=lambda grade: -(grade.severity * 2 if grade.code != UNREPORTED else 1))
    return Counts(len(rows), tuple((grade.word, counted[grade.code]) for grade in judging if counted[grade.code]))


def paged(rows: Sequence[Row], page: int) -> tuple[Sequence[Row], int, int]:
    """The rows of that page, the nearest page that exists, and how many there are."""
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 0), pages - 1)
    return rows[page * PAGE : (page + 1) * PAGE], page, pages


async def card_of(db: Database, cause: Cause, indicator_id: int) -> Card:
    """The card of an indicator. Raises NotFound, or NotAllowed outside of the person's range."""
    async with db.look() as look:
        year = await year_now(look, cause.now)
        found = await indicator_rows.known(look, year.cycle, year.period.last_day, [indicator_id])
        if indicator_id not in found:
            raise NotFound(indicator_id=indicator_id)
        item = found[indicator_id]
        cause.check(Action.VIEW_INDICATOR, item.subject)
        return await card_in(look, cause, year, item)


async def card_in(look: Look, cause: Cause, year: Year, item: KnownIndicator) -> Card:
    """The card of an indicator that the person may look at, in a look that is open already."""
    first, last_month = str(Period(year.year, 1)), str(year.period)
    now, trend = await card_rows.verdicts(look, item.id, first, last_month, TREND_MONTHS)
    # A milestone's card says when each node was ticked, so it looks at the whole year.
    months = 12 if item.nodes else DESK_MONTHS
    reported = await card_rows.newest_reports(look, item.id, first, last_month, months)
    last = reported[-1] if reported else None
    closed = await card_rows.closed_periods(look, year.cycle_id)
    slot = desk_from(year, cause.actor.actor, [item], Filed(reported, closed)).slot(item.id)
    return Card(
        indicator=item,
        kind=item.kind,
        now=now,
        grade_word=year.scheme.grade(now.grade if now else UNREPORTED).word,
        base_word=year.scheme.grade(now.base_grade).word if now else "",
        trend=tuple(_month(year, found) for found in trend),
        nodes=_nodes(item, reported),
        contacts=await card_rows.contacts(look, item.id),
        leader=await card_rows.holder(look, item.responsible_post_id),
        last=last,
        order=await _order(look, cause, year, item.id),
        asked=slot.period if slot and not slot.frozen else None,
        reported=slot is not None and slot.report is not None,
        repeats=slot is not None and can_repeat(slot),
        today=year.today,
        notes=tuple(await card_rows.notes(look, item.id, first)),
        may_direct=may(cause.actor.actor, Action.DIRECT, item.subject),
    )


def _nodes(item: KnownIndicator, reported: Sequence[StoredReport]) -> tuple[NodeMark, ...]:
    """The nodes, with the moment since which each has been reported as done. `reported`: oldest first."""
    since: dict[int, datetime] = {}
    for report in reported:
        since = {position: since.get(position, report.reported_at) for position in report.nodes_done}
    return tuple(
        NodeMark(node.position, node.month, node.name, node.position in since, since.get(node.position))
        for node in item.nodes
    )


def _month(year: Year, found: MonthRow) -> TrendMonth:
    return TrendMonth(
        period=found.period,
        actual=found.actual,
        progress=points(found.progress),
        grade_word=year.scheme.grade(found.grade).word,
        severity=found.severity,
    )


async def _order(look: Look, cause: Cause, year: Year, indicator_id: int) -> OpenOrder | None:
    order, silent = await card_rows.open_order(look, indicator_id)
    if order is None:
        return None
    return OpenOrder(
        order_id=order.id,
        number=order.number,
        state=order.state,
        grade_word=year.scheme.grade(order.grade).word,
        severity=order.severity,
        issued_at=order.issued_at,
        reply_due=order.reply_due,
        mine=cause.actor.person_id in silent,
        waiting=len(silent),
    )
