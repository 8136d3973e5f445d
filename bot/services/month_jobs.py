"""What falls on a working day of the month: the bulletin, the leaders' briefs, the warning about the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.jobs import Occurrence
from bot.db.tables import Cycle
from bot.db.telling import Notice, tell
from bot.domain.errors import NotFound
from bot.domain.kinds import Role
from bot.domain.months import nth_workday, quarter_before
from bot.domain.period import Period
from bot.domain.pushes import PushKind
from bot.presenters.bulletin import bulletin_ready
from bot.presenters.push_calendar import present_unpublished
from bot.services.brief_sending import send_briefs
from bot.services.bulletin_making import bulletin_in
from bot.services.cause import Cause
from bot.services.working_days import calendar_of
from bot.services.year import Year

BULLETIN_JOB, BRIEF_JOB, CALENDAR_JOB = "bulletin", "brief", "calendar"
# From this month on the office is told that next year's holidays are not known.
NEXT_YEAR_MATTERS = 11


def _due(year: Year, now: datetime, number: int) -> datetime | None:
    """The hour of the digest on the n-th working day of this month, if that is today and past."""
    if year.today != nth_workday(year.period, number, year.calendar):
        return None
    planned = datetime.combine(year.today, year.scheme.digest_at, year.zone).astimezone(UTC)
    return planned if now >= planned else None


def plan_bulletin(year: Year, now: datetime) -> list[Occurrence]:
    """Last month's bulletin, once its reports were due."""
    planned = _due(year, now, year.scheme.bulletin.bulletin_on)
    return [Occurrence(BULLETIN_JOB, str(year.period.previous()), planned)] if planned else []


async def run_bulletin(session: AsyncSession, cause: Cause, occurrence: Occurrence) -> int:
    """Tell the office that the bulletin is ready; its picture and its Word document are one press away."""
    try:
        shown = await bulletin_in(session, cause.now, Period.parse(occurrence.name))
    except NotFound:
        return 0
    reply = bulletin_ready(shown)
    notice = Notice(
        kind=PushKind.BULLETIN,
        text=reply.text,
        key=f"bulletin:{occurrence.name}",
        reason="bulletin",
        now=cause.now,
        buttons=reply.buttons,
    )
    return await tell(session, (Role.OFFICE,), notice)


def plan_briefs(year: Year, now: datetime) -> list[Occurrence]:
    """The quarter's brief of each leader, in the first week after it."""
    quarter, planned = quarter_before(year.period), _due(year, now, year.scheme.bulletin.brief_on)
    return [Occurrence(BRIEF_JOB, str(quarter), planned)] if quarter and planned else []


async def run_briefs(session: AsyncSession, cause: Cause, occurrence: Occurrence) -> int:
    """Send them."""
    return await send_briefs(session, cause, Period.parse(occurrence.name))


def plan_calendar(year: Year, now: datetime) -> list[Occurrence]:
    """Monthly while this year's holidays are not published; from November on also for the next year's."""
    planned = _due(year, now, 1)
    wanted = [year.year] + ([year.year + 1] if year.period.month >= NEXT_YEAR_MATTERS else [])
    missing = [one for one in wanted if not year.calendar.is_published(one)]
    return [Occurrence(CALENDAR_JOB, f"{one}:{year.period}", planned) for one in missing] if planned else []


async def run_calendar(session: AsyncSession, cause: Cause, occurrence: Occurrence) -> int:
    """Tell the office, unless it has entered that year's days itself."""
    year = int(occurrence.name.partition(":")[0])
    own = await session.scalar(select(Cycle.calendar).where(Cycle.year == year)) or ""
    if calendar_of(own).is_published(year):
        return 0
    notice = Notice(
        kind=PushKind.CALENDAR,
        text=present_unpublished(year, date(year, 1, 1)),
        key=f"calendar:{occurrence.name}",
        reason="calendar_unpublished",
        now=cause.now,
    )
    return await tell(session, (Role.OFFICE, Role.ADMIN), notice)
