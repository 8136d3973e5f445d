"""Asking: one's own indicators, the open warnings, the card of an indicator. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import indicators, orders, reports, snapshots
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.db.people import KnownActor, holders
from bot.db.snapshots import StoredSnapshot
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.kinds import UNREPORTED, Role
from bot.domain.period import Period
from bot.domain.rights import Action, Scope, may, nearness
from bot.presenters.card import Card, OpenOrder, TrendMonth
from bot.presenters.indicator_list import PAGE, Counts, MineList, Row, WarningList
from bot.presenters.report_said import NodeMark
from bot.services.cause import Cause
from bot.services.desk import Filed, desk_from
from bot.services.report_preview import can_repeat, points
from bot.services.year import Year, year_at

TREND_MONTHS = 6
DISTRICT = frozenset({Role.LEADER, Role.OFFICE, Role.ADMIN})


def visible(actor: KnownActor, known: Iterable[KnownIndicator]) -> list[KnownIndicator]:
    """Those that the person may look at."""
    return [item for item in known if may(actor.actor, Action.VIEW_INDICATOR, item.subject)]


async def mine(db: Database, cause: Cause, page: int = 0) -> MineList:
    """The person's own indicators, worst first; for office and administrators all, for nobody is anything theirs."""
    async with db.read() as session:
        year = await year_at(session, cause.now)
        known = visible(cause.actor, await indicators.of_cycle(session, year.cycle, year.period.last_day))
        own = [item for item in known if nearness(cause.actor.actor, item.subject) < Scope.ANY]
        if not own and cause.actor.role in DISTRICT:
            own = known
        found = await rows_of(session, year, own)
        helping = {item.id for item in own if nearness(cause.actor.actor, item.subject) is Scope.INVOLVED}
        found = [replace(row, helping=row.indicator_id in helping) for row in found]
        stored = await snapshots.latest(session, [item.id for item in own], str(year.period))
    found.sort(key=_worst_first)
    shown, page, pages = paged(found, page)
    period = max((item.period for item in stored.values()), default=None)
    return MineList(period, _counts(year, found), tuple(shown), page, pages)


async def warnings(db: Database, cause: Cause, page: int = 0) -> WarningList:
    """The open warnings that the person may look at: their own first, each by grade, worst first."""
    async with db.read() as session:
        year = await year_at(session, cause.now)
        known = visible(cause.actor, await indicators.of_cycle(session, year.cycle, year.period.last_day))
        near = {item.id: nearness(cause.actor.actor, item.subject) < Scope.ANY for item in known}
        found = [row for row in await rows_of(session, year, known) if year.scheme.is_warning(row.grade)]
    found.sort(key=lambda row: (not near[row.indicator_id], *_worst_first(row)))
    own = [row for row in found if near[row.indicator_id]]
    shown, page, pages = paged(found, page)
    return WarningList(
        own=_counts(year, own),
        district=_counts(year, found) if cause.actor.role in DISTRICT else None,
        rows=tuple(shown),
        own_rows=sum(near[row.indicator_id] for row in shown),
        page=page,
        pages=pages,
    )


async def rows_of(session: AsyncSession, year: Year, known: Sequence[KnownIndicator]) -> list[Row]:
    """Each indicator with its newest verdict, in the order given."""
    stored = await snapshots.latest(session, [item.id for item in known], str(year.period))
    return [_row(year, item, stored.get(item.id)) for item in known]


def _row(year: Year, item: KnownIndicator, snapshot: StoredSnapshot | None) -> Row:
    code = snapshot.grade if snapshot else UNREPORTED
    return Row(
        indicator_id=item.id,
        name=item.name,
        grade=code,
        grade_word=year.scheme.grade(code).word,
        severity=year.scheme.severity(code),
        kind=str(snapshot.inputs.get("kind", item.kind)) if snapshot else item.kind.value,
        rate=points(snapshot.progress) if snapshot else None,
        gap=points(snapshot.gap) if snapshot else None,
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
    async with db.read() as session:
        year = await year_at(session, cause.now)
        item = await indicators.one_of_cycle(session, year.cycle, year.period.last_day, indicator_id)
        if item is None:
            raise NotFound(indicator_id=indicator_id)
        if not may(cause.actor.actor, Action.VIEW_INDICATOR, item.subject):
            raise NotAllowed
        return await card_in(session, cause, year, item)


async def card_in(session: AsyncSession, cause: Cause, year: Year, item: KnownIndicator) -> Card:
    """The card of an indicator that the person may look at, in a session that is open already."""
    first = str(Period(year.year, 1))
    stored = await snapshots.stored(session, [item.id], first, str(year.period))
    history = [found for _, found in sorted(stored.items())]
    now = history[-1] if history else None
    reported = await reports.of_months(session, [item.id], first, str(year.period))
    last = reported[-1] if reported else None
    closed = await reports.closed_periods(session, year.cycle_id)
    slot = desk_from(year, cause.actor.actor, [item], Filed(reported, closed)).slot(item.id)
    contacts, leaders = await _named_on_card(session, item)
    return Card(
        indicator=item,
        kind=item.kind,
        now=now,
        grade_word=year.scheme.grade(now.grade if now else UNREPORTED).word,
        base_word=year.scheme.grade(now.base_grade).word if now else "",
        trend=tuple(_month(year, found) for found in history[-TREND_MONTHS:]),
        nodes=_nodes(item, last.nodes_done if last else ()),
        contacts=contacts,
        leader=leaders[0] if leaders else None,
        last=last,
        order=await _order(session, cause, year, item.id),
        asked=slot.period if slot and not slot.frozen else None,
        reported=slot is not None and slot.report is not None,
        repeats=slot is not None and can_repeat(slot),
        today=year.today,
        may_direct=may(cause.actor.actor, Action.DIRECT, item.subject),
    )


async def _named_on_card(session: AsyncSession, item: KnownIndicator) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The contacts of its lead units in the order of the list, and who holds its responsible post."""
    units = list(item.lead_unit_ids)
    held = await holders(session, units_or_posts=(units, item.subject.responsible_post_ids))
    contacts = sorted(
        (holder for holder in held if holder.role == Role.CONTACT and holder.unit_id in units),
        key=lambda holder: units.index(holder.unit_id or 0),
    )
    leaders = [holder for holder in held if holder.post_id == item.responsible_post_id]
    return tuple(holder.person for holder in contacts), tuple(holder.person for holder in leaders)


def _nodes(item: KnownIndicator, done: Iterable[int]) -> tuple[NodeMark, ...]:
    ticked = set(done)
    return tuple(NodeMark(node.position, node.month, node.name, node.position in ticked) for node in item.nodes)


def _month(year: Year, found: StoredSnapshot) -> TrendMonth:
    return TrendMonth(
        period=found.period,
        actual=found.actual,
        progress=points(found.progress),
        grade_word=year.scheme.grade(found.grade).word,
        severity=found.severity,
    )


async def _order(session: AsyncSession, cause: Cause, year: Year, indicator_id: int) -> OpenOrder | None:
    row = (await orders.open_orders(session, [indicator_id])).get(indicator_id)
    if row is None:
        return None
    recipients = await orders.recipients_of(session, [row.id])
    silent = [
        person_id
        for (_, person_id), one in recipients.items()
        if not one.digest_only and (one.acknowledged_severity is None or one.acknowledged_severity < row.severity)
    ]
    return OpenOrder(
        order_id=row.id,
        number=(row.year, row.serial),
        state=row.state,
        grade_word=year.scheme.grade(row.grade).word,
        severity=row.severity,
        issued_at=row.issued_at,
        reply_due=row.reply_due,
        mine=cause.actor.person_id in silent,
        waiting=len(silent),
    )
