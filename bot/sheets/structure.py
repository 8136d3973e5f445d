"""What openpyxl's streaming reader leaves out of a sheet: merged ranges, hidden rows and columns, formulas unsolved."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse
from openpyxl.utils import range_boundaries

from bot.sheets.container import Unreadable

MAX_ROWS = 50_000
MAX_COLUMNS = 256
_CELL = re.compile(r"([A-Z]{1,3})(\d+)")


@dataclass(slots=True)
class Structure:
    """Merged ranges are (first column, first row, last column, last row); `uncached` holds names such as "F12"."""

    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    uncached: set[str] = field(default_factory=set)
    filled_rows: int = 0


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
    filled = False
    for cell in row:
        parts = {child.tag.rpartition("}")[2]: child for child in cell}
        if "v" in parts or "is" in parts:
            filled = True
        elif "f" in parts:
            filled = True
            found.uncached.add(cell.get("r", ""))
    if row.get("hidden") in ("1", "true") and filled and row.get("r", "").isdigit():
        found.hidden_rows.add(int(row.get("r", "0")))
    found.filled_rows += filled
    if found.filled_rows > MAX_ROWS:
        raise Unreadable("too_many_rows", limit=MAX_ROWS)


def _take_merged(found: Structure, ref: str) -> None:
    left, top, right, bottom = range_boundaries(ref)
    if left and top and right and bottom:
        found.merged.append((left, top, right, bottom))
