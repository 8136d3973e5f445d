"""One report under review, behind its lock: whether it can still be decided on, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, indicators, report_reviews, reports
from bot.db.drafts import Ending
from bot.db.indicators import KnownIndicator
from bot.db.tables import Report
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.rights import Action, may
from bot.presenters.review_said import ReviewRow, ReviewTold
from bot.services.cause import Cause
from bot.services.report_queue import is_office
from bot.services.year import Year, year_at

KIND, BATCH, RETURN = "review", "batch", "return"


@dataclass(frozen=True)
class ReviewCase:
    """A report under review, behind its lock."""

    report: Report
    indicator: KnownIndicator
    year: Year

    @property
    def month(self) -> int:
        """1..12."""
        return int(self.report.period[5:7])


async def take_in_hand(session: AsyncSession, cause: Cause, report_id: int) -> ReviewCase:
    """The report behind the lock of its indicator. Raises NotFound, and NotAllowed for another unit's."""
    seen = await report_reviews.by_id(session, report_id)
    if seen is None:
        raise NotFound(report_id=report_id)
    await indicators.lock(session, seen.indicator_id)
    report = await report_reviews.by_id(session, report_id)
    year = await year_at(session, cause.now)
    indicator = await indicators.one_of_cycle(session, year.cycle, year.period.last_day, seen.indicator_id)
    if report is None or indicator is None:
        raise NotFound(report_id=report_id)
    if not is_office(cause) and not may(cause.actor.actor, Action.SIGN_OFF_REPORT, indicator.subject):
        raise NotAllowed(action=Action.SIGN_OFF_REPORT.value)
    return ReviewCase(report, indicator, year)


async def refusal_of(session: AsyncSession, cause: Cause, case: ReviewCase) -> ReviewTold | None:
    """Why nothing is done: one wins, and nobody approves their own."""
    settled = await settled_by(session, cause, case)
    if settled is not None:
        return settled
    if case.report.reporter_id == cause.actor.person_id:
        return ReviewTold("own" if is_office(cause) else "own_signed", case.indicator.name, month=case.month)
    return None


async def settled_by(session: AsyncSession, cause: Cause, case: ReviewCase) -> ReviewTold | None:
    report, signing = case.report, not is_office(cause)
    if report.superseded_at is not None:
        return ReviewTold("changed", case.indicator.name, month=case.month)
    if report.period in await reports.closed_periods(session, case.year.cycle_id):
        return ReviewTold("frozen", case.indicator.name, month=case.month)
    by, code = report.confirmed_by, "approved_before"
    if report.confirmed_at is None and report.returned_at is not None:
        by, code = report.returned_by, "returned_before"
    elif report.confirmed_at is None and signing and report.signed_at is not None:
        by, code = report.signed_by, "signed_before"
    elif report.confirmed_at is None:
        return None
    who = await report_reviews.names_of(session, [by]) if by else {}
    return ReviewTold(code, case.indicator.name, who.get(by or 0, ""), case.month)


def next_of(rows: Sequence[ReviewRow], cause: Cause) -> ReviewRow | None:
    return next((row for row in rows if row.reporter_id != cause.actor.person_id), None)


async def finish(session: AsyncSession, cause: Cause) -> None:
    kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
    if kept is not None and kept.kind == KIND:
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
