"""What openpyxl's streaming reader leaves out of a sheet: merged ranges, hidden rows and columns, formulas unsolved."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse
from openpyxl.utils import column_index_from_string, range_boundaries

from bot.sheets.container import Unreadable

MAX_ROWS = 50_000
MAX_COLUMNS = 256
_CELL = re.compile(r"([A-Z]{1,3})(\d+)")


@dataclass(slots=True)
class Structure:
    """Merged ranges are (first column, first row, last column, last row); places are (row, column).

    `uncached` are formulas that were never calculated; `last_row` and `last_column` bound what is filled.
    """

    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    uncached: set[tuple[int, int]] = field(default_factory=set)
    filled_rows: int = 0
    row: int = 0  # the one read last
    last_row: int = 0
    last_column: int = 0


def read_structure(stream: IO[bytes]) -> Structure:
    """One pass over the sheet's XML that keeps no row in memory; raises Unreadable beyond MAX_ROWS filled rows."""
    found = Structure()
    rows: Element | None = None
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            rows = element if tag == "sheetData" else rows
        elif tag == "row":
            _take_row(found, element)
            if rows is not None:
                rows.clear()
        elif tag == "col" and element.get("hidden") in ("1", "true"):
            last = min(int(element.get("max", "0")), MAX_COLUMNS)
            found.hidden_columns.update(range(int(element.get("min", "1")), last + 1))
        elif tag == "mergeCell":
            _take_merged(found, element.get("ref", ""))
    return found


def _take_row(found: Structure, row: Element) -> None:
    # Some programs leave the addresses out: each row and cell then follows the one before it.
    number = found.row = int(row.get("r") or found.row + 1)
    columns: list[int] = []
    column = 0
    for cell in row:
        place = _CELL.fullmatch(cell.get("r", ""))
        column = column_index_from_string(place[1]) if place else column + 1
        if _is_filled(found, cell, (number, column)):
            columns.append(column)
    if not columns:
        return
    found.last_row = max(found.last_row, number)
    found.last_column = min(max(found.last_column, *columns), MAX_COLUMNS)
    if row.get("hidden") in ("1", "true"):
        found.hidden_rows.add(number)
    found.filled_rows += 1
    if found.filled_rows > MAX_ROWS:
        raise Unreadable("too_many_rows", limit=MAX_ROWS)


def _is_filled(found: Structure, cell: Element, at: tuple[int, int]) -> bool:
    """Whether a cell holds something; a formula without a value is remembered."""
    parts = {child.tag.rpartition("}")[2]: child for child in cell}
    value = parts.get("v")
    has_value = "is" in parts or (value is not None and bool(value.text or cell.get("t") == "str"))
    if "f" in parts and not has_value:
        found.uncached.add(at)
    return has_value or "f" in parts


def _take_merged(found: Structure, ref: str) -> None:
    left, top, right, bottom = range_boundaries(ref)
    if left and top and right and bottom:
        found.merged.append((left, top, right, bottom))
