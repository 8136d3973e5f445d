"""What the conversation of a monthly report has to say: records that services make and presenters word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Trouble:
    """Why something was not taken. `code` is a key of [trouble] in the word list, `params` its blanks."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class NodeMark:
    """A milestone's node in a preview or on a card. `since`: when it was first reported as done."""

    position: int
    month: int
    name: str
    done: bool
    since: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One indicator's report as it is, or would be. `progress`, `pace`, `gap`: percentage points for showing.

    `old`: the value that a correction replaces. `doubts`: codes of questions asked before the value is taken.
    `said_month`: the month that was typed beside the value.
    """

    indicator_id: int
    name: str
    period: str
    unit: str
    kind: str
    value: Decimal | None
    no_change: bool = False
    progress: Decimal | None = None
    pace: Decimal | None = None
    gap: Decimal | None = None
    grade: str = ""
    grade_word: str = ""
    target: Decimal | None = None
    nodes: tuple[NodeMark, ...] = ()
    last_value: Decimal | None = None
    last_period: str | None = None
    is_correction: bool = False
    old: Decimal | None = None
    problem: str | None = None
    measure: str | None = None
    coordinate: str | None = None
    leader: str | None = None
    note: str | None = None
    doubts: tuple[str, ...] = ()
    said_month: int | None = None

    @property
    def change(self) -> Decimal | None:
        """Against the last report."""
        if self.value is None or self.last_value is None:
            return None
        return self.value - self.last_value


@dataclass(frozen=True)
class Preview:
    """Reports that wait for 确认. `early`: ahead of the month's opening. `notice`: a key of [notice] to begin with."""

    version: int
    lines: tuple[Line, ...]
    troubles: tuple[Trouble, ...] = ()
    early: bool = False
    on_behalf: bool = False
    notice: str | None = None


@dataclass(frozen=True)
class AskField:
    """A question for one field of the draft; the next typed text answers it. `same`: 无变化 is an answer too.

    `current`: the value that is in and may be corrected.
    """

    version: int
    field: str
    indicator_id: int
    name: str
    unit: str
    kind: str
    period: str
    target: Decimal | None = None
    last_value: Decimal | None = None
    last_period: str | None = None
    same: bool = False
    current: Decimal | None = None
    trouble: Trouble | None = None
    others: bool = False  # more are asked for, so that this one can be skipped


@dataclass(frozen=True)
class AskIndicator:
    """Which of these the typed text belongs to."""

    version: int
    typed: str
    choices: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class NextUp:
    """The next report that is asked for. `same`: 无变化 is possible."""

    indicator_id: int
    name: str
    period: str
    same: bool
    last_value: Decimal | None
    unit: str


@dataclass(frozen=True)
class Skipped:
    """One was left for later. `left`: how many are still asked for, that one among them."""

    name: str
    next: NextUp
    left: int


@dataclass(frozen=True)
class Confirmed:
    """Reports that are in. `left`: how many are still asked for."""

    lines: tuple[Line, ...]
    report_ids: tuple[int, ...]
    left: int
    next: NextUp | None = None
    corrected: bool = False


@dataclass(frozen=True)
class OpenItem:
    """A line of the list of what is to be reported."""

    indicator_id: int
    name: str
    period: str
    days_left: int
    returned: bool = False


@dataclass(frozen=True)
class ReportedItem:
    """A line of what is in, which can be corrected."""

    report_id: int
    name: str
    value: Decimal | None
    unit: str


@dataclass(frozen=True)
class OpenReports:
    """A page of what is to be reported, and what is in. `opens`, `due`: of the month in question."""

    period: str
    opens: date
    due: date
    early: bool
    items: tuple[OpenItem, ...]
    reported: tuple[ReportedItem, ...]
    open_count: int
    reported_count: int
    page: int
    pages: int


@dataclass(frozen=True)
class Told:
    """One sentence, a key of [told]. `retry`: an indicator whose report can begin; `report_id`: one to correct."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    retry: int | None = None
    report_id: int | None = None
    card: int | None = None
