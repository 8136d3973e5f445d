"""What several sheets and files of one import say about the same indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from bot.reading.plain import name_key
from bot.sheets.log import Log
from bot.sheets.records import IndicatorRow, ParsedFile, Problem, ProgressRow, StatedKind
from bot.sheets.stated import with_kind


def merged(files: Iterable[ParsedFile]) -> tuple[ParsedFile, ...]:
    """The files with stated kinds worked in and indicators that stand twice for one unit reported as problems."""
    parsed = tuple(files)
    stated = _by_name((file.year, kind.indicator, kind) for file in parsed for kind in file.stated)
    settled = tuple(_with_stated(file, stated) for file in parsed)
    listed = _by_name(
        (file.year, row.name, row) for file in settled for row in file.indicators if not row.from_progress
    )
    settled = tuple(_without_listed(file, listed) for file in settled)
    reported = _by_name((file.year, row.indicator, row) for file in settled for row in file.progress)
    return tuple(_with_repeated_values(_with_duplicates(file, listed), reported) for file in settled)


Row = TypeVar("Row")


def _by_name(rows: Iterable[tuple[int, str, Row]]) -> dict[tuple[int, str], list[Row]]:
    found: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for year, name, row in rows:
        found[(year, name_key(name))].append(row)
    return found


def _with_stated(file: ParsedFile, stated: dict[tuple[int, str], list[StatedKind]]) -> ParsedFile:
    log = Log(file.file)
    indicators: list[IndicatorRow] = []
    for row in file.indicators:
        candidates = stated.get((file.year, name_key(row.name)), [])
        kind = next((kind for kind in candidates if _same_units(kind.units, row.lead_units)), None)
        indicators.append(with_kind(row, kind.kind, kind.curve, log) if kind else row)
    return replace(file, indicators=tuple(indicators), notes=(*file.notes, *log.notes))


def _without_listed(file: ParsedFile, listed: dict[tuple[int, str], list[IndicatorRow]]) -> ParsedFile:
    """A progress table's idea of an indicator gives way to the list's, also when that is in another file."""
    kept = [row for row in file.indicators if not (row.from_progress and (file.year, name_key(row.name)) in listed)]
    return replace(file, indicators=tuple(kept))


def _with_duplicates(file: ParsedFile, listed: dict[tuple[int, str], list[IndicatorRow]]) -> ParsedFile:
    """The first one written stands; each later one is a problem at its own place."""
    problems: list[Problem] = []
    for row in file.indicators:
        for other in listed.get((file.year, name_key(row.name)), ()):
            if other is row:
                break
            if _same_units(other.lead_units, row.lead_units):
                at, first = row.source, other.source
                params = {"name": row.name, "first": f"{first.file} {first.sheet} {first.cell}"}
                problems.append(Problem(at.file, at.sheet, at.cell, "duplicate_indicator", params))
                break
    return replace(file, problems=(*file.problems, *problems))


def _same_units(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    return not left or not right or bool(set(left) & set(right))


def _with_repeated_values(file: ParsedFile, reported: dict[tuple[int, str], list[ProgressRow]]) -> ParsedFile:
    """Two values of one indicator for one month: nobody could tell which one counts."""
    problems: list[Problem] = []
    for row in file.progress:
        for other in reported.get((file.year, name_key(row.indicator)), ()):
            if other is row:
                break
            if other.period == row.period and _same_units(other.units, row.units):
                at, first = row.source, other.source
                params = {"name": row.indicator, "period": row.period, "first": f"{first.sheet} {first.cell}"}
                problems.append(Problem(at.file, at.sheet, at.cell, "duplicate_progress", params))
                break
    return replace(file, problems=(*file.problems, *problems))
