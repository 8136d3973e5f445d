"""The packet of a dispatch meeting as a workbook: a sheet for each of its tables."""

from __future__ import annotations

import io
from collections.abc import Sequence

# Characters: what is written in words is wide, what is counted is narrow.
_WIDE, _NARROW, _NUMBER = 30, 14, 9
_SHORT_WORDS = 7


def write_packet(tables: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str | int]]]]) -> bytes:
    """`tables`: the title, the column heads and the rows of each sheet."""
    # openpyxl takes longer to load than the bot itself; only who makes a workbook waits for it.
    from openpyxl import Workbook

    from bot.sheets.layout import Head, Page, put_page

    book = Workbook()
    for place, (title, heads, rows) in enumerate(tables):
        sheet = book.worksheets[0] if place == 0 else book.create_sheet()
        widths = [_width([row[column] for row in rows]) for column in range(len(heads))]
        columns = tuple(Head(word, width, left=width == _WIDE) for word, width in zip(heads, widths, strict=True))
        put_page(sheet, Page(title, title, columns, tuple(tuple(row) for row in rows)))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _width(values: Sequence[str | int]) -> int:
    if all(isinstance(value, int) for value in values):
        return _NUMBER
    return _WIDE if max(len(str(value)) for value in values) > _SHORT_WORDS else _NARROW
