"""审核 of reports: what the services say about it. `presenters/review.py` turns it into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.domain.review import Remark
from bot.presenters.order_said import ReviewList


@dataclass(frozen=True)
class ReviewRow:
    """A report that waits. `pace`, `progress`, `gap`: percentage points; `old`: the value that a correction replaced.

    `held`: the month's grade stays worse until this report is approved. `doubts`: codes of [doubt] of reports.
    """

    report_id: int
    indicator_id: int
    name: str
    period: str
    unit: str
    kind: str
    value: Decimal | None
    nodes: str
    no_change: bool
    last_value: Decimal | None
    last_period: str
    target: Decimal | None
    problem: str
    coordinate: str
    reporter: str
    post: str
    reporter_id: int | None
    reported_at: datetime
    corrected: bool
    unsigned: bool
    old: Decimal | None = None
    progress: Decimal | None = None
    pace: Decimal | None = None
    gap: Decimal | None = None
    grade_word: str = ""
    severity: int = 0
    held: bool = False
    doubts: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def change(self) -> Decimal | None:
        """Against last month."""
        if self.value is None or self.last_value is None:
            return None
        return self.value - self.last_value


@dataclass(frozen=True)
class ReviewQueue:
    """A page of what waits for this person. `signing`: the head signs (审签), the office approves (审核).

    `orders`: what waits of the warning orders, on the first page only. `plain`: how many may be approved at once.
    `unsigned`: how many still wait for their heads. `asked`: whether the scheme wants this person's word at all.
    """

    orders: ReviewList | None
    rows: tuple[ReviewRow, ...]
    total: int
    plain: int
    unsigned: int
    page: int
    pages: int
    signing: bool = False
    asked: bool = True


@dataclass(frozen=True)
class ReviewCard:
    """One report with all that speaks for and against it. `own`: of this person, who cannot approve it."""

    row: ReviewRow
    left: int
    signing: bool
    own: bool = False


@dataclass(frozen=True)
class BatchPreview:
    """What would be approved at once. `more`: how many are not shown by name; `version`: of the draft."""

    rows: tuple[ReviewRow, ...]
    more: int
    total: int
    kept_back: int
    version: int
    signing: bool


@dataclass(frozen=True)
class Approved:
    """Approved (or signed). `grade`: the word that now holds where it changed by that; `next`: the next that waits."""

    names: tuple[str, ...]
    count: int
    signing: bool
    left: int
    grades: tuple[tuple[str, str, str], ...] = ()
    skipped: int = 0
    next: ReviewRow | None = None


@dataclass(frozen=True)
class ReasonWanted:
    """The next typed words are why it is given back."""

    name: str
    month: int
    version: int


@dataclass(frozen=True)
class Returned:
    """Given back. `told`: who hears of it."""

    name: str
    month: int
    reason: str
    told: tuple[str, ...]
    leaves_at: datetime | None
    left: int
    next: ReviewRow | None = None


@dataclass(frozen=True)
class ReviewTold:
    """One sentence, a key of [told]; `name`, `who`, `month` are its blanks."""

    code: str
    name: str = ""
    who: str = ""
    month: int = 0


@dataclass(frozen=True)
class PeriodPreview:
    """A month that would be frozen or opened again."""

    month: int
    reopens: bool
    reported: int
    total: int
    waiting: int
    reason: str
    version: int


@dataclass(frozen=True)
class PeriodDone:
    """A month that was frozen or opened again."""

    month: int
    reopens: bool
    reason: str = ""


@dataclass(frozen=True)
class NoteAdded:
    """A cooperating unit's words are on the card."""

    indicator_id: int
    name: str
    month: int
    text: str
