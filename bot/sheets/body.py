"""The rows under a header: entries apart from notes, sums, section lines and headers printed again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.plain import squeezed
from bot.sheets.log import Log
from bot.sheets.table import KEYS, Table

_FOOTER = re.compile(
    r"[(（]?(?:注|备注|说明|填表说明|填报说明|附|附件|填表|填报|制表|审核|联系人|联系电话|单位负责人|报送)"
    r"(?:单位|人|日期|时间)?\d?[:：.、]"
)
_SUM = frozenset({"合计", "小计", "总计", "总分"})
_SECTION = re.compile(r"(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）])\s*(.+)")


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A row of the table; `section` is the last line of the kind "一、重大工作" above it."""

    row: int
    section: str | None


def body_rows(table: Table, log: Log) -> Iterator[BodyRow]:
    """The rows with entries: no repeated headers, sums, notes under the table; sections are carried along."""
    section: str | None = None
    in_footer = False
    for row in table.body():
        cells = [(column, cell) for column, cell in table.grid.filled(row)]
        first = squeezed(cells[0][1].text)
        if _is_repeated_header(table, row) or first in _SUM or (len(cells) > 1 and squeezed(cells[1][1].text) in _SUM):
            continue
        if _FOOTER.match(first):
            in_footer = True
        if in_footer and (len(cells) == 1 or _FOOTER.match(first)):
            continue
        if len(cells) == 1 and _is_line(table, row, cells[0][0]):
            if match := _SECTION.fullmatch(cells[0][1].text):
                section = match[1]
            else:
                log.note((row, cells[0][0]), "line_skipped", text=first)
            continue
        if row in table.grid.hidden_rows:
            log.note((row, 1), "hidden_row_read")
        yield BodyRow(row, section)


def _is_line(table: Table, row: int, column: int) -> bool:
    """Whether the only cell of a row is a line across the table and no entry with its other cells left empty."""
    entry = [table.columns[key] for key in KEYS if key in table.columns]
    if column not in entry and not table.grid.is_covered((row, column + 1)):
        shown = [key for key in entry if table.grid.at((row, key)).text]
        return not shown
    return table.grid.is_covered((row, column + 1))


def _is_repeated_header(table: Table, row: int) -> bool:
    cells = table.grid.filled(row)
    same = [squeezed(cell.text) in table.headers.get(column, ()) for column, cell in cells]
    return len(same) >= 2 and all(same)
