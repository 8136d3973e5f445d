"""What a workbook says, as plain records. Nothing here knows openpyxl or the database.

Every `source` is left out of comparisons: two records are equal when they say the same, wherever it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bot.domain.kinds import Direction, Kind, Role


@dataclass(frozen=True, slots=True)
class CellRef:
    """Where something was written: file name, sheet title, cell such as "F12" (empty for the whole sheet or file)."""

    file: str
    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A code and its parameters; the words are in templates/sheets/problems.toml (see wording.render_problem)."""

    file: str
    sheet: str
    cell: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


class Problem(Finding):
    """Something that was not understood. One problem blocks the whole import."""

    __slots__ = ()


class Note(Finding):
    """Something the office should know that does not block, e.g. a year taken from the file name."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One step of a milestone: what is done by the end of `month` (1..12) of the year. Weight None: equal shares."""

    month: int
    name: str
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Plan curve: `share` (0..1) of the year's plan is done by the end of `month`."""

    month: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator of a list.

    `target` is in `unit`; both are None for text targets and for milestones with nodes. `target_text` is the cell as
    written. `due` is always a date (31 December where the list names no day), `due_text` the cell as written.
    `kind_stated` tells a kind written in the list (指标性质) from an inferred one. `from_progress`: only a progress
    table names it, so it may add an indicator that nobody knows, but says nothing about one that is known.
    """

    number: int | None
    appraisal: str | None
    category: str | None
    name: str
    target: Decimal | None
    unit: str | None
    target_text: str
    kind: Kind
    direction: Direction
    weight: Decimal | None
    lead_units: tuple[str, ...]
    cooperating_units: tuple[str, ...]
    responsible_leader: str | None
    due: date
    due_text: str
    nodes: tuple[NodeRow, ...] = ()
    curve: tuple[CurvePoint, ...] = ()
    scoring_text: str = ""
    kind_stated: bool = field(default=False, compare=False)
    from_progress: bool = field(default=False, compare=False)
    source: CellRef = field(default=CellRef("", "", ""), compare=False)


@dataclass(frozen=True, slots=True)
class StatedKind:
    """What the lead-unit list says about an indicator of the leader list: its kind and plan curve.

    After `read_files` the statements are already worked into the indicators of the same call; those about other
    indicators are left for whoever knows them.
    """

    indicator: str
    units: tuple[str, ...]
    kind: Kind
    curve: tuple[CurvePoint, ...] = ()
    source: CellRef = field(default=CellRef("", "", ""), compare=False)


class PointKind(StrEnum):
    """The three points (三点) of the lead-unit list."""

    SCORE = "score"
    RISK = "risk"
    BONUS = "bonus"


@dataclass(frozen=True, slots=True)
class PointRow:
    """One point of the lead-unit list. `indicator` is the indicator's name."""

    indicator: str
    units: tuple[str, ...]
    kind: PointKind
    text: str
    project: str | None = None
    person: str | None = None
    start: date | None = None
    due: date | None = None
    source: CellRef = field(default=CellRef("", "", ""), compare=False)


@dataclass(frozen=True, slots=True)
class BonusRow:
    """One item of 创优争先; `cap` is the most it can earn, in points."""

    number: int | None
    category: str | None
    name: str
    units: tuple[str, ...]
    cap: Decimal | None
    source: CellRef = field(default=CellRef("", "", ""), compare=False)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the roster. `deputy`: a deputy head (分管负责人). `township`: the note says 镇街.

    `group`: the comparison group of the unit.
    """

    code: str | None
    name: str
    unit: str | None
    title: str
    role: Role
    deputy: bool = False
    note: str = ""
    township: bool = False
    group: str | None = None
    source: CellRef = field(default=CellRef("", "", ""), compare=False)


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A day on which the office works (`works`) or does not, whatever the national plan says; `note` says why."""

    day: date
    works: bool
    note: str = ""
    source: CellRef = field(default=CellRef("", "", ""), compare=False)


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """One reported value: cumulative at the end of `period` ("YYYY-MM"), in the indicator's unit.

    `rate` is the printed completion as a share (0.455 for "45.5%"), already checked against value and target.
    """

    indicator: str
    units: tuple[str, ...]
    period: str
    actual: Decimal | None
    rate: Decimal | None = None
    problem: str = ""
    needs: str = ""
    measures: str = ""
    source: CellRef = field(default=CellRef("", "", ""), compare=False)


class TableKind(StrEnum):
    """What a sheet turned out to be."""

    INDICATORS = "indicators"
    POINTS = "points"
    BONUSES = "bonuses"
    PEOPLE = "people"
    PROGRESS = "progress"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """All that one workbook says.

    `tables` names the kinds of tables that were found: only when INDICATORS is among them is the list complete, so
    that a missing indicator is a gone one (a progress table may name just a few of them).
    """

    file: str
    year: int
    title: str = ""
    tables: frozenset[TableKind] = frozenset()
    indicators: tuple[IndicatorRow, ...] = ()
    stated: tuple[StatedKind, ...] = ()
    points: tuple[PointRow, ...] = ()
    bonuses: tuple[BonusRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    progress: tuple[ProgressRow, ...] = ()
    calendar: tuple[CalendarRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportData:
    """What `write_workbook` writes. `period` ("YYYY-MM") heads the progress sheet."""

    year: int
    district: str = ""
    indicators: tuple[IndicatorRow, ...] = ()
    points: tuple[PointRow, ...] = ()
    bonuses: tuple[BonusRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    progress: tuple[ProgressRow, ...] = ()
    calendar: tuple[CalendarRow, ...] = ()
