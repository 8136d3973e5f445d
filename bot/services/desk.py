"""What a person has on the desk: the indicators they may report, the month each is asked for, and what is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import indicator_rows, indicators, reports
from bot.db.indicators import KnownIndicator
from bot.db.looking import Look
from bot.db.reports import StoredReport
from bot.db.revision import is_changed
from bot.db.within import look_within
from bot.domain.period import Period
from bot.domain.reporting import Window, report_window
from bot.domain.rights import Action, Actor, Scope, may, nearness, scope_of
from bot.services.year import Year


@dataclass(frozen=True)
class Slot:
    """An indicator and the month to report. `last`: the newest report of an earlier month of the year.

    `early`: before that month's report opens, and nothing older is owed. `frozen`: the month is closed.
    """

    indicator: KnownIndicator
    period: Period
    window: Window
    days_left: int
    early: bool
    frozen: bool
    report: StoredReport | None
    last: StoredReport | None

    @property
    def is_open(self) -> bool:
        """Whether a report is asked for and not in; one that was given back is asked for again."""
        if self.frozen:
            return False
        return self.report.is_returned if self.report is not None else not self.early


@dataclass(frozen=True)
class Filed:
    """This year's current reports of some indicators, oldest first, and the months that are frozen."""

    reports: Sequence[StoredReport]
    closed: frozenset[str]


@dataclass(frozen=True)
class Desk:
    """The slots in the order of the lists; `own` are those that the person answers for.

    `history`: this year's current reports of each indicator, oldest first; `closed`: the frozen months;
    `settled`: indicators and months that were reported since the desk was read.
    """

    year: Year
    slots: tuple[Slot, ...]
    own_ids: frozenset[int]
    history: Mapping[int, tuple[StoredReport, ...]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    settled: frozenset[tuple[int, str]] = frozenset()
    # When each month opens and is due: the same for all indicators.
    _windows: dict[Period, Window] = field(default_factory=dict, repr=False, compare=False)

    def window(self, period: Period) -> Window:
        """When that month's report opens and is due."""
        found = self._windows.get(period)
        if found is None:
            found = self._windows[period] = window_of(self.year, period)
        return found

    def when_in(self, reported: Iterable[tuple[int, str]]) -> Desk:
        """The desk when these reports, by indicator and month, are in: nothing of them is open any more."""
        return replace(self, settled=self.settled | frozenset(reported))

    def slot(self, indicator_id: int, period: str | None = None) -> Slot | None:
        """The slot of that indicator, for the month asked for or a given one; None where the person may not report."""
        found = next((slot for slot in self.slots if slot.indicator.id == indicator_id), None)
        if found is None or period is None or str(found.period) == period:
            return found
        return _slot_for(self, found.indicator, Period.parse(period))

    @property
    def own(self) -> tuple[Slot, ...]:
        """What the person answers for."""
        return tuple(slot for slot in self.slots if slot.indicator.id in self.own_ids)

    @property
    def open(self) -> tuple[Slot, ...]:
        """What the person is asked for now."""
        keys = ((slot, (slot.indicator.id, str(slot.period))) for slot in self.own)
        return tuple(slot for slot, key in keys if slot.is_open and key not in self.settled)

    def following(self, indicator_id: int) -> Slot | None:
        """The open slot after that indicator, from the top again at the end; None when all are in."""
        ids = [slot.indicator.id for slot in self.own]
        at = ids.index(indicator_id) + 1 if indicator_id in ids else 0
        still_open = {slot.indicator.id: slot for slot in self.open}
        turned = (still_open.get(key) for key in (*ids[at:], *ids[:at]) if key != indicator_id)
        return next((slot for slot in turned if slot is not None), None)


async def desk_of(session: AsyncSession, year: Year, actor: Actor) -> Desk:
    """The person's desk today. The office's holds every indicator, none of them its own."""
    look = await look_within(session)
    own = None if is_changed(session) else await own_desk(look, year, actor)
    if own is not None:
        return own
    return await _desk(look, year, actor, await indicators.of_cycle(session, year.cycle, year.period.last_day))


async def own_desk(look: Look, year: Year, actor: Actor) -> Desk | None:
    """The desk of somebody who reports what is their own; None for who may report more than that."""
    if scope_of(actor, Action.REPORT_VALUE) > Scope.OWN:
        return None
    ids = await indicator_rows.own_ids(look, year.cycle, [*actor.post_ids], [*actor.unit_ids])
    known = await indicator_rows.known(look, year.cycle, year.period.last_day, ids)
    return await _desk(look, year, actor, [known[key] for key in ids if key in known])


async def _desk(look: Look, year: Year, actor: Actor, known: Iterable[KnownIndicator]) -> Desk:
    """`known`: all that the person may report, in the order of the lists."""
    mine = reportable(actor, known)
    first, last = str(Period(year.year, 1)), str(year.period)
    stored = await reports.months_seen(look, [item.id for item in mine], first, last)
    return desk_from(year, actor, mine, Filed(stored, await reports.closed_seen(look, year.cycle_id)))


def reportable(actor: Actor, known: Iterable[KnownIndicator]) -> list[KnownIndicator]:
    """Those that the person may report."""
    return [item for item in known if may(actor, Action.REPORT_VALUE, item.subject)]


def is_own(actor: Actor, item: KnownIndicator) -> bool:
    """Whether the person answers for it."""
    return nearness(actor, item.subject) is Scope.OWN


def desk_from(year: Year, actor: Actor, known: Iterable[KnownIndicator], filed: Filed) -> Desk:
    """The part of the person's desk that these indicators are on."""
    mine = reportable(actor, known)
    own = frozenset(item.id for item in mine if is_own(actor, item))
    history: dict[int, tuple[StoredReport, ...]] = {item.id: () for item in mine}
    for report in filed.reports:
        if report.indicator_id in history:
            history[report.indicator_id] = (*history[report.indicator_id], report)
    empty = Desk(year, (), own, history, filed.closed)
    return replace(empty, slots=tuple(_asked_for(empty, item) for item in mine))


def window_of(year: Year, period: Period) -> Window:
    """When that month's report opens and is due."""
    return report_window(period, year.scheme, year.calendar)


def _asked_for(desk: Desk, item: KnownIndicator) -> Slot:
    """The slot of the month that is asked for.

    From the day on which its report opens, the current month. Before it, last month's while that is missing and not
    closed; otherwise the current month ahead of time.
    """
    year = desk.year
    current, before = year.period, year.period.previous()
    if year.today >= desk.window(current).opens:
        return _slot_for(desk, item, current)
    owed = before.year == year.year and before.month >= item.facts.start_month
    reported = {report.period for report in desk.history[item.id] if not report.is_returned}
    if owed and str(before) not in desk.closed and str(before) not in reported:
        return _slot_for(desk, item, before)
    return _slot_for(desk, item, current)


def _slot_for(desk: Desk, item: KnownIndicator, period: Period) -> Slot:
    year, window = desk.year, desk.window(period)
    by_period = {report.period: report for report in desk.history[item.id]}
    earlier = [report for key, report in sorted(by_period.items()) if key < str(period)]
    return Slot(
        indicator=item,
        period=period,
        window=window,
        days_left=(window.due - year.today).days,
        early=year.today < window.opens,
        frozen=str(period) in desk.closed,
        report=by_period.get(str(period)),
        last=earlier[-1] if earlier else None,
    )
