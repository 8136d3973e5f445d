"""封存 and 重开 of a month's reports, by the office: shown first, done when it is confirmed, kept in the audit."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, indicators, report_reviews, reports
from bot.db.drafts import DraftToKeep, Ending
from bot.db.engine import Database
from bot.domain.errors import Expired, InvalidInput
from bot.domain.period import Period
from bot.domain.rights import Action
from bot.presenters.review_said import PeriodDone, PeriodPreview, ReviewTold
from bot.services.cause import Cause, Change, audit, effect
from bot.services.report_returning import LONGEST
from bot.services.year import Year, year_at

KIND = "period"


async def preview_period(
    db: Database, cause: Cause, month: int, reason: str, *, reopens: bool
) -> PeriodPreview | ReviewTold:
    """What freezing this month of the year, or opening it again, means. Raises NotAllowed and InvalidInput."""
    cause.check(Action.CLOSE_PERIOD)
    words = " ".join(reason.split())
    if len(words) > LONGEST:
        raise InvalidInput("errors_review.too_long", limit=LONGEST, length=len(words))
    if not 1 <= month <= 12 or (reopens and not words):
        return ReviewTold("period_usage")
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        period = str(Period(year.year, month))
        refusal = await _refusal(session, year, period, reopens=reopens)
        if refusal is not None:
            return refusal
        payload: dict[str, object] = {"period": period, "reopens": reopens, "reason": words}
        version = await drafts.put(session, DraftToKeep(cause.actor.person_id, KIND, payload, cause.now))
        waiting = [one for one in await report_reviews.waiting(session, year.cycle_id) if one.report.period == period]
        return PeriodPreview(
            month=month,
            reopens=reopens,
            reported=await report_reviews.reported_count(session, year.cycle_id, period),
            total=len(await indicators.of_cycle(session, year.cycle, year.period.last_day)),
            waiting=len(waiting),
            reason=words,
            version=version,
        )


async def _refusal(session: AsyncSession, year: Year, period: str, *, reopens: bool) -> ReviewTold | None:
    month = int(period[5:7])
    closed = period in await reports.closed_periods(session, year.cycle_id)
    if reopens and not closed:
        return ReviewTold("period_open", month=month)
    if not reopens and closed:
        return ReviewTold("period_closed", month=month)
    if not reopens and period > str(year.period):
        return ReviewTold("period_future", month=month)
    return None


async def set_period(db: Database, cause: Cause, version: int | None = None) -> PeriodDone | ReviewTold:
    """Do what the preview showed. Raises NotAllowed, and Expired for a preview that is gone."""
    cause.check(Action.CLOSE_PERIOD)
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if kept is None or kept.kind != KIND or (version is not None and version != kept.version):
            raise Expired
        period, reopens = str(kept.payload["period"]), bool(kept.payload["reopens"])
        reason = str(kept.payload["reason"])
        year = await year_at(session, cause.now)
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        refusal = await _refusal(session, year, period, reopens=reopens)
        if refusal is not None:
            return refusal
        row = await report_reviews.period_row(session, year.cycle_id, period, cause.now)
        before: dict[str, object] = {"closed_at": row.closed_at.isoformat() if row.closed_at else None}
        row.closed_at = None if reopens else cause.now
        if reopens:
            row.reopened_at = cause.now
        await session.flush()
        said: dict[str, object] = {"period": period, "reason": reason}
        action = "reopen_period" if reopens else "close_period"
        audit(session, cause, Change(action, "period", row.id, before=before, after=said))
        return PeriodDone(int(period[5:7]), reopens, reason)
