"""What services say about warning orders: the records that the presenters of orders turn into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.domain.answers import Answer, Field, Request


@dataclass(frozen=True)
class OrderNamed:
    """An order as answers name it. `number`: (year, serial)."""

    order_id: int
    indicator_id: int
    name: str
    number: tuple[int, int]
    grade_word: str
    severity: int


@dataclass(frozen=True)
class AnswerPreview:
    """An answer before it is sent. `awaiting`: what the next typed words say; None when only 确认 is missing.

    `version`: of the draft. `from_report`: fields that were taken over from the monthly report.
    """

    order: OrderNamed
    answer: Answer
    awaiting: Field | None
    asked: str
    version: int
    lacks: tuple[Field, ...] = ()
    from_report: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Answered:
    """An answer is in. `reviewed`: it needs no review; else the office was told. `late`: after the due date."""

    order: OrderNamed
    answer: Answer
    reviewed: bool
    late: bool = False
    office_at: datetime | None = None


@dataclass(frozen=True)
class WordsWanted:
    """The next typed words belong to this step: a day and a reason for more time, the reason of a return, a basis.

    `act`: the key of the question; `due`: the day that is to move.
    """

    order: OrderNamed
    act: str
    version: int
    due: date | None = None


@dataclass(frozen=True)
class ExtensionSent:
    """More time was asked for."""

    order: OrderNamed
    due: date
    until: date
    reason: str
    moved: bool  # to the next working day
    office_at: datetime | None = None


@dataclass(frozen=True)
class ClosingSent:
    """The close-out was asked for. `basis`: what speaks for it."""

    order: OrderNamed
    basis: str
    office_at: datetime | None = None


@dataclass(frozen=True)
class Decided:
    """The office has decided: `what` was asked, `accepted` or given back, with its words.

    `due`: the day that now holds. `told`: who hears of it.
    """

    order: OrderNamed
    what: Request
    accepted: bool
    reason: str = ""
    due: date | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class WhichOrder:
    """Words that fit several orders: choose. `act`: what was meant; `version`: of the draft that keeps the words."""

    act: str
    orders: tuple[OrderNamed, ...]
    hidden: int
    version: int


@dataclass(frozen=True)
class NoOrder:
    """No order that these words could be about."""

    act: str


@dataclass(frozen=True)
class PendingRequest:
    """Something that waits for the office. `ref`: the answer or the request for more time; 0 for a close-out."""

    order: OrderNamed
    what: Request
    at: datetime
    by: str
    ref: int


@dataclass(frozen=True)
class ReviewList:
    """A page of what waits for the office, oldest first."""

    rows: tuple[PendingRequest, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class RecipientLine:
    """Somebody who is asked to acknowledge. `away`: on leave; `bound`: has an account; `told`: it was said to them."""

    person: str
    post: str
    acknowledged_at: datetime | None
    bound: bool
    told: bool
    away: bool = False


@dataclass(frozen=True)
class ThreadLine:
    """A line of the thread. `event` names its sentence; `detail` are its words."""

    at: datetime
    event: str
    who: str
    detail: dict[str, str]


@dataclass(frozen=True)
class ExtensionShown:
    """The newest request for more time."""

    until: date
    reason: str
    verdict: str | None
    granted: date | None


@dataclass(frozen=True)
class OrderView:
    """An order with everything that belongs to it. `may`: what this person can do now.

    `version`, `refs`: what the buttons were shown for. `kind` decides what the numbers are called; `progress` is
    the completion in per cent.
    """

    order: OrderNamed
    kind: str
    unit: str
    state: str
    version: int
    period: str
    actual: Decimal | None
    target: Decimal | None
    progress: Decimal | None
    gap: Decimal | None
    rule: str
    now_word: str
    asked: str
    reply_due: date | None
    promised_until: date | None
    lead_units: tuple[str, ...]
    recipients: tuple[RecipientLine, ...]
    answer: Answer | None
    verdict: str | None
    extension: ExtensionShown | None
    thread: tuple[ThreadLine, ...]
    today: date
    may: frozenset[str]
    refs: dict[str, int]
    silenced_until: date | None = None
