"""Compares what workbooks say of a year with what the database knows. Pure: decides, writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from bot.db.tables import BonusItem, Point
from bot.reading.plain import name_key, squeezed
from bot.services.calendar_diff import CalendarDiff, diff_calendar
from bot.services.listed import KnownIndicator, KnownReport, KnownYear
from bot.sheets.log import Log
from bot.sheets.records import (
    BonusRow,
    CurvePoint,
    IndicatorRow,
    NodeRow,
    ParsedFile,
    PointRow,
    ProgressRow,
    StatedKind,
    TableKind,
)
from bot.sheets.stated import with_kind

_PLACES = Decimal("0.000001")
# A file that holds more than this share of a list is a new edition of it, whatever its title is.
_SAME_LIST = 2


@dataclass(frozen=True)
class NewIndicator:
    """A row to add; `closed` is the same indicator as it was when it left the lists: it is taken up again."""

    row: IndicatorRow
    list_title: str
    closed: KnownIndicator | None = None


@dataclass(frozen=True)
class IndicatorChange:
    """A stored indicator and what its list says now."""

    known: KnownIndicator
    row: IndicatorRow


@dataclass
class YearDiff:
    """All that changes in one year. `unknown`: rows that speak of an indicator nobody knows; `left`: points of one
    that has left the lists, with this import or before it."""

    year: int
    known: KnownYear
    added: list[NewIndicator] = field(default_factory=list)
    changed: list[IndicatorChange] = field(default_factory=list)
    gone: list[KnownIndicator] = field(default_factory=list)
    points_added: list[tuple[PointRow, str]] = field(default_factory=list)
    points_changed: list[tuple[Point, PointRow]] = field(default_factory=list)
    points_gone: list[Point] = field(default_factory=list)
    bonuses_added: list[tuple[BonusRow, str]] = field(default_factory=list)
    bonuses_changed: list[tuple[BonusItem, BonusRow]] = field(default_factory=list)
    bonuses_gone: list[BonusItem] = field(default_factory=list)
    reports_added: list[ProgressRow] = field(default_factory=list)
    reports_changed: list[tuple[KnownReport, ProgressRow]] = field(default_factory=list)
    unknown: list[PointRow | ProgressRow | StatedKind] = field(default_factory=list)
    left: list[PointRow] = field(default_factory=list)
    same_name: list[tuple[IndicatorRow, IndicatorRow]] = field(default_factory=list)
    calendar: CalendarDiff = field(default_factory=CalendarDiff)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        kinds = (
            self.added,
            self.changed,
            self.gone,
            self.points_added,
            self.points_changed,
            self.points_gone,
            self.bonuses_added,
            self.bonuses_changed,
            self.bonuses_gone,
            self.reports_added,
            self.reports_changed,
            self.calendar,
        )
        return not any(kinds)


def diff_year(known: KnownYear, files: Sequence[ParsedFile]) -> YearDiff:
    """What these files (all of the same year) change."""
    diff = YearDiff(known.year, known)
    rows = _rows_by_name(files, diff)
    replaced: set[str] = set()
    for file in files:
        if TableKind.INDICATORS in file.tables:
            listed = {name_key(row.name) for row in file.indicators if not row.from_progress}
            replaced |= _editions(_titles_of(known), title_of(file), listed)
    for key, (row, title) in rows.items():
        _compare_indicator(diff, key, row, title)
    diff.gone = [item for key, item in known.indicators.items() if item.row.list_title in replaced and key not in rows]
    gone = {name_key(item.row.name) for item in diff.gone}
    names = (set(known.indicators) - gone) | set(rows)
    _compare_stated(diff, files, set(rows) | gone)
    _compare_points(diff, files, names)
    _compare_bonuses(diff, files)
    _compare_reports(diff, files, names)
    diff.calendar = diff_calendar(known.calendar, files)
    return diff


def title_of(file: ParsedFile) -> str:
    """The list that a file is an edition of, by its title; spaces and full-width signs do not matter."""
    return squeezed(file.title or file.file.rpartition(".")[0])


def _rows_by_name(files: Sequence[ParsedFile], diff: YearDiff) -> dict[str, tuple[IndicatorRow, str]]:
    rows: dict[str, tuple[IndicatorRow, str]] = {}
    for file in files:
        for row in file.indicators:
            first = rows.setdefault(name_key(row.name), (row, title_of(file)))[0]
            if first is not row and not row.from_progress and not first.from_progress:
                diff.same_name.append((first, row))
    return rows


def _titles_of(known: KnownYear) -> dict[str, set[str]]:
    titles: dict[str, set[str]] = defaultdict(set)
    for key, item in known.indicators.items():
        titles[item.row.list_title].add(key)
    return titles


def _editions(lists: Mapping[str, set[str]], title: str, listed: set[str]) -> set[str]:
    """The stored lists that a file replaces: the one of its title, and those it holds more than half of."""
    return {name for name, keys in lists.items() if name == title or len(keys & listed) * _SAME_LIST > len(keys)}


def _compare_indicator(diff: YearDiff, key: str, row: IndicatorRow, title: str) -> None:
    known = diff.known.indicators.get(key)
    if known is None:
        diff.added.append(NewIndicator(storable(row), title, diff.known.closed.get(key)))
        return
    if row.from_progress:
        return
    row = storable(_with_known_kind(row, known.said))
    if comparable(row) != comparable(known.said):
        diff.changed.append(IndicatorChange(known, row))


def _with_known_kind(row: IndicatorRow, said: IndicatorRow) -> IndicatorRow:
    """A list without a column for the kind does not unsay what another list stated before."""
    if row.kind_stated or row.unit != said.unit or (row.target is None) != (said.target is None):
        return row
    return with_kind(row, said.kind, row.curve or said.curve, Log(row.source.file))


def storable(row: IndicatorRow) -> IndicatorRow:
    """The row with what the database holds: six decimals, and nodes with weights only where they differ."""
    curve = tuple(CurvePoint(point.month, point.share.quantize(_PLACES, ROUND_HALF_UP)) for point in row.curve)
    return replace(row, curve=curve, nodes=_weighted(row.nodes))


def _weighted(nodes: tuple[NodeRow, ...]) -> tuple[NodeRow, ...]:
    weights = {node.weight for node in nodes}
    if len(weights) <= 1:
        return tuple(replace(node, weight=None) for node in nodes)
    return tuple(replace(node, weight=Decimal(node.weight or 1).quantize(_PLACES, ROUND_HALF_UP)) for node in nodes)


def comparable(row: IndicatorRow) -> IndicatorRow:
    """What counts as the same: the words of a target only where no number was read, never where it stands."""
    row = storable(row)
    return replace(
        row,
        number=None,
        due_text="",
        target_text="" if row.target is not None or row.nodes else squeezed(row.target_text),
    )


def _compare_stated(diff: YearDiff, files: Sequence[ParsedFile], settled: set[str]) -> None:
    """Kinds that a lead-unit list states about indicators that came with an earlier import and stay."""
    for stated in (item for file in files for item in file.stated):
        key = name_key(stated.indicator)
        if key in settled:
            continue
        known = diff.known.indicators.get(key)
        if known is None:
            if key not in diff.known.closed:
                diff.unknown.append(stated)
            continue
        row = storable(with_kind(known.said, stated.kind, stated.curve or known.said.curve, Log(stated.source.file)))
        if comparable(row) != comparable(known.said):
            diff.changed.append(IndicatorChange(known, row))


def _compare_points(diff: YearDiff, files: Sequence[ParsedFile], names: set[str]) -> None:
    known: dict[tuple[str, str], list[tuple[Point, PointRow]]] = defaultdict(list)
    lists: dict[str, set[str]] = defaultdict(set)
    for point, said in diff.known.points:
        known[name_key(said.indicator), said.kind].append((point, said))
        lists[point.list_title].add(name_key(said.indicator))
    replaced: set[str] = set()
    rows: dict[tuple[str, str], list[tuple[PointRow, str]]] = defaultdict(list)
    for file in files:
        for row in file.points:
            key = name_key(row.indicator)
            if key not in names:
                was_listed = key in diff.known.indicators or key in diff.known.closed
                (diff.left if was_listed else diff.unknown).append(row)
                continue
            rows[key, row.kind].append((replace(row, units=()), title_of(file)))
        if TableKind.POINTS in file.tables:
            replaced |= _editions(lists, title_of(file), {name_key(row.indicator) for row in file.points})
    for place in {**rows, **known}:
        _compare_point(diff, known.get(place, []), rows.get(place, []), replaced)


def _compare_point(
    diff: YearDiff, known: list[tuple[Point, PointRow]], rows: list[tuple[PointRow, str]], replaced: set[str]
) -> None:
    said = [replace(row, units=()) for _, row in known]
    fresh = [(row, title) for row, title in rows if row not in said]
    written = [row for row, _ in rows]
    stale = [point for (point, _), row in zip(known, said, strict=True) if row not in written]
    if not rows:
        stale = [point for point in stale if point.list_title in replaced]
    diff.points_changed += [(point, row) for (row, _), point in zip(fresh, stale, strict=False)]
    diff.points_added += fresh[len(stale) :]
    diff.points_gone += stale[len(fresh) :]


def _compare_bonuses(diff: YearDiff, files: Sequence[ParsedFile]) -> None:
    known = {(said.category or "", name_key(said.name)): (item, said) for item, said in diff.known.bonuses}
    lists: dict[str, set[str]] = defaultdict(set)
    for (_, name), (item, _said) in known.items():
        if item.closed_at is None:
            lists[item.list_title].add(name)
    rows = {(row.category or "", name_key(row.name)): (row, title_of(file)) for file in files for row in file.bonuses}
    replaced: set[str] = set()
    for file in files:
        if TableKind.BONUSES in file.tables:
            replaced |= _editions(lists, title_of(file), {name_key(row.name) for row in file.bonuses})
    for key, (row, title) in rows.items():
        if key not in known:
            diff.bonuses_added.append((row, title))
            continue
        item, said = known[key]
        if item.closed_at is not None or (said.units, said.cap) != (row.units, row.cap):
            diff.bonuses_changed.append((item, row))
    diff.bonuses_gone = [
        item
        for key, (item, _) in known.items()
        if item.closed_at is None and key not in rows and item.list_title in replaced
    ]


def _compare_reports(diff: YearDiff, files: Sequence[ParsedFile], names: set[str]) -> None:
    for row in _reported(files):
        key = name_key(row.indicator)
        if key not in names:
            diff.unknown.append(row)
            continue
        known = diff.known.reports.get((key, row.period))
        if known is None:
            diff.reports_added.append(row)
        elif _said(known.said) != _said(row):
            diff.reports_changed.append((known, row))


def _reported(files: Sequence[ParsedFile]) -> Iterable[ProgressRow]:
    """Rows that say anything; a row without value and words is a line left free."""
    for file in files:
        for row in file.progress:
            if row.actual is not None or row.problem or row.needs or row.measures:
                yield row


def _said(row: ProgressRow) -> tuple[Decimal | None, str, str, str]:
    return row.actual, row.problem, row.needs, row.measures
