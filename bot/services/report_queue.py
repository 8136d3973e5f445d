"""What waits for a word of review: the office's reports to approve, a head's to sign; worst and oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import indicators, report_reviews, reports, snapshots
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.db.report_reviews import WaitingReport
from bot.db.reports import StoredReport
from bot.db.snapshots import StoredSnapshot
from bot.domain.errors import NotAllowed
from bot.domain.ladder import ReasonCode
from bot.domain.period import Period
from bot.domain.reporting import check_value
from bot.domain.review import ReportForReview, remarks
from bot.domain.rights import Action, Scope, may, scope_of
from bot.presenters.order_said import ReviewList
from bot.presenters.review_said import ReviewCard, ReviewQueue, ReviewRow, ReviewTold
from bot.presenters.words import label
from bot.services.cause import Cause
from bot.services.order_pending import waiting_requests
from bot.services.report_preview import points
from bot.services.year import Year, year_at

PAGE = 5
ORDERS_SHOWN = 6


@dataclass(frozen=True)
class Queue:
    """Everything that waits for this person. `unsigned`: what waits for the heads first."""

    rows: tuple[ReviewRow, ...]
    unsigned: tuple[ReviewRow, ...]
    signing: bool
    asked: bool = True

    @property
    def plain(self) -> tuple[ReviewRow, ...]:
        """What is unremarkable."""
        return tuple(row for row in self.rows if not row.remarks)


def is_office(cause: Cause) -> bool:
    """Whether this person approves; otherwise they sign."""
    return scope_of(cause.actor.actor, Action.CONFIRM_REPORT) is Scope.ANY


def check_reviewer(cause: Cause) -> None:
    """Raise NotAllowed for who neither approves nor signs."""
    if not is_office(cause) and scope_of(cause.actor.actor, Action.SIGN_OFF_REPORT) is Scope.NONE:
        raise NotAllowed(action=Action.CONFIRM_REPORT.value)


async def review_queue(db: Database, cause: Cause, page: int = 0) -> ReviewQueue:
    """A page of what waits for this person, orders first. Raises NotAllowed for who has nothing to review."""
    check_reviewer(cause)
    async with db.read() as session:
        year = await year_at(session, cause.now)
        queue = await queue_of(session, year, cause)
        orders = await waiting_requests(session, year) if is_office(cause) else []
    pages = max(1, -(-len(queue.rows) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = ReviewList(tuple(orders[:ORDERS_SHOWN]), len(orders), 0, 1) if orders and page == 0 else None
    return ReviewQueue(
        orders=shown,
        rows=queue.rows[page * PAGE : (page + 1) * PAGE],
        total=len(queue.rows),
        plain=len([row for row in queue.plain if row.reporter_id != cause.actor.person_id]),
        unsigned=len(queue.unsigned),
        page=page,
        pages=pages,
        signing=queue.signing,
        asked=queue.asked,
    )


async def review_card(db: Database, cause: Cause, report_id: int) -> ReviewCard | ReviewTold:
    """One report that waits, to be read by itself. Raises NotAllowed."""
    check_reviewer(cause)
    async with db.read() as session:
        queue = await queue_of(session, await year_at(session, cause.now), cause)
    row = next((one for one in (*queue.rows, *queue.unsigned) if one.report_id == report_id), None)
    if row is None:
        return ReviewTold("settled")
    return ReviewCard(row, len(queue.rows), queue.signing, own=row.reporter_id == cause.actor.person_id)


async def queue_of(session: AsyncSession, year: Year, cause: Cause) -> Queue:
    """What waits for this person, worst and oldest first."""
    signs = year.scheme.reporting.head_signs_off
    office = is_office(cause)
    if not office and not signs:
        return Queue((), (), signing=True, asked=False)
    actor = cause.actor.actor
    waiting = await report_reviews.waiting(session, year.cycle_id)
    if not office:
        known = {item.id: item for item in await indicators.of_cycle(session, year.cycle, year.period.last_day)}
        own = {key for key, item in known.items() if may(actor, Action.SIGN_OFF_REPORT, item.subject)}
        waiting = [item for item in waiting if item.report.indicator_id in own]
    rows = await rows_of(session, year, waiting)
    waits = [row.unsigned and signs for row in rows]
    mine = [row for row, unsigned in zip(rows, waits, strict=True) if unsigned is not office]
    others = [row for row, unsigned in zip(rows, waits, strict=True) if unsigned] if office else []
    return Queue(tuple(mine), tuple(others), signing=not office)


async def rows_of(session: AsyncSession, year: Year, waiting: Sequence[WaitingReport]) -> list[ReviewRow]:
    """These reports with what the reviewer looks at, worst and oldest first."""
    known = {item.id: item for item in await indicators.of_cycle(session, year.cycle, year.period.last_day)}
    among = [(item, known.get(item.report.indicator_id)) for item in waiting]
    found = [(item, indicator) for item, indicator in among if indicator is not None]
    if not found:
        return []
    ids = sorted({indicator.id for _, indicator in found})
    first, last = str(Period(year.year, 1)), max(item.report.period for item, _ in found)
    verdicts = await snapshots.stored(session, ids, first, last)
    history: dict[int, list[StoredReport]] = {key: [] for key in ids}
    for stored in await reports.of_months(session, ids, first, last):
        history[stored.indicator_id].append(stored)
    rows = [_row(year, item, indicator, verdicts, history[indicator.id]) for item, indicator in found]
    replaced = [row.report_id for row in rows if row.corrected]
    old = await report_reviews.replaced_values(session, replaced) if replaced else {}
    rows = [replace(row, old=old.get(row.report_id)) for row in rows]
    return sorted(rows, key=lambda row: (-row.severity, row.reported_at, row.report_id))


def _row(
    year: Year,
    item: WaitingReport,
    indicator: KnownIndicator,
    verdicts: Mapping[tuple[int, str], StoredSnapshot],
    history: Sequence[StoredReport],
) -> ReviewRow:
    report = item.report
    verdict = verdicts.get((indicator.id, report.period))
    last = next((one for one in reversed(history) if one.period < report.period), None)
    nodes = tuple(int(str(position)) for position in report.nodes_done)
    row = ReviewRow(
        report_id=report.id,
        indicator_id=indicator.id,
        name=indicator.name,
        period=report.period,
        unit=indicator.unit or "",
        kind=indicator.kind.value,
        value=report.value,
        nodes=label("push.comma").join(node.name for node in indicator.nodes if node.position in nodes),
        no_change=report.no_change,
        last_value=last.value if last else None,
        last_period=last.period if last else "",
        target=indicator.target,
        problem=report.problem or "",
        coordinate=report.coordinate_text or "",
        reporter=item.reporter,
        post=item.post,
        reporter_id=report.reporter_id,
        reported_at=report.reported_at,
        corrected=report.revision > 1,
        unsigned=item.unsigned,
    )
    row = replace(row, doubts=_doubts(year, row, indicator, nodes))
    before = [key for key in verdicts if key[0] == indicator.id and key[1] < report.period]
    return _judged(year, row, verdict, verdicts[max(before)].grade if before else None)


def _judged(year: Year, row: ReviewRow, verdict: StoredSnapshot | None, previous: str | None) -> ReviewRow:
    """The row with where the indicator stands by it, and what is remarkable."""
    facts = ReportForReview(
        grade=verdict.grade if verdict else None,
        previous_grade=previous,
        value=row.value,
        last_value=row.last_value,
        target=row.target,
        doubted=bool(row.doubts),
        corrected=row.corrected,
        with_problem=bool(row.problem or row.coordinate),
    )
    row = replace(row, remarks=remarks(year.scheme, facts))
    if verdict is None:
        return row
    return replace(
        row,
        progress=points(verdict.progress),
        pace=points(verdict.pace),
        gap=points(verdict.gap),
        grade_word=year.scheme.grade(verdict.grade).word,
        severity=verdict.severity,
        held=verdict.reason == ReasonCode.UNCONFIRMED.value,
    )


def _doubts(year: Year, row: ReviewRow, indicator: KnownIndicator, nodes: tuple[int, ...]) -> tuple[str, ...]:
    if row.value is None or row.no_change:
        return ()
    yardstick = indicator.yardstick(nodes)
    found = check_value(row.value, row.last_value, yardstick, unit=row.unit, checks=year.scheme.checks)
    return tuple(doubt.value for doubt in found)
