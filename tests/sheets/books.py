"""Builds small workbooks the way offices leave them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.sheets.reader import read_workbook
from bot.sheets.records import ParsedFile

DATA = Path(__file__).parents[2].parent / "shared" / "data"
HEAD = ("序号", "指标", "目标值", "责任领导", "牵头单位", "配合单位", "完成时限")
TITLE = "示例区2026年重点工作责任清单"

Change = Callable[[Worksheet], object]


def book(rows: Sequence[Sequence[object]], *changes: Change, sheet: str = "Sheet1") -> bytes:
    """One sheet with these rows, then changed: merged, hidden, reformatted."""
    workbook = Workbook()
    worksheet = workbook.active
    assert worksheet is not None
    worksheet.title = sheet
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value is not None:
                worksheet.cell(number, column, value)
    for change in changes:
        change(worksheet)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def read(rows: Sequence[Sequence[object]], *changes: Change, name: str = "清单.xlsx") -> ParsedFile:
    return read_workbook(book(rows, *changes), name, default_year=2026)


def listed(*rows: Sequence[object]) -> ParsedFile:
    """A plain list with a title and the usual header over these rows."""
    return read([(TITLE,), HEAD, *rows])


def merge(cells: str) -> Change:
    return lambda worksheet: worksheet.merge_cells(cells)


def found(parsed: ParsedFile) -> list[tuple[str, str]]:
    """Cell and code of each problem."""
    return [(problem.cell, problem.code) for problem in parsed.problems]


def noted(parsed: ParsedFile) -> set[str]:
    return {note.code for note in parsed.notes}
