"""The sample district through a whole year: every tick, every report, every acknowledgement, every message."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select, update

from bot.db import indicators
from bot.db.claims import Claimed
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.db.people import Holder, KnownActor, actor_of_person, holders
from bot.db.tables import Indicator, Push
from bot.domain.period import Period
from bot.domain.pushes import Act as PushAct
from bot.domain.pushes import PushKind
from bot.domain.reporting import report_window
from bot.holidays import china
from bot.outbox.delivery import Delivered
from bot.outbox.limits import Limits
from bot.outbox.worker import Outbox, Sender
from bot.presenters.actions import ToggleNode
from bot.presenters.report_said import Confirmed, Preview
from bot.services import drafting, ordering, report_taking, reporting, sampling
from bot.services.cause import Cause
from bot.services.importing import import_paths
from bot.services.progress import nodes_within
from bot.services.report_table import Typed
from bot.services.sweeping import run_due
from bot.services.year import Year, year_at
from bot.sheets.records import ProgressRow
from tests.year.answering import answer_orders, answers_after, review_requests, reviews_after
from tests.year.collecting import collect
from tests.year.habits import DAY, ZONE, Sitting, acknowledges_after, chance, sitting
from tests.year.records import Message, Reported, YearRun

SAMPLES = Path(__file__).parents[2] / "samples"
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
TICKS = (time(8, 30), time(14, 30))
LISTED_AT = datetime(2026, 1, 4, 8, 45, tzinfo=ZONE)
# Nobody in these posts ever bound an account.
UNBOUND = ("区委统战部部长", "区信访局联络员", "区科技局主要负责人", "第3街道联络员")
CLERK = "区督查绩效办干事"
SAME = "无变化"
PAUSE = timedelta(minutes=2)
ACKNOWLEDGED = (PushKind.WARNING, PushKind.DIGEST)


@dataclass(frozen=True)
class Report:
    """A report to be made. `same`: last month's value, typed as 无变化 or by the button."""

    indicator: KnownIndicator
    row: ProgressRow
    same: bool

    @property
    def is_pressed(self) -> bool:
        """Whether a press on 无变化 is enough for this one: a matter of taste."""
        return self.same and chance("press", self.indicator.name) % 3 == 0

    @property
    def is_typed(self) -> bool:
        """Whether the value is typed; milestones are ticked."""
        return not self.is_pressed and (self.same or not self.indicator.nodes)

    @property
    def words(self) -> str:
        """As the contact types it."""
        if self.same:
            return SAME
        words = (f"{self.row.actual:f}{self.indicator.unit or ''}", self.row.problem, self.row.needs)
        return "，".join(word for word in words if word)


class HandClock:
    """A clock that stands where it was set."""

    def __init__(self) -> None:
        self.at = datetime.combine(FIRST, time(), ZONE).astimezone(UTC)

    def now(self) -> datetime:
        return self.at


class Phones:
    """The transport: every message arrives at once, and is noted."""

    def __init__(self, arrived: Callable[[Push, str], None]) -> None:
        self._arrived = arrived
        self._ids = itertools.count(1)

    async def send(self, claimed: Claimed, text: str) -> Delivered:
        if claimed.push.act == PushAct.SEND:
            # An edit changes what was said before; no phone rings.
            self._arrived(claimed.push, text)
        return Delivered((next(self._ids),))


Act = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Setting:
    """Under which scheme, a file of the samples, and with how much of the district: every n-th indicator.

    `ticks`: when somebody looks what is due; on days off too, unless `only_workdays`.
    """

    scheme: str = "scheme.toml"
    every: int = 1
    ticks: tuple[time, ...] = TICKS
    only_workdays: bool = False


class District:
    """Lives the year on one database; `sweeps` are those that tick: each of them looks at every tick."""

    def __init__(self, db: Database, sweeps: Sequence[Database] = (), setting: Setting = Setting()) -> None:
        self.db, self.sweeps, self.setting = db, tuple(sweeps) or (db,), setting
        # Something was put into the outbox since it was looked at last.
        self._waiting = False
        for each in {*self.sweeps, db}:
            each.on_outbox = self._note_waiting
        self.clock, self.run = HandClock(), YearRun()
        who = Sender("year", again=lambda text: text)
        self.outbox = Outbox(db, Phones(self._arrived), self.clock, who, Limits.unbounded())
        self._agenda: list[tuple[datetime, int, Act]] = []
        self._order = itertools.count()
        self._people: dict[int, Holder] = {}
        self._actors: dict[str, KnownActor] = {}
        self._message_ids = itertools.count(1)

    def plan(self, at: datetime, act: Act) -> None:
        """Put something on the agenda; what is planned for one moment happens in the order of planning."""
        heapq.heappush(self._agenda, (at.astimezone(UTC), next(self._order), act))

    async def live(self, until: date = LAST) -> YearRun:
        """Live through the year to the end of that day."""
        self.plan(LISTED_AT, self._begin)
        day = FIRST
        while day <= until:
            if not self.setting.only_workdays or china().is_workday(day):
                for hour in self.setting.ticks:
                    self.plan(datetime.combine(day, hour, ZONE), self._tick)
            day += DAY
        end = datetime.combine(until + DAY, time(), ZONE)
        while self._agenda and self._agenda[0][0] < end:
            at, _, act = heapq.heappop(self._agenda)
            self.clock.at = at
            await act()
            # What waits for a later hour leaves at a tick; in between only what was put in just now can leave.
            if self._waiting or act == self._tick:
                self._waiting = False
                await self.outbox.drain()
        async with self.db.read() as session:
            await collect(session, self.run)
        return self.run

    def _note_waiting(self) -> None:
        self._waiting = True

    async def _tick(self) -> None:
        self.run.ticks += 1
        for db in self.sweeps:
            await run_due(db, self.clock.at)

    # -- the start of the year -----------------------------------------------------------------------------------

    async def _begin(self) -> None:
        now = self.clock.at
        files = (self.setting.scheme, *sampling.LISTS[1:])
        await import_paths(self.db, Cause(now), [SAMPLES / name for name in files])
        await self._leave_out(now)
        await sampling.bind_everybody(self.db, now, but=UNBOUND)
        async with self.db.read() as session:
            year = await year_at(session, now)
            known = await indicators.of_cycle(session, year.cycle, LAST)
            held = await holders(session)
            main = frozenset(year.scheme.main_leader_titles)
            for item in held:
                self._people.setdefault(item.person_id, item)
                actor = await actor_of_person(session, item.person_id, main)
                assert actor is not None
                self._actors[item.post] = actor
        self.run.year = year
        self.run.roles = {item.person: str(item.role) for item in self._people.values() if item.chat_id is not None}
        by_post = {item.post: item.person for item in held}
        self.run.leader_of = {item.name: by_post.get(item.responsible_post or "", "") for item in known}
        self.run.contacts_of = {
            item.name: tuple(by_post[f"{unit}联络员"] for unit in item.lead_units if f"{unit}联络员" in by_post)
            for item in known
        }
        self._plan_reports(year, {item.name: item for item in known})

    async def _leave_out(self, now: datetime) -> None:
        """Only every n-th indicator is lived with; the others are as if the list had dropped them."""
        async with self.db.write() as session:
            ids = (await session.scalars(select(Indicator.id).order_by(Indicator.position, Indicator.id))).all()
            dropped = [key for number, key in enumerate(ids) if number % self.setting.every]
            await session.execute(update(Indicator).where(Indicator.id.in_(dropped)).values(closed_at=now))

    def _plan_reports(self, year: Year, known: dict[str, KnownIndicator]) -> None:
        """Most contacts do a month in one sitting, some come back for each of their indicators."""
        last: dict[str, Decimal | None] = {}
        for period, rows in sorted(sampling.progress_rows(SAMPLES).items()):
            window = report_window(period, year.scheme, year.calendar)
            sittings: dict[str, Sitting] = {}
            parts: dict[str, list[list[Report]]] = defaultdict(list)
            for row in rows:
                if row.indicator not in known:
                    continue
                report = Report(
                    known[row.indicator], row, same=not row.problem and last.get(row.indicator) == row.actual
                )
                last[row.indicator] = row.actual
                together = chance("together", period, row.units[0]) % 10 < 7
                about = f"{period}/{row.units[0] if together else row.indicator}"
                sittings[about] = sitting(about, window, year.calendar)
                # Values that are typed at one sitting are typed in one message.
                typed = next((part for part in parts[about] if part[0].is_typed), None)
                if report.is_typed and typed:
                    typed.append(report)
                else:
                    parts[about].append([report])
            for about, chosen in sittings.items():
                for number, part in enumerate(parts[about]):
                    self.plan(chosen.at + PAUSE * number, self._reporting(part, chosen.habit))

    # -- what people do ------------------------------------------------------------------------------------------

    def _reporting(self, part: Sequence[Report], habit: str) -> Act:
        async def act() -> None:
            post = f"{part[0].row.units[0]}联络员"
            actor = self._actors[CLERK if post in UNBOUND else post]
            cause = Cause(self.clock.at, actor)
            if part[0].is_pressed:
                period = Period.parse(part[0].row.period)
                done: object = await reporting.no_change(self.db, cause, part[0].indicator.id, period)
            else:
                version = await (self._typed(cause, part) if part[0].is_typed else self._ticked(cause, part[0]))
                done = await reporting.confirm(self.db, cause, version)
            assert isinstance(done, Confirmed), f"{self.clock.at} {part}: {done}"
            for report in part:
                value = None if report.indicator.nodes else report.row.actual
                made = Reported(self.clock.at, report.indicator.name, report.row.period, actor.name, habit, value)
                self.run.reported.append(made)

        return act

    async def _typed(self, cause: Cause, part: Sequence[Report]) -> int:
        """The version of the preview that the contact is shown. A single value answers the push about it."""
        lines = [report.words if len(part) == 1 else f"{report.indicator.name} {report.words}" for report in part]
        among = tuple(report.indicator.id for report in part)
        typed = Typed("\n".join(lines), next(self._message_ids), among)
        shown = await report_taking.take(self.db, cause, typed)
        assert isinstance(shown, Preview), f"{typed}: {shown}"
        assert len(shown.lines) == len(part), f"{typed}: {shown}"
        return shown.version

    async def _ticked(self, cause: Cause, report: Report) -> int:
        indicator, row = report.indicator, report.row
        shown = await drafting.start(self.db, cause, indicator.id)
        assert isinstance(shown, Preview)
        done = {mark.position for mark in shown.lines[0].nodes if mark.done}
        for position in sorted(done ^ set(nodes_within(indicator.facts, row.actual))):
            shown = await drafting.toggle(self.db, cause, ToggleNode(position, shown.version))
            assert isinstance(shown, Preview)
        return shown.version

    def _arrived(self, push: Push, text: str) -> None:
        person = self._people[push.person_id or 0]
        message = Message(
            self.clock.at, person.person, person.post, str(person.role), push.kind, push.grade, text, push.id
        )
        self.run.messages.append(message)
        wait = acknowledges_after(person.person, push.dedupe_key)
        if push.grade is not None and push.kind in ACKNOWLEDGED and wait is not None:
            self.plan(self.clock.at + wait, self._acknowledging(person, push.id))

        self._reacts(person, push)

    def _reacts(self, person: Holder, push: Push) -> None:
        """A contact answers what the message asks, the office reads what came in."""
        wait = answers_after(person.person, push.dedupe_key)
        if person.role == "contact" and push.grade is not None and wait is not None:
            self.plan(self.clock.at + wait, self._doing(person, answer_orders))
        if person.role == "office" and push.kind == PushKind.ORDER:
            self.plan(self.clock.at + reviews_after(push.dedupe_key), self._doing(person, review_requests))

    def _doing(self, person: Holder, what: Callable[[Database, KnownActor, datetime], Awaitable[int]]) -> Act:
        async def act() -> None:
            await what(self.db, self._actors[person.post], self.clock.at)

        return act

    def _acknowledging(self, person: Holder, push_id: int) -> Act:
        async def act() -> None:
            await ordering.acknowledge_push(self.db, Cause(self.clock.at, self._actors[person.post]), push_id)
            self.run.acknowledged += 1

        return act
