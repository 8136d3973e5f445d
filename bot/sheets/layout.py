"""Puts a table on a worksheet so that an office can print it, and no text of ours can run as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.sheets.cells import encoded

Value = str | int | Decimal | None
# What spreadsheets take for the start of a formula, also after a leading tab or return.
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_EXACT_DIGITS = 15  # a spreadsheet keeps no more in a number
_THIN = Side(style="thin", color="808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADER_FILL = PatternFill("solid", fgColor="E7EDF4")
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LINE_POINTS = 16.0  # height of one line of text


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its words, width in characters, and the word that it shares with its neighbours on the upper level."""

    word: str
    width: int
    above: str = ""
    left: bool = False
    merge: bool = False  # equal values below each other become one cell


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet: rows are as wide as `heads`."""

    sheet: str
    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Value, ...], ...]


def put_page(worksheet: Worksheet, page: Page) -> None:
    """Title, header, rows, widths, frozen header and print set-up."""
    worksheet.title = page.sheet
    worksheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(page.heads))
    title = worksheet.cell(1, 1)
    put(title, page.title)
    title.font, title.alignment = Font(size=16, bold=True), _CENTRE
    worksheet.row_dimensions[1].height = 32
    first = _put_heads(worksheet, page.heads)
    for offset, row in enumerate(page.rows):
        for column, (head, value) in enumerate(zip(page.heads, row, strict=True), 1):
            cell = worksheet.cell(first + offset, column)
            put(cell, value)
            cell.border, cell.alignment = _BORDER, _LEFT if head.left else _CENTRE
        worksheet.row_dimensions[first + offset].height = _LINE_POINTS * _lines(page.heads, row) + 6
    _merge_runs(worksheet, page, first)
    _set_up(worksheet, first)


def put(cell: Cell | MergedCell, value: Value) -> None:
    """Writes a value: text always as text, a number as a number while a spreadsheet can hold it exactly."""
    if value is None or value == "" or isinstance(cell, MergedCell):
        return
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value.replace("\r\n", "\n"))
        cell.value = encoded(text)
        # openpyxl makes a formula of "=…" and an error of "#N/A"; both are plain text here.
        cell.data_type = "s"
        cell.number_format = "@"
        if text.startswith(_RISKY):
            cell.quotePrefix = True
    elif isinstance(value, Decimal) and len(value.as_tuple().digits) > _EXACT_DIGITS:
        put(cell, format(value, "f"))
    else:
        cell.value = value


def _put_heads(worksheet: Worksheet, heads: Sequence[Head]) -> int:
    """Writes the header on one or two levels; the row below it comes back."""
    levels = 2 if any(head.above for head in heads) else 1
    bottom = 1 + levels
    for column, head in enumerate(heads, 1):
        put(worksheet.cell(2, column), head.above or head.word)
        if levels == 2 and head.above:
            put(worksheet.cell(3, column), head.word)
        worksheet.column_dimensions[get_column_letter(column)].width = head.width
        for row in range(2, bottom + 1):
            cell = worksheet.cell(row, column)
            cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), _HEADER_FILL, _BORDER, _CENTRE
    column = 1
    for above, group in groupby(heads, key=lambda head: head.above):
        span = len(list(group))
        if above:
            worksheet.merge_cells(start_row=2, start_column=column, end_row=2, end_column=column + span - 1)
        elif levels == 2:
            for single in range(column, column + span):
                worksheet.merge_cells(start_row=2, start_column=single, end_row=3, end_column=single)
        column += span
    return bottom + 1


def _merge_runs(worksheet: Worksheet, page: Page, first: int) -> None:
    """Merges equal neighbours downwards; a run ends where the merged column to its left ends one."""
    left_of: list[Value] = [None] * len(page.rows)
    for column, head in enumerate(page.heads):
        if not head.merge:
            continue
        keys = [(left, row[column]) for left, row in zip(left_of, page.rows, strict=True)]
        start = 0
        for _, group in groupby(keys):
            end = start + len(list(group))
            if end - start > 1:
                letter = get_column_letter(column + 1)
                worksheet.merge_cells(f"{letter}{first + start}:{letter}{first + end - 1}")
            start = end
        left_of = [row[column] for row in page.rows]


def _set_up(worksheet: Worksheet, first: int) -> None:
    worksheet.freeze_panes = f"A{first}"
    worksheet.print_title_rows = f"2:{first - 1}"
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = "9"  # A4
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0
    if worksheet.sheet_properties.pageSetUpPr is not None:
        worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.page_margins.left = worksheet.page_margins.right = 0.4
    worksheet.page_margins.top = worksheet.page_margins.bottom = 0.6
    if worksheet.oddFooter is not None:
        worksheet.oddFooter.center.text = "&P / &N"


def _lines(heads: Sequence[Head], row: Sequence[Value]) -> int:
    """How many lines the tallest cell of a row needs; a Chinese character is two wide."""
    return max(
        (
            sum(max(1, -(-sum(2 if ord(char) > 0x2E7F else 1 for char in line) // head.width)) for line in lines)
            for head, value in zip(heads, row, strict=True)
            if not head.merge and (lines := str(value if value is not None else "").split("\n"))
        ),
        default=1,
    )
