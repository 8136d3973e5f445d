"""Reads an office workbook into records. Pure and synchronous: callers run it in a thread."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.reading.plain import name_key, plain, squeezed
from bot.sheets.bonus_rows import read_bonuses
from bot.sheets.calendar_rows import read_calendar
from bot.sheets.columns import Column
from bot.sheets.container import Unreadable, load_bytes
from bot.sheets.grid import Grid, StreamedSheet, read_grid
from bot.sheets.indicator_rows import read_indicators
from bot.sheets.log import Log
from bot.sheets.meaning import defaults_of, kinds_of, settle
from bot.sheets.merging import merged
from bot.sheets.people_rows import read_people
from bot.sheets.point_rows import read_points
from bot.sheets.progress_rows import read_progress, rows_of
from bot.sheets.records import (
    BonusRow,
    CalendarRow,
    IndicatorRow,
    ParsedFile,
    PersonRow,
    PointRow,
    ProgressRow,
    StatedKind,
    TableKind,
)
from bot.sheets.table import Table, find_table, titles_of

# What the zip, XML and workbook layers raise on damaged files; all of it means "broken" to the office.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    InvalidFileException,
    SyntaxError,  # xml.etree's ParseError
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ArithmeticError,
)
_YEAR = re.compile(r"(?<!\d)(20\d{2})\s*年")
_FILE_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_CHINESE_YEAR = re.compile(r"二[〇○零Ｏ0]([〇○零一二三四五六七八九])([〇○零一二三四五六七八九])年")
_CHINESE_DIGITS = {digit: str(value % 10) for value, digit in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
# So many rows with so many entries under no known header are a table that we failed to read, not a cover.
_TABLE_WIDTH, _TABLE_ROWS = 3, 3
_COVER_TITLE = re.compile(r"封面|目录|目次|说明|扉页")


@dataclass(slots=True)
class _Found:
    tables: set[TableKind] = field(default_factory=set)
    indicators: list[IndicatorRow] = field(default_factory=list)
    from_progress: list[IndicatorRow] = field(default_factory=list)
    stated: list[StatedKind] = field(default_factory=list)
    points: list[PointRow] = field(default_factory=list)
    bonuses: list[BonusRow] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    progress: list[ProgressRow] = field(default_factory=list)
    calendar: list[CalendarRow] = field(default_factory=list)


def read_workbook(source: bytes | Path, filename: str, *, default_year: int) -> ParsedFile:
    """All that a workbook says, with every problem and its cell; never raises for what a file may contain."""
    return merged([_parse(source, filename, default_year)])[0]


def read_files(files: Sequence[tuple[str, bytes | Path]], *, default_year: int) -> tuple[ParsedFile, ...]:
    """Several workbooks of one import, (file name, content or path) each; lists in one may complete another."""
    return merged(_parse(source, filename, default_year) for filename, source in files)


def _parse(source: bytes | Path, filename: str, default_year: int) -> ParsedFile:
    log = Log(filename)
    try:
        grids = _grids(load_bytes(source), log)
    except Unreadable as error:
        log.problem(None, error.code, **error.params)
        return ParsedFile(filename, default_year, problems=tuple(log.problems))
    except _BROKEN:
        log.problem(None, "file_broken")
        return ParsedFile(filename, default_year, problems=tuple(log.problems))
    year = _year_of(grids, filename, default_year, log)
    found = _Found()
    for grid in grids:
        log.sheet = grid.title
        _read_sheet(grid, year, found, log)
    log.sheet = ""
    if not found.tables and not log.problems:
        log.problem(None, "nothing_found")
    title = next((lines[0] for grid in grids if (lines := titles_of(grid, year))), "")
    return ParsedFile(
        file=filename,
        year=year,
        title=title,
        tables=frozenset(found.tables),
        indicators=(*found.indicators, *_unlisted(found)),
        stated=tuple(found.stated),
        points=tuple(found.points),
        bonuses=tuple(found.bonuses),
        people=tuple(found.people),
        progress=tuple(found.progress),
        calendar=tuple(found.calendar),
        problems=tuple(log.problems),
        notes=tuple(log.notes),
    )


def _grids(content: bytes, log: Log) -> list[Grid]:
    """The visible sheets with anything on them."""
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    grids: list[Grid] = []
    try:
        for sheet in workbook.worksheets:
            log.sheet = sheet.title
            if sheet.sheet_state != "visible":
                log.note(None, "hidden_sheet_skipped")
                continue
            grid = read_grid(cast(StreamedSheet, sheet))
            if grid.rows:
                grids.append(grid)
    finally:
        workbook.close()
    log.sheet = ""
    return grids


def _read_sheet(grid: Grid, year: int, found: _Found, log: Log) -> None:
    table = find_table(grid, year, log)
    if table is None:
        wide = sum(len(grid.filled(row)) >= _TABLE_WIDTH for row in grid.rows)
        if wide < _TABLE_ROWS or _COVER_TITLE.search(grid.title):
            log.note(None, "cover_skipped")
        else:
            log.problem((grid.rows[0], 1), "no_header")
        return
    settle(table)
    kinds = kinds_of(table)
    if not kinds:
        log.problem((table.first_row - 1, 1), "no_header")
        return
    found.tables |= kinds
    if TableKind.PEOPLE in kinds:
        found.people += read_people(table, log)
    elif TableKind.BONUSES in kinds:
        found.bonuses += read_bonuses(table, log)
    elif TableKind.CALENDAR in kinds:
        found.calendar += read_calendar(table, year, log)
    else:
        _read_list(table, kinds, year, found, log)


def _read_list(table: Table, kinds: frozenset[TableKind], year: int, found: _Found, log: Log) -> None:
    rows: list[IndicatorRow] = []
    defaults = defaults_of(table)
    if TableKind.INDICATORS in kinds:
        rows = read_indicators(table, defaults, year, log)
        found.indicators += rows
    elif TableKind.PROGRESS in kinds and (Column.TARGET in table or Column.CONTENT in table):
        rows = read_indicators(table, defaults, year, log)
        found.from_progress += rows
    if TableKind.POINTS in kinds:
        points, stated = read_points(table, year, log)
        found.points += points
        found.stated += [] if TableKind.INDICATORS in kinds else stated
    if TableKind.PROGRESS in kinds:
        found.progress += read_progress(table, rows_of(rows), year, log)


def _unlisted(found: _Found) -> list[IndicatorRow]:
    """Indicators that only a progress table names, once each: the list, where there is one, knows better."""
    listed = {name_key(row.name) for row in found.indicators}
    fresh: dict[tuple[str, tuple[str, ...]], IndicatorRow] = {}
    for row in found.from_progress:
        if name_key(row.name) not in listed:
            fresh.setdefault((name_key(row.name), row.lead_units), replace(row, from_progress=True))
    return list(fresh.values())


def _year_of(grids: Sequence[Grid], filename: str, default_year: int, log: Log) -> int:
    """From the titles, else the lines under them, else the file name, else the current cycle."""
    lines = [titles_of(grid) for grid in grids]
    titled = {year: grid.title for grid, line in zip(grids, lines, strict=True) for year in _years(line[:1])}
    if len(titled) > 1:
        log.problem(None, "several_years", years="、".join(str(year) for year in sorted(titled)))
    years = [*(year for line in lines for year in _years(line[:1])), *(year for line in lines for year in _years(line))]
    if years:
        return years[0]
    if in_name := _FILE_YEAR.search(plain(filename)):
        log.note(None, "year_from_file_name", year=in_name[1])
        return int(in_name[1])
    log.note(None, "year_by_default", year=default_year)
    return default_year


def _years(lines: Sequence[str]) -> list[int]:
    """The first year of each line."""
    found = []
    for line in lines:
        text = _CHINESE_YEAR.sub(
            lambda match: f"20{_CHINESE_DIGITS[match[1]]}{_CHINESE_DIGITS[match[2]]}年", squeezed(line)
        )
        if match := _YEAR.search(text):
            found.append(int(match[1]))
    return found
