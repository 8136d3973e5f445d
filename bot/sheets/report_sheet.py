"""A unit's monthly report as a workbook: prefilled on the way out, read back with the place of everything that is odd.

Pure and synchronous: callers run it in a thread.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.reading.plain import squeezed, tidy
from bot.sheets.cells import UNCACHED
from bot.sheets.container import Unreadable, load_bytes
from bot.sheets.log import cell_name

if TYPE_CHECKING:
    from bot.sheets.grid import Grid, StreamedSheet

# The header words, in the order written; the last four are filled in by the unit.
HEADS = ("序号", "指标", "计量单位", "年度目标", "上期累计", "本期累计", "存在问题", "需协调事项", "下步措施")
_WIDTHS = (6, 30, 10, 22, 12, 14, 30, 30, 30)
NAME, VALUE, PROBLEM, NEEDS, MEASURE = "指标", "本期累计", "存在问题", "需协调事项", "下步措施"
_TITLE = re.compile(r"^(?P<unit>.+?)(?P<year>20\d{2})年(?P<month>\d{1,2})月指标填报表$")
_HEADER_WITHIN = 6


@dataclass(frozen=True, slots=True)
class SheetLine:
    """An indicator on the way out; texts as they are shown."""

    name: str
    unit: str
    target: str
    last: str
    problem: str = ""
    needs: str = ""
    measure: str = ""


@dataclass(frozen=True, slots=True)
class FilledLine:
    """A row that was filled in. `cell`: the place of its value; `value` as typed, empty when only words were given."""

    name: str
    value: str
    problem: str
    needs: str
    measure: str
    cell: str


class SheetFault(StrEnum):
    """What is wrong with a filled workbook."""

    BROKEN = "broken"
    HEADERS = "headers"
    FORMULA = "formula"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong at a place; `text` is what stands there."""

    fault: SheetFault
    cell: str = ""
    text: str = ""


@dataclass(frozen=True)
class FilledSheet:
    """A report workbook that came back. `month` from 1 to 12."""

    unit: str
    year: int
    month: int
    lines: tuple[FilledLine, ...]
    faults: tuple[CellFault, ...]


def title_of_sheet(unit: str, year: int, month: int) -> str:
    """The title, by which the workbook is known again."""
    return f"{unit}{year}年{month}月指标填报表"


def write_report_sheet(title: str, lines: Sequence[SheetLine]) -> bytes:
    """The workbook to be filled in."""
    # openpyxl takes longer to load than the bot itself; only who makes or reads a workbook waits for it.
    from openpyxl import Workbook

    from bot.sheets.layout import Head, Page, Value, put_page

    heads = tuple(Head(word, width, left=width >= 22) for word, width in zip(HEADS, _WIDTHS, strict=True))
    rows: list[tuple[Value, ...]] = [
        (number, line.name, line.unit, line.target, line.last, None, line.problem, line.needs, line.measure)
        for number, line in enumerate(lines, 1)
    ]
    book = Workbook()
    put_page(book.worksheets[0], Page("填报表", title, heads, tuple(rows)))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_report_sheet(content: bytes) -> FilledSheet | CellFault | None:
    """What a returned workbook says; None for a file that is no report workbook at all."""
    try:
        grid = _first_grid(content)
    except (Unreadable, OSError, ValueError, KeyError, SyntaxError, RuntimeError, ArithmeticError, TypeError):
        return None
    if grid is None:
        return None
    found = _titled(grid)
    if found is None:
        return None
    row, title = found
    header = _header(grid, row)
    if header is None:
        return CellFault(SheetFault.HEADERS, text="、".join((NAME, VALUE)))
    top, columns = header
    lines, faults = _lines(grid, top, columns)
    return FilledSheet(title["unit"], int(title["year"]), int(title["month"]), tuple(lines), tuple(faults))


def _first_grid(content: bytes) -> Grid | None:
    from openpyxl import load_workbook

    from bot.sheets.grid import read_grid

    book = load_workbook(io.BytesIO(load_bytes(content)), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                grid = read_grid(_streamed(sheet))
                if grid.rows:
                    return grid
    finally:
        book.close()
    return None


def _streamed(sheet: object) -> StreamedSheet:
    return sheet  # type: ignore[return-value]


def _titled(grid: Grid) -> tuple[int, re.Match[str]] | None:
    for row in grid.rows[:_HEADER_WITHIN]:
        for _, cell in grid.filled(row):
            if match := _TITLE.match(squeezed(cell.text)):
                return row, match
    return None


def _header(grid: Grid, after: int) -> tuple[int, dict[str, int]] | None:
    for row in [row for row in grid.rows if row > after][:_HEADER_WITHIN]:
        words = {squeezed(cell.text): column for column, cell in grid.filled(row)}
        if NAME in words and VALUE in words:
            return row, words
    return None


def _lines(grid: Grid, top: int, columns: dict[str, int]) -> tuple[list[FilledLine], list[CellFault]]:
    lines: dict[str, FilledLine] = {}
    faults: list[CellFault] = []
    for row in [row for row in grid.rows if row > top]:
        name = tidy(grid.at((row, columns[NAME])).text)
        if not name:
            continue
        place = cell_name((row, columns[VALUE]))
        value = grid.at((row, columns[VALUE]))
        if value is UNCACHED:
            faults.append(CellFault(SheetFault.FORMULA, place, name))
            continue
        texts = {word: _text(grid, row, columns.get(word)) for word in (PROBLEM, NEEDS, MEASURE)}
        line = FilledLine(name, tidy(value.text), texts[PROBLEM], texts[NEEDS], texts[MEASURE], place)
        if name in lines and line.value:
            faults.append(CellFault(SheetFault.TWICE, place, name))
        else:
            lines.setdefault(name, line)
    return [line for line in lines.values() if line.value], faults


def _text(grid: Grid, row: int, column: int | None) -> str:
    return tidy(grid.at((row, column)).text) if column else ""
