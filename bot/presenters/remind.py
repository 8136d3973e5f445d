"""The office's list of who has not reported, and what came of sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.period import Period
from bot.presenters.actions import CancelDraft, Noop, RemindPage, RemindSend, RemindToggle
from bot.presenters.reply import Button, Reply, Rows, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, render

PAGE = 8
NAMES_SHOWN = 3
BUTTON_NAME = 20


@dataclass(frozen=True)
class RemindRow:
    """A contact who owes reports, or (without a person) a unit that has no contact."""

    person_id: int | None
    person: str | None
    unit: str
    indicators: tuple[str, ...]
    indicator_ids: tuple[int, ...]
    bound: bool = False
    chosen: bool = False
    urged_today: bool = False


@dataclass(frozen=True)
class RecentUrge:
    """Somebody of the office urged a short while ago."""

    by: str
    at: datetime
    count: int


@dataclass(frozen=True)
class RemindList:
    """Who has not reported. `days_overdue`: negative before the due date."""

    period: Period
    due: date
    days_overdue: int
    rows: tuple[RemindRow, ...]
    page: int
    version: int
    recent: RecentUrge | None = None

    @property
    def chosen(self) -> int:
        """How many would be urged."""
        return sum(row.chosen for row in self.rows)

    @property
    def missing(self) -> int:
        """How many indicators are not reported."""
        return len({key for row in self.rows for key in row.indicator_ids})


@dataclass(frozen=True)
class EverybodyReported:
    """Nothing is missing; `period` None before the year's first report opens."""

    period: Period | None


@dataclass(frozen=True)
class NobodyChosen:
    """Everybody was taken off the list."""


@dataclass(frozen=True)
class UrgeSent:
    """The urging is on its way, at once or at the next working morning (`leaves_at`)."""

    period: Period
    told: tuple[str, ...]
    off: tuple[str, ...]
    unbound: tuple[str, ...]
    leaves_at: datetime | None


Remind = RemindList | EverybodyReported | NobodyChosen | UrgeSent


def present_remind(found: Remind) -> Reply:
    """The answer for whatever the reminder has come to."""
    if isinstance(found, EverybodyReported):
        return Reply(render("reply/remind_none", period=str(found.period) if found.period else None))
    if isinstance(found, NobodyChosen):
        return Reply(render("reply/remind_nobody"))
    if isinstance(found, UrgeSent):
        return Reply(
            render(
                "reply/remind_sent",
                sent=found,
                told=some_names(found.told, PAGE),
                off=some_names(found.off, PAGE),
                unbound=some_names(found.unbound, PAGE),
            )
        )
    return _present_list(found)


def _present_list(found: RemindList) -> Reply:
    pages = max(-(-len(found.rows) // PAGE), 1)
    page = min(max(found.page, 0), pages - 1)
    shown = found.rows[page * PAGE : (page + 1) * PAGE]
    text = render(
        "reply/remind",
        found=found,
        lines=[(row, shortened(row.unit), some_names(row.indicators, NAMES_SHOWN)) for row in shown],
        page=page + 1,
        pages=pages,
    )
    return Reply(text, _buttons(found, shown, page, pages))


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
    return rows(*toggles, [item for item in turning if item], [send, cancel] if found.chosen else [cancel])


def _toggle(row: RemindRow, version: int) -> Button:
    name = shortened(f"{row.unit} {row.person}", BUTTON_NAME)
    key = "remind.chosen" if row.chosen else "remind.off"
    return Button(label(key, name=name), RemindToggle(row.person_id or 0, version).pack())
