"""Once a month, when the reports were due: the office hears how many wait for its word. Not a line of every day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import report_reviews
from bot.db.jobs import Occurrence
from bot.db.telling import Notice, tell
from bot.domain.kinds import Role
from bot.domain.pushes import Priority, PushKind
from bot.domain.reporting import report_window
from bot.presenters.push_review import present_waiting_reports
from bot.services.cause import Cause
from bot.services.report_queue import rows_of
from bot.services.year import Year, year_at

REVIEW_JOB = "review"


def plan_review(year: Year, now: datetime) -> list[Occurrence]:
    """At the hour of the digest on the first working day after the due date."""
    planned = datetime.combine(year.today, year.scheme.digest_at, year.zone).astimezone(UTC)
    if now < planned:
        return []
    months = [year.period] if year.period.month == 1 else [year.period.previous(), year.period]
    due = [month for month in months if _after(year, report_window(month, year.scheme, year.calendar).due)]
    return [Occurrence(REVIEW_JOB, str(month), planned) for month in due]


def _after(year: Year, due: date) -> bool:
    return year.today == year.calendar.add_workdays(due, 1)


async def run_review(session: AsyncSession, cause: Cause, occurrence: Occurrence) -> int:
    """Tell everybody in the office, if anything waits."""
    year = await year_at(session, cause.now)
    waiting = await report_reviews.waiting(session, year.cycle_id)
    rows = await rows_of(session, year, waiting)
    signs = year.scheme.reporting.head_signs_off
    mine = [row for row in rows if not (signs and row.unsigned)]
    if not mine:
        return 0
    reply = present_waiting_reports(
        month=int(occurrence.name[5:7]),
        total=len(mine),
        plain=len([row for row in mine if not row.remarks]),
        unsigned=len(rows) - len(mine),
    )
    notice = Notice(
        kind=PushKind.REVIEW,
        text=reply.text,
        key=f"review:{occurrence.name}",
        reason="review_waits",
        now=cause.now,
        priority=Priority.ROUTINE,
        buttons=reply.buttons,
    )
    return await tell(session, (Role.OFFICE,), notice)
