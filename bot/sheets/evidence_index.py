"""The index workbook of an evidence archive."""

from __future__ import annotations

import io
from collections.abc import Sequence

IndexRow = tuple[int, str, str, str, str, str, str, str, str, str]
_WIDTHS = (6, 30, 18, 10, 10, 30, 30, 12, 16, 40)


def write_index(title: str, heads: Sequence[str], rows: Sequence[IndexRow]) -> bytes:
    """The workbook with one row for each piece."""
    # openpyxl takes longer to load than the bot itself; only who makes or reads a workbook waits for it.
    from openpyxl import Workbook

    from bot.sheets.layout import Head, Page, put_page

    book = Workbook()
    columns = tuple(Head(head, width) for head, width in zip(heads, _WIDTHS, strict=True))
    put_page(book.worksheets[0], Page(title, title, columns, tuple(rows)))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
