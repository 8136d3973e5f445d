"""A sheet as a sparse grid of shown cells, merged ranges resolved to the cell that holds the value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Protocol

from bot.sheets.cells import EMPTY, UNCACHED, Cell, make_cell
from bot.sheets.container import Unreadable
from bot.sheets.log import At, cell_name
from bot.sheets.structure import MAX_COLUMNS, Structure, read_structure

# Cells covered by merged ranges inside the used part of the sheet; offices reach a few thousand.
MAX_MERGED_CELLS = 500_000


class StreamedSheet(Protocol):
    """The part of openpyxl's streaming worksheet that is read here; its published types leave some of it out."""

    title: str
    sheet_state: str

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, max_row: int, max_col: int) -> Iterator[Iterable[_Stored]]: ...

    def _get_source(self) -> IO[bytes]: ...


class _Stored(Protocol):
    value: object
    number_format: str
    data_type: str
    row: int
    column: int


@dataclass(slots=True)
class Grid:
    """`cells` holds filled cells only; `anchors` leads from a covered cell to the one that holds the value."""

    title: str
    cells: dict[At, Cell] = field(default_factory=dict)
    anchors: dict[At, At] = field(default_factory=dict)
    hidden_columns: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    rows: list[int] = field(default_factory=list)
    width: int = 0

    def at(self, at: At) -> Cell:
        """The cell that shows at this place, also inside a merged range."""
        return self.cells.get(self.anchors.get(at, at), EMPTY)

    def own(self, at: At) -> Cell:
        """The cell stored at this very place."""
        return self.cells.get(at, EMPTY)

    def is_covered(self, at: At) -> bool:
        """Whether a merged range covers the place without starting there."""
        return self.anchors.get(at, at) != at

    def is_merged(self, at: At) -> bool:
        return at in self.anchors

    def filled(self, row: int) -> list[tuple[int, Cell]]:
        """The cells stored in a row, from the left."""
        found = ((column, self.cells.get((row, column))) for column in range(1, self.width + 1))
        return [(column, cell) for column, cell in found if cell is not None]


def read_grid(sheet: StreamedSheet) -> Grid:
    """Reads a sheet in two streaming passes; raises Unreadable when it is beyond the limits."""
    # The streaming reader has no merged ranges; their XML is read from the same archive member.
    with sheet._get_source() as stream:
        structure = read_structure(stream)
    # A declared size may be wrong in both directions; without it the rows themselves decide.
    sheet.reset_dimensions()
    grid = Grid(sheet.title)
    if structure.last_row:
        for row in sheet.iter_rows(max_row=structure.last_row, max_col=structure.last_column):
            for stored in row:
                _take(grid, stored)
    grid.cells.update((at, UNCACHED) for at in structure.uncached if at[1] <= MAX_COLUMNS)
    grid.rows = sorted({at[0] for at in grid.cells})
    grid.width = max((at[1] for at in grid.cells), default=0)
    grid.hidden_columns = frozenset(structure.hidden_columns)
    grid.hidden_rows = frozenset(structure.hidden_rows)
    _resolve_merged(grid, structure)
    return grid


def _take(grid: Grid, stored: _Stored) -> None:
    if stored.value is None:
        return
    cell = make_cell(stored.value, stored.number_format or "General", stored.data_type == "e")
    if cell is not EMPTY:
        grid.cells[(stored.row, stored.column)] = cell


def _resolve_merged(grid: Grid, structure: Structure) -> None:
    last_row = grid.rows[-1] if grid.rows else 0
    budget = MAX_MERGED_CELLS
    for left, top, right, bottom in structure.merged:
        right, bottom = min(right, max(grid.width, left)), min(bottom, last_row)
        budget -= max(right - left + 1, 0) * max(bottom - top + 1, 0)
        if budget < 0:
            raise Unreadable("too_many_merged", cell=cell_name((top, left)))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                grid.anchors[(row, column)] = (top, left)
