"""The workbook of tasks."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sheets.layout import Value

_WIDTHS = (6, 8, 40, 24, 16, 12, 12, 16, 10, 8, 8, 40)


def write_tasks(title: str, heads: Sequence[str], rows: Sequence[tuple[Value, ...]]) -> bytes:
    """One row for each task."""
    # openpyxl takes longer to load than the bot itself; only who makes a workbook waits for it.
    from openpyxl import Workbook

    from bot.sheets.layout import Head, Page, put_page

    book = Workbook()
    columns = tuple(Head(head, width, left=width >= 24) for head, width in zip(heads, _WIDTHS, strict=True))
    put_page(book.worksheets[0], Page(title, title, columns, tuple(rows)))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
