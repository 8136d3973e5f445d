"""Finds the table in a sheet: title, note lines, and a header on one or two levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.reading.plain import squeezed
from bot.sheets.cells import EMPTY, Cell, Sort
from bot.sheets.columns import Column, column_of
from bot.sheets.grid import Grid
from bot.sheets.log import At, Log

HEADER_WITHIN = 40  # rows from the top
# One of these makes a row a header; without any it may be a sentence that happens to hold "单位".
KEYS = frozenset(
    {
        Column.NAME,
        Column.CONTENT,
        Column.TARGET,
        Column.BONUS_ITEM,
        Column.PERSON_NAME,
        Column.SCORE_POINT,
        Column.GROUP,
        Column.DATE,
    }
)
# Columns that may stand twice without meaning two things.
_MAY_REPEAT = frozenset({Column.NUMBER, Column.REMARK, Column.IGNORED})


@dataclass(slots=True)
class Table:
    """`columns` leads from meaning to column; `headers` from column to its words, top level first."""

    grid: Grid
    title: str
    notes: tuple[str, ...]
    first_row: int
    columns: dict[Column, int] = field(default_factory=dict)
    headers: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def __contains__(self, column: Column) -> bool:
        return column in self.columns

    def at(self, row: int, column: Column) -> At:
        """The place of a value; column 1 where the table has no such column."""
        return (row, self.columns.get(column, 1))

    def cell(self, row: int, column: Column) -> Cell:
        """The cell that shows in the row, EMPTY where the table has no such column."""
        return self.grid.at((row, self.columns[column])) if column in self.columns else EMPTY

    def header(self, column: Column) -> str:
        """The lowest words over a column."""
        return self.headers[self.columns[column]][-1] if column in self.columns else ""

    def body(self) -> Iterator[int]:
        return (row for row in self.grid.rows if row >= self.first_row)


def find_table(grid: Grid, year: int, log: Log) -> Table | None:
    """The sheet's table, or None; columns that mean the same are problems, unknown ones notes."""
    for row in [row for row in grid.rows if row <= HEADER_WITHIN]:
        meanings = [column_of(cell.text, year) for _, cell in grid.filled(row)]
        known = {meaning for meaning in meanings if meaning}
        if len(known) >= 2 and known & KEYS:
            return _table_at(grid, row, year, log)
    return None


def titles_of(grid: Grid, year: int = 0) -> tuple[str, ...]:
    """The lines above the header, or the first few where there is none."""
    lines: list[str] = []
    for row in [row for row in grid.rows if row <= HEADER_WITHIN]:
        cells = grid.filled(row)
        known = {column_of(cell.text, year) for _, cell in cells}
        if len(known - {None}) >= 2 and known & KEYS:
            break
        lines.append("  ".join(cell.text for _, cell in cells))
    return tuple(lines)


def _table_at(grid: Grid, top: int, year: int, log: Log) -> Table:
    depth = 2 if _has_second_level(grid, top, year) else 1
    lines = titles_of(grid, year)
    table = Table(grid, lines[0] if lines else "", lines[1:], top + depth)
    for column in range(1, grid.width + 1):
        words = _header_words(grid, top, depth, column)
        if words:
            table.headers[column] = words
    _assign(table, top, year, log)
    return table


def _has_second_level(grid: Grid, top: int, year: int) -> bool:
    """Whether the row below belongs to the header: its words are header words under merged or empty cells."""
    below = [(column, cell) for column, cell in grid.filled(top + 1) if not grid.is_covered((top + 1, column))]
    if not below or any(cell.sort is not Sort.TEXT for _, cell in below):
        return False
    under = [grid.is_covered((top, column)) or not grid.own((top, column)).text for column, _ in below]
    above_spans = any(
        grid.is_merged((top, column)) and grid.anchors.get((top, column + 1)) == grid.anchors[(top, column)]
        for column in range(1, grid.width + 1)
    )
    known = sum(column_of(cell.text, year) is not None for _, cell in below)
    return (any(under) or above_spans) and known * 2 >= len(below)


def _header_words(grid: Grid, top: int, depth: int, column: int) -> tuple[str, ...]:
    words: list[str] = []
    for row in range(top, top + depth):
        text = squeezed(grid.at((row, column)).text)
        if text and text not in words:
            words.append(text)
    return tuple(words)


def _assign(table: Table, top: int, year: int, log: Log) -> None:
    for column, words in table.headers.items():
        meaning = next((found for word in reversed(words) if (found := column_of(word, year))), None)
        place = (top + len(words) - 1, column)
        if meaning is None:
            log.note(place, "column_ignored", header="/".join(words))
        elif meaning is Column.IGNORED:
            continue
        elif meaning not in table.columns:
            table.columns[meaning] = column
        elif meaning not in _MAY_REPEAT:
            _settle_twins(table, meaning, column, place, log)


def _settle_twins(table: Table, meaning: Column, column: int, place: At, log: Log) -> None:
    """A hidden column gives way to a visible one; two visible ones are a problem."""
    first = table.columns[meaning]
    hidden = table.grid.hidden_columns
    if first in hidden and column not in hidden:
        table.columns[meaning] = column
    elif (first in hidden) == (column in hidden):
        log.problem(place, "two_columns", first="/".join(table.headers[first]), second="/".join(table.headers[column]))
