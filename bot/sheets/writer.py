"""Writes a workbook that the office can print and that the reader reads back to equal records."""

from __future__ import annotations

import io

from openpyxl import Workbook

from bot.sheets.layout import put_page
from bot.sheets.pages import bonus_page, calendar_page, leader_page, people_page, progress_page, unit_page
from bot.sheets.records import ExportData


def write_workbook(data: ExportData) -> bytes:
    """The xlsx file; sheets without rows are left out, but for the leader list."""
    pages = [leader_page(data), unit_page(data), bonus_page(data), people_page(data), progress_page(data)]
    pages.append(calendar_page(data))
    workbook = Workbook()
    for index, page in enumerate(page for page in pages if page.rows or page is pages[0]):
        worksheet = workbook.worksheets[0] if index == 0 else workbook.create_sheet()
        put_page(worksheet, page)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()
