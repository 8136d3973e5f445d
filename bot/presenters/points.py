"""The two lists: 包干清单 by leader, 三点清单 by unit, each with its status; marking a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.points import PointStatus
from bot.presenters.actions import CancelDraft
from bot.presenters.actions_console import MarkPoint, ShowPoints
from bot.presenters.grade_said import GradeSaid
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened
from bot.presenters.words import label, render

PAGE = 8
TEXT = 60
LEADER_PAGE = 30


@dataclass(frozen=True)
class PointLine:
    """A point. `days_left`: to its due date, negative past it."""

    id: int
    kind: str
    text: str
    project: str | None
    person: str | None
    start: date | None
    due: date | None
    days_left: int | None
    indicator: str
    status: PointStatus
    words: str


@dataclass(frozen=True)
class PointList:
    """The points of a unit (0: of all that may be seen), the most pressing first."""

    unit_id: int
    unit: str
    lines: tuple[PointLine, ...]
    page: int
    may_mark: bool


@dataclass(frozen=True)
class LeaderLine:
    """An indicator of a leader's list: name, lead units, due date in words, grade in words."""

    name: str
    units: tuple[str, ...]
    due: date | None
    grade_word: str


@dataclass(frozen=True)
class LeaderList:
    """包干清单: the indicators of each leader; one leader's by name, else how many of each."""

    leaders: tuple[tuple[str, tuple[LeaderLine, ...]], ...]


@dataclass(frozen=True)
class PointMarked:
    """A point is done."""

    line: PointLine


@dataclass(frozen=True)
class RiskPreview:
    """A risk that came true, before it is recorded: what becomes of the grade."""

    line: PointLine
    reason: str
    grade: GradeSaid
    version: int


@dataclass(frozen=True)
class RiskNoted:
    """A risk that came true is recorded."""

    line: PointLine
    grade: GradeSaid


@dataclass(frozen=True)
class PointUsage:
    """The words are not enough: how to write `what`."""

    what: str


def _told(line: PointLine) -> dict[str, object]:
    return {
        "line": line,
        "kind": label(f"points.kind.{line.kind}"),
        "text": shortened(line.text, TEXT),
        "status": label(f"points.status.{line.status}", days=abs(line.days_left or 0)),
    }


def _present_list(found: PointList) -> Reply:
    pages = max(-(-len(found.lines) // PAGE), 1)
    page = min(max(found.page, 0), pages - 1)
    shown = [_told(line) for line in found.lines[page * PAGE : (page + 1) * PAGE]]
    counts = [
        (label(f"points.count.{status}"), sum(line.status is status for line in found.lines)) for status in PointStatus
    ]
    text = render(
        "reply/points",
        found=found,
        lines=shown,
        counts=[item for item in counts if item[1]],
        page=page + 1,
        pages=pages,
    )
    turning = [
        Button(label("report.button.back"), ShowPoints(found.unit_id, page - 1).pack()) if page > 0 else None,
        Button(label("report.button.on"), ShowPoints(found.unit_id, page + 1).pack()) if page + 1 < pages else None,
    ]
    return Reply(text, rows([item for item in turning if item]))


def _present_leaders(found: LeaderList) -> Reply:
    one = len(found.leaders) == 1
    text = render("reply/leader_list", leaders=found.leaders, one=one, shown=LEADER_PAGE)
    return Reply(text)


def _present_risk(found: RiskPreview) -> Reply:
    text = render("reply/risk_preview", **_told(found.line), grade=found.grade, reason=found.reason)
    confirm = Button(label("points.confirm"), MarkPoint(found.version).pack())
    return Reply(text, rows([confirm, Button(label("points.drop"), CancelDraft(found.version).pack())]))


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    PointList: _present_list,
    LeaderList: _present_leaders,
    PointMarked: lambda said: Reply(render("reply/point_marked", **_told(said.line))),
    RiskPreview: _present_risk,
    RiskNoted: lambda said: Reply(render("reply/risk_noted", **_told(said.line), grade=said.grade)),
    PointUsage: lambda said: Reply(label(f"points.usage_{said.what}")),
}
