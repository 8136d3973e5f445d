"""工作日调整: the table of days that differ from the national plan, read and written."""

from __future__ import annotations

import io
from datetime import date

from openpyxl import Workbook

from bot.sheets.reader import read_workbook
from bot.sheets.records import CalendarRow, ExportData, ParsedFile
from bot.sheets.writer import write_workbook


def read(*rows: tuple[object, ...]) -> ParsedFile:
    """The table with these rows under a title and a header."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (("示例区2026年工作日调整表",), ("日期", "安排", "说明"), *rows):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return read_workbook(stream.getvalue(), "工作日.xlsx", default_year=2026)


def codes(*rows: tuple[object, ...]) -> list[tuple[str, str]]:
    """What is wrong, and where."""
    return [(problem.code, problem.cell) for problem in read(*rows).problems]


def test_days_are_read_as_they_are_written() -> None:
    found = read(("2026-07-21", "放假", "台风"), (date(2026, 7, 25), "上班", None), ("8月1日", "休息", "区庆"))
    assert found.problems == ()
    assert found.calendar == (
        CalendarRow(date(2026, 7, 21), False, "台风"),
        CalendarRow(date(2026, 7, 25), True, ""),
        CalendarRow(date(2026, 8, 1), False, "区庆"),
    )


def test_each_bad_row_is_named_with_its_cell() -> None:
    assert codes(("2026-07-21", "也许", "")) == [("calendar_arrangement", "B3")]
    assert codes(("2027-07-21", "放假", "")) == [("calendar_other_year", "A3")]
    assert codes(("2026-07-21", "放假", ""), ("7月21日", "上班", "")) == [("calendar_day_twice", "A4")]
    assert codes((None, "放假", "台风")) == [("calendar_day_missing", "A3")]


def test_an_export_reads_back_the_same() -> None:
    days = (CalendarRow(date(2026, 7, 21), False, "台风"), CalendarRow(date(2026, 7, 25), True))
    written = write_workbook(ExportData(2026, calendar=days))
    assert read_workbook(written, "导出.xlsx", default_year=2026).calendar == days
