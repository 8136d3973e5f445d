"""The office's list of who owes something, what came of sending, and the record of who was urged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from bot.domain.period import Period
from bot.presenters.actions import CancelDraft, Noop, RemindPage, RemindSend, RemindToggle
from bot.presenters.actions_console import AskOfUrge, CancelUrge, RemindMatter, ShowUrges
from bot.presenters.reply import Button, Reply, Rows, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, moment, render

PAGE = 8
NAMES_SHOWN = 3
BUTTON_NAME = 20


class UrgeMatter(StrEnum):
    """What people are urged to do."""

    REPORT = "report"
    ORDER = "order"
    TASK = "task"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class Owed:
    """One thing that is owed: an indicator's report or evidence, an order, a task. `state`: what it waits for."""

    key: int
    name: str
    indicator_id: int | None
    state: str = ""


@dataclass(frozen=True)
class RemindRow:
    """Somebody who owes something, or (without a person) a unit that has nobody to urge.

    `urged_today`: how often already; `over`: as often as the scheme allows.
    """

    person_id: int | None
    person: str | None
    unit: str
    owed: tuple[Owed, ...]
    bound: bool = False
    chosen: bool = False
    urged_today: int = 0
    over: bool = False

    @property
    def indicators(self) -> tuple[str, ...]:
        """The names of what is owed."""
        return tuple(item.name for item in self.owed)


@dataclass(frozen=True)
class RecentUrge:
    """Somebody of the office urged a short while ago."""

    by: str
    at: datetime
    count: int


@dataclass(frozen=True)
class RemindList:
    """Who owes what. `period`, `due`: of reports. `days_overdue`: negative before the due date.

    `words`: the office's own sentence; `leaves_at`: when it would leave, None for at once.
    """

    rows: tuple[RemindRow, ...]
    page: int
    version: int
    period: Period | None = None
    due: date | None = None
    days_overdue: int = 0
    recent: RecentUrge | None = None
    matter: UrgeMatter = UrgeMatter.REPORT
    words: str = ""
    leaves_at: datetime | None = None

    @property
    def chosen(self) -> int:
        """How many would be urged."""
        return sum(row.chosen for row in self.rows)

    @property
    def missing(self) -> int:
        """How many things are owed."""
        return len({item.key for row in self.rows for item in row.owed})

    @property
    def over(self) -> int:
        """How many were urged today as often as the scheme allows."""
        return sum(row.over for row in self.rows)


@dataclass(frozen=True)
class EverybodyReported:
    """Nothing is missing; `period` None before the year's first report opens."""

    period: Period | None
    matter: UrgeMatter = UrgeMatter.REPORT


@dataclass(frozen=True)
class NobodyChosen:
    """Everybody was taken off the list."""


@dataclass(frozen=True)
class UrgeSent:
    """The urging is on its way, at once or later (`leaves_at`)."""

    period: Period | None
    told: tuple[str, ...]
    off: tuple[str, ...]
    unbound: tuple[str, ...]
    leaves_at: datetime | None
    matter: UrgeMatter = UrgeMatter.REPORT
    over: tuple[str, ...] = ()
    urge_id: int = 0


@dataclass(frozen=True)
class UrgeAsked:
    """The office is asked for its sentence (`words`) or for a time (`when`)."""

    what: str


@dataclass(frozen=True)
class UrgeLine:
    """One urging in the record. `left`: messages that left; `done`: how many have done by now what was asked."""

    urge_id: int
    at: datetime
    by: str
    matter: UrgeMatter
    people: tuple[str, ...]
    left: int
    waiting: int
    done: int
    words: str
    send_at: datetime | None
    cancelled: bool


@dataclass(frozen=True)
class UrgeRecord:
    """The newest urgings."""

    lines: tuple[UrgeLine, ...]
    page: int = 0


@dataclass(frozen=True)
class UrgeCancelled:
    """An urging that had not left was taken back. `count`: messages; 0: they had left already."""

    count: int


Remind = RemindList | EverybodyReported | NobodyChosen | UrgeSent | UrgeAsked | UrgeRecord | UrgeCancelled


def present_remind(found: Remind) -> Reply:
    """The answer for whatever the reminder has come to."""
    return PRESENTERS[type(found)](found)


def _matters(without: UrgeMatter) -> list[Button]:
    return [
        Button(label(f"remind.matter.{matter}"), RemindMatter(matter.value).pack())
        for matter in UrgeMatter
        if matter is not without
    ]


def _record() -> Button:
    return Button(label("remind.record"), ShowUrges(0).pack())


def _present_nothing(found: EverybodyReported) -> Reply:
    period = str(found.period) if found.period else None
    text = render("reply/remind_none", period=period, matter=found.matter.value)
    return Reply(text, rows(_matters(found.matter), [_record()]))


def _present_sent(found: UrgeSent) -> Reply:
    text = render(
        "reply/remind_sent",
        sent=found,
        what=label(f"remind.matter.{found.matter}"),
        told=some_names(found.told, PAGE),
        off=some_names(found.off, PAGE),
        unbound=some_names(found.unbound, PAGE),
        over=some_names(found.over, PAGE),
    )
    cancel = [Button(label("remind.take_back"), CancelUrge(found.urge_id).pack())] if found.leaves_at else []
    return Reply(text, rows(cancel))


def _present_list(found: RemindList) -> Reply:
    pages = max(-(-len(found.rows) // PAGE), 1)
    page = min(max(found.page, 0), pages - 1)
    shown = found.rows[page * PAGE : (page + 1) * PAGE]
    text = render(
        "reply/remind",
        found=found,
        what=label(f"remind.owed.{found.matter}"),
        lines=[(row, shortened(row.unit), some_names(_things(row), NAMES_SHOWN)) for row in shown],
        page=page + 1,
        pages=pages,
    )
    return Reply(text, _buttons(found, shown, page, pages))


def _things(row: RemindRow) -> list[str]:
    return [label("remind.thing", name=item.name, state=item.state) if item.state else item.name for item in row.owed]


def _buttons(found: RemindList, shown: tuple[RemindRow, ...], page: int, pages: int) -> Rows:
    toggles = [[_toggle(row, found.version)] for row in shown if row.bound and row.person_id is not None]
    turning = [
        Button(label("remind.back"), RemindPage(page - 1, found.version).pack()) if page > 0 else None,
        Button(label("remind.page", page=page + 1, pages=pages), Noop().pack()) if pages > 1 else None,
        Button(label("remind.on"), RemindPage(page + 1, found.version).pack()) if page + 1 < pages else None,
    ]
    key = "remind.send_again" if found.recent else "remind.send"
    send = Button(label(key, count=found.chosen), RemindSend(found.version, bool(found.recent)).pack())
    cancel = Button(label("remind.cancel"), CancelDraft(found.version).pack())
    ask = [
        Button(label("remind.add_words"), AskOfUrge("words", found.version).pack()),
        Button(label("remind.set_time"), AskOfUrge("when", found.version).pack()),
        _record(),
    ]
    act = [send, cancel] if found.chosen else [cancel]
    return rows(*toggles, [item for item in turning if item], act, ask, _matters(found.matter))


def _toggle(row: RemindRow, version: int) -> Button:
    name = shortened(f"{row.unit} {row.person}".strip(), BUTTON_NAME)
    key = "remind.chosen" if row.chosen else "remind.off"
    return Button(label(key, name=name), RemindToggle(row.person_id or 0, version).pack())


RECORD_PAGE = 6


def _present_record(found: UrgeRecord) -> Reply:
    pages = max(-(-len(found.lines) // RECORD_PAGE), 1)
    page = min(max(found.page, 0), pages - 1)
    shown = found.lines[page * RECORD_PAGE : (page + 1) * RECORD_PAGE]
    lines = [(line, label(f"remind.matter.{line.matter}"), some_names(line.people, 4)) for line in shown]
    back = [
        [Button(label("remind.take_back_one", at=_hour(line)), CancelUrge(line.urge_id).pack())]
        for line in shown
        if line.waiting and not line.cancelled
    ]
    turning = [
        Button(label("remind.back"), ShowUrges(page - 1).pack()) if page > 0 else None,
        Button(label("remind.on"), ShowUrges(page + 1).pack()) if page + 1 < pages else None,
    ]
    text = render("reply/urge_record", lines=lines, page=page + 1, pages=pages)
    return Reply(text, rows(*back, [item for item in turning if item]))


def _hour(line: UrgeLine) -> str:
    return moment(line.send_at or line.at)


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    EverybodyReported: _present_nothing,
    NobodyChosen: lambda _: Reply(render("reply/remind_nobody")),
    UrgeSent: _present_sent,
    RemindList: _present_list,
    UrgeAsked: lambda asked: Reply(label(f"remind.ask_{asked.what}")),
    UrgeRecord: _present_record,
    UrgeCancelled: lambda done: Reply(label("remind.taken_back" if done.count else "remind.left", count=done.count)),
}
