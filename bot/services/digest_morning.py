"""All that the day's digests look at, loaded once for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import jobs, order_book, orders, silences, snapshots, yardsticks
from bot.db.people import Holder
from bot.db.roster import Roster, roster_for
from bot.db.snapshots import StoredSnapshot
from bot.db.tables import Escalation, OrderRecipient, Push, Silence, WarningOrder
from bot.domain.period import Period
from bot.domain.reporting import ReminderStage, Window, reminder_days, report_window
from bot.services.digest_tasks import Work, load_work
from bot.services.year import Year, year_at

DIGEST_JOB = "digest"


@dataclass(frozen=True)
class Morning:
    """The state of a day. `stage`: the reminder that falls on today, or fell since the last digests went out.

    `period`: the month asked for, the newest whose report has opened; None before the year's first.
    """

    now: datetime
    year: Year
    roster: Roster
    period: Period | None
    window: Window | None
    stage: ReminderStage | None
    reported: frozenset[int]
    repeatable: frozenset[int]
    latest: Mapping[int, StoredSnapshot]
    orders: Mapping[int, WarningOrder]
    recipients: Mapping[int, tuple[OrderRecipient, ...]]
    sent_today: frozenset[int]
    escalations: Mapping[int, Sequence[Escalation]] = field(default_factory=dict)
    silences: Sequence[Silence] = ()
    silenced_units: Mapping[int, frozenset[int]] = field(default_factory=dict)
    work: Work = field(default_factory=Work)

    @cached_property
    def indicator_of_order(self) -> dict[int, int]:
        """The indicator of each open order, by the order's id."""
        return {order.id: key for key, order in self.orders.items()}

    @cached_property
    def people(self) -> dict[int, tuple[Holder, ...]]:
        """Everybody's posts."""
        return self.roster.by_person()

    @cached_property
    def _late(self) -> dict[date, int]:
        return {}

    def workdays_late(self, due: date) -> int:
        """Working days past that date, negative before it."""
        if due not in self._late:
            self._late[due] = self.year.calendar.workdays_between(due, self.year.today)
        return self._late[due]

    def silenced(self, person_id: int) -> frozenset[int]:
        """The indicators that the office has silenced for this person."""
        found: set[int] = set()
        for row in self.silences:
            if row.person_id == person_id:
                return frozenset(self.roster.answering)
            found |= {row.indicator_id} if row.indicator_id is not None else set()
            found |= self.silenced_units.get(row.unit_id or 0, frozenset())
        return frozenset(found)

    @property
    def days_overdue(self) -> int:
        """Calendar days past the due date, negative before it."""
        return (self.year.today - self.window.due).days if self.window else 0


def asked_period(year: Year) -> tuple[Period, Window] | None:
    """The newest month of the year whose report has opened, with its dates."""
    period = year.period
    window = report_window(period, year.scheme, year.calendar)
    if year.today >= window.opens:
        return period, window
    if period.month == 1:
        return None
    before = period.previous()
    return before, report_window(before, year.scheme, year.calendar)


async def load_morning(session: AsyncSession, now: datetime) -> Morning:
    """Load it. Raises NotFound before anything was imported."""
    year = await year_at(session, now)
    ids = await yardsticks.current_indicator_ids(session, year.cycle_id)
    opened = await orders.open_orders(session)
    asked = asked_period(year)
    period = asked[0] if asked else None
    by_person: dict[int, list[OrderRecipient]] = {}
    for row in (await orders.recipients_of(session, [order.id for order in opened.values()])).values():
        by_person.setdefault(row.person_id, []).append(row)
    roster = await roster_for(session, year.scheme, ids, on=year.today)
    silenced = await silences.active(session, year.today)
    units = [row.unit_id for row in silenced if row.unit_id is not None]
    return Morning(
        now=now,
        year=year,
        roster=roster,
        period=period,
        window=asked[1] if asked else None,
        stage=await _stage(session, year, period) if period else None,
        reported=frozenset(await yardsticks.reported_in(session, str(period))) if period else frozenset(),
        repeatable=frozenset(await yardsticks.reported_in(session, str(period.previous()))) if period else frozenset(),
        latest=await snapshots.latest(session, list(opened), str(year.period)) if opened else {},
        orders=opened,
        recipients={key: tuple(value) for key, value in by_person.items()},
        sent_today=await _sent_today(session, roster, year.today),
        silences=silenced,
        silenced_units=await silences.indicators_by_unit(session, units) if units else {},
        work=await load_work(session, year, roster),
        escalations=await order_book.fresh_escalations(session, now - timedelta(days=1)),
    )


async def _stage(session: AsyncSession, year: Year, period: Period) -> ReminderStage | None:
    """A reminder whose day went by while nothing ran is made up for, late; of several the last."""
    last_run = await jobs.last_finished(session, DIGEST_JOB, str(year.today))
    since = date.fromisoformat(last_run) if last_run else year.today - timedelta(days=1)
    days = reminder_days(period, year.scheme, year.calendar)
    due = [day for day in days if since < day <= year.today]
    return days[max(due)] if due else None


def digest_key(person_id: int, day: date) -> str:
    """One digest per person per day: the key that makes a second one impossible."""
    return f"digest:{person_id}:{day.isoformat()}"


async def _sent_today(session: AsyncSession, roster: Roster, today: date) -> frozenset[int]:
    keys = [digest_key(person_id, today) for person_id in roster.by_person()]
    query = select(Push.person_id).where(Push.dedupe_key.in_(keys))
    return frozenset(person for person in (await session.scalars(query)).all() if person is not None)
