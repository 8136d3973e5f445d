"""Where a rehearsal clock can go, and by which steps: the days in between are lived through, not skipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select

from bot.db.engine import Database
from bot.db.tables import InboxUpdate, JobRun, Push
from bot.domain.errors import NotFound
from bot.domain.period import Period
from bot.holidays import china
from bot.services.year import office_zone, year_at

DAY = timedelta(days=1)
# A minute after the hour at which things become due, so that they are.
AFTER = timedelta(minutes=1)
DEFAULT_HOUR = time(8, 30)


@dataclass(frozen=True)
class Stop:
    """A moment that a rehearsal wants to go to."""

    key: str
    at: datetime


async def digest_hour(db: Database, now: datetime) -> time:
    """When the day's messages go out, in office time; the usual hour where no scheme is loaded."""
    try:
        async with db.read() as session:
            return (await year_at(session, now)).scheme.digest_at
    except NotFound:
        return DEFAULT_HOUR


def stops_after(now: datetime, hour: time) -> list[Stop]:
    """The next working day, the 20th, 25th and 26th ahead, and the next month; each at the digest's hour."""
    today = now.astimezone(office_zone()).date()
    calendar = china()

    def on(day: date) -> datetime:
        return (datetime.combine(day, hour, office_zone()) + AFTER).astimezone(UTC)

    def ahead(number: int) -> datetime:
        # On a day off nothing happens: the day's business moves to the next working day.
        period = Period.of(today)
        here = on(calendar.next_workday(period.day(number)))
        return here if here > now else on(calendar.next_workday(period.next().day(number)))

    first = on(calendar.next_workday(today))
    next_workday = first if first > now else on(calendar.next_workday(today + DAY))
    return [
        Stop("next_workday", next_workday),
        Stop("day_20", ahead(20)),
        Stop("day_25", ahead(25)),
        Stop("day_26", ahead(26)),
        Stop("next_month", on(calendar.next_workday(Period.of(today).next().day(1)))),
    ]


def steps_between(now: datetime, to: datetime, hour: time) -> Iterator[datetime]:
    """Each morning on the way, and the end itself."""
    day = now.astimezone(office_zone()).date()
    while day <= to.astimezone(office_zone()).date():
        morning = (datetime.combine(day, hour, office_zone()) + AFTER).astimezone(UTC)
        if now < morning < to:
            yield morning
        day += DAY
    yield to


async def latest_moment(db: Database) -> datetime | None:
    """The latest time that the database has seen: where a rehearsal that was interrupted goes on."""
    async with db.read() as session:
        moments = [
            await session.scalar(select(func.max(column)))
            for column in (InboxUpdate.received_at, Push.created_at, Push.sent_at, JobRun.started_at)
        ]
    return max((moment for moment in moments if moment), default=None)
