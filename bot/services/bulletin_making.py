"""/bulletin: the month's bulletin; its numbers are counted once, for text, picture and document alike."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import boards
from bot.db.engine import Database
from bot.db.people import holders
from bot.domain.bulletin import Filing, MonthFacts, OrdersOfMonth, bulletin
from bot.domain.errors import NotFound
from bot.domain.kinds import Role
from bot.domain.period import Period
from bot.domain.reporting import report_window
from bot.domain.rights import Action
from bot.presenters.bulletin import BulletinShown, Named
from bot.presenters.rule_words import rule_sentence
from bot.services.board_facts import Lights, lights_of
from bot.services.cause import Cause
from bot.services.year import Year, year_at

ISSUED, ESCALATED, CLOSED = ("issued",), ("regraded", "escalated"), ("closed",)
RELAPSED = ("reopened", "relapsed")


async def bulletin_of(db: Database, cause: Cause, period: Period | None = None) -> BulletinShown:
    """The bulletin of a month; without one, of the newest month whose reports were due.

    Raises NotAllowed for anybody but the office, NotFound for a month without any verdict.
    """
    cause.check(Action.MAKE_BULLETIN)
    async with db.read() as session:
        return await bulletin_in(session, cause.now, period)


async def bulletin_in(session: AsyncSession, now: datetime, period: Period | None = None) -> BulletinShown:
    """The same in a session that is open already."""
    today = await year_at(session, now)
    wanted = period or newest_due(today)
    if wanted is None:
        raise NotFound("no month of this year was due yet")
    year = await year_at(session, now, on=wanted.last_day)
    lights = await lights_of(session, year, wanted)
    if not lights.is_judged(str(wanted)):
        raise NotFound(period=str(wanted))
    facts = await _facts(session, year, lights, wanted)
    made = bulletin(facts)
    mentioned = {*made.worst, *made.fresh, *made.worsened, *made.recovered}
    return BulletinShown(
        bulletin=made,
        grades=year.scheme.grades,
        office=await _office(session),
        named={item.id: _named(lights, item.id, str(wanted)) for item in lights.known if item.id in mentioned},
        today=today.today,
        due=facts.due,
        before=wanted.previous() if wanted.month > 1 and lights.is_judged(str(wanted.previous())) else None,
    )


def newest_due(year: Year) -> Period | None:
    """The newest month of the year whose reports are past their due date; None in January before that."""
    period = year.period
    if year.today > report_window(period, year.scheme, year.calendar).due:
        return period
    return period.previous() if period.month > 1 else None


async def _facts(session: AsyncSession, year: Year, lights: Lights, period: Period) -> MonthFacts:
    due = report_window(period, year.scheme, year.calendar).due
    ids = [item.id for item in lights.known]
    first = await boards.first_reported(session, ids, str(period))
    filings = [
        Filing(item.lead_units[0], _day(year, first.get(item.id)))
        for item in lights.known
        if item.lead_units and item.facts.start_month <= period.month
    ]
    trend = year.scheme.bulletin.trend_months
    earlier = [Period(period.year, month) for month in range(max(period.month - trend + 1, 1), period.month)]
    gaps = {key: found.gap for (key, month), found in lights.stored.items() if month == str(period) and found.gap}
    return MonthFacts(
        period=str(period),
        items=lights.of(str(period)),
        months=[(str(one), lights.of(str(one)) if lights.is_judged(str(one)) else []) for one in earlier],
        groups=await boards.groups(session),
        gaps=gaps,
        filings=filings,
        due=due,
        orders=await _orders(session, year, period),
        worst=year.scheme.bulletin.worst,
    )


def _day(year: Year, moment: datetime | None) -> date | None:
    return moment.astimezone(year.zone).date() if moment else None


async def _orders(session: AsyncSession, year: Year, period: Period) -> OrdersOfMonth:
    since, until = (
        datetime.combine(day, time(0), year.zone).astimezone(UTC) for day in (period.day(1), period.next().day(1))
    )
    events = await boards.order_events(session, since, until)
    return OrdersOfMonth(
        issued=_sum(events, ISSUED),
        escalated=_sum(events, ESCALATED),
        closed=_sum(events, CLOSED),
        relapsed=_sum(events, RELAPSED),
        open=await boards.open_at(session, until),
    )


def _sum(events: Counter[str], names: tuple[str, ...]) -> int:
    return sum(events[name] for name in names)


def _named(lights: Lights, indicator_id: int, period: str) -> Named:
    item = next(item for item in lights.known if item.id == indicator_id)
    found, scheme = lights.stored.get((indicator_id, period)), lights.year.scheme
    warned = found is not None and found.severity > 0
    return Named(
        name=item.name,
        units=item.lead_units,
        leader=item.responsible_post,
        grade_word=scheme.grade(found.grade).word if found else "",
        gap=found.gap if found else None,
        progress=found.progress if found else None,
        reason=rule_sentence(found, scheme.grade(found.base_grade).word) if found is not None and warned else "",
    )


async def _office(session: AsyncSession) -> str:
    held = await holders(session, roles=[Role.OFFICE])
    return next((holder.unit for holder in held if holder.unit), "")
