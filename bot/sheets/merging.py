"""What several sheets and files of one import say about the same indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from bot.reading.plain import name_key
from bot.sheets.log import Log
from bot.sheets.records import CellRef, IndicatorRow, ParsedFile, Problem, ProgressRow, StatedKind
from bot.sheets.stated import with_kind

Key = tuple[int, str]  # year and name_key
Seen = dict[tuple[object, ...], CellRef]


def merged(files: Iterable[ParsedFile]) -> tuple[ParsedFile, ...]:
    """The files with stated kinds worked in; what stands twice for one unit is a problem where it stands again."""
    parsed = tuple(files)
    stated: dict[Key, list[StatedKind]] = defaultdict(list)
    for file in parsed:
        for kind in file.stated:
            stated[(file.year, name_key(kind.indicator))].append(kind)
    settled = [_with_stated(file, stated) for file in parsed]
    listed = {(file.year, name_key(row.name)) for file in settled for row in file.indicators if not row.from_progress}
    seen: Seen = {}
    return tuple(_with_twins(_without_listed(file, listed), seen) for file in settled)


def _with_stated(file: ParsedFile, stated: dict[Key, list[StatedKind]]) -> ParsedFile:
    log = Log(file.file)
    indicators: list[IndicatorRow] = []
    for row in file.indicators:
        candidates = stated.get((file.year, name_key(row.name)), ())
        kind = next((kind for kind in candidates if _same_units(kind.units, row.lead_units)), None)
        indicators.append(with_kind(row, kind.kind, kind.curve, log) if kind else row)
    return replace(file, indicators=tuple(indicators), notes=(*file.notes, *log.notes))


def _without_listed(file: ParsedFile, listed: set[Key]) -> ParsedFile:
    """A progress table's idea of an indicator gives way to the list's, also when that is in another file."""
    kept = [row for row in file.indicators if not (row.from_progress and (file.year, name_key(row.name)) in listed)]
    return replace(file, indicators=tuple(kept))


def _with_twins(file: ParsedFile, seen: Seen) -> ParsedFile:
    problems = [
        _twin(row.source, first, "duplicate_indicator", name=row.name)
        for row in file.indicators
        if not row.from_progress and (first := _first(seen, row, (file.year, name_key(row.name))))
    ]
    for value in file.progress:
        # Nobody could tell which of two values for one month counts.
        if first := _first(seen, value, (value.period, name_key(value.indicator))):
            about = {"name": value.indicator, "period": value.period}
            problems.append(_twin(value.source, first, "duplicate_progress", **about))
    return replace(file, problems=(*file.problems, *problems))


def _first(seen: Seen, row: IndicatorRow | ProgressRow, key: tuple[object, ...]) -> CellRef | None:
    """Where the same thing stood before for one of the row's units; the row is remembered."""
    units = row.lead_units if isinstance(row, IndicatorRow) else row.units
    keys = [(*key, unit) for unit in units or ("",)]
    first = next((seen[it] for it in keys if it in seen), None)
    for it in keys:
        seen.setdefault(it, row.source)
    return first


def _twin(at: CellRef, first: CellRef, code: str, **params: str) -> Problem:
    place = " ".join(part for part in (first.file, first.sheet, first.cell) if part)
    return Problem(at.file, at.sheet, at.cell, code, {**params, "first": place})


def _same_units(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    return not left or not right or bool(set(left) & set(right))
