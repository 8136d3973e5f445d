"""Single values of a row: plain texts, numbers, days. What is there but cannot be read becomes a problem."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from bot.reading.deadline import read_deadline
from bot.reading.plain import squeezed, tidy
from bot.reading.target_units import split_scale
from bot.sheets.cells import Cell, Sort
from bot.sheets.columns import Column
from bot.sheets.log import Log
from bot.sheets.offices import Offices, is_none, read_offices
from bot.sheets.table import Table

_AMOUNT = re.compile(r"(?:已|累计|共|完成|实现|约|达到|达|增长|同比)*(?P<number>[+-]?\d+(?:\.\d+)?)(?P<unit>[^\d]*)")
_SERIALS = range(36526, 73051)  # the years 2000 to 2099 as a spreadsheet counts days
_SERIAL_ZERO = date(1899, 12, 30)
# A deadline further away than this is a slip of the pen.
_YEARS_AHEAD = 10


def is_usable(table: Table, row: int, column: Column, log: Log) -> bool:
    """False, with a problem, where a needed cell holds an error value or a formula that was never calculated."""
    cell = table.cell(row, column)
    if cell.sort is Sort.ERROR:
        log.problem(table.at(row, column), "cell_error", value=cell.text)
    elif cell.sort is Sort.UNCACHED:
        log.problem(table.at(row, column), "formula_uncalculated")
    return cell.sort not in (Sort.ERROR, Sort.UNCACHED)


def text_of(table: Table, row: int, column: Column, log: Log) -> str:
    """The cell on one line; nothing for "/", "—" and unusable cells."""
    if not is_usable(table, row, column, log):
        return ""
    text = table.cell(row, column).text
    return "" if is_none(text) else tidy(text)


def prose_of(table: Table, row: int, column: Column, log: Log) -> str:
    """The cell's text as it was written, its lines kept."""
    if not is_usable(table, row, column, log):
        return ""
    cell = table.cell(row, column)
    return "" if is_none(cell.text) else (cell.raw or cell.text).strip(" \n\u3000")


def offices_of(table: Table, row: int, column: Column, log: Log) -> Offices:
    if not is_usable(table, row, column, log):
        return Offices()
    offices = read_offices(table.cell(row, column).text)
    if offices.open_ended:
        log.note(table.at(row, column), "units_open", text=table.cell(row, column).text)
    return offices


def decimal_of(table: Table, row: int, column: Column, log: Log) -> Decimal | None:
    """A number of points ("30", "30分"); anything else there is a problem."""
    if not is_usable(table, row, column, log):
        return None
    text = table.cell(row, column).text
    if is_none(text):
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)分?", squeezed(text))
    if match is None:
        log.problem(table.at(row, column), "not_a_number", text=text, header=table.header(column))
        return None
    return Decimal(match[1])


def number_of(table: Table, row: int) -> int | None:
    """The serial number; None where it is no whole number."""
    text = squeezed(table.cell(row, Column.NUMBER).text)
    return int(text) if re.fullmatch(r"\d{1,6}", text) else None


def day_of(table: Table, row: int, column: Column, year: int, log: Log) -> date | None:
    """A day as date cell, as text, or as a bare serial number; what names no day of a sane year is a problem."""
    if not is_usable(table, row, column, log):
        return None
    cell = table.cell(row, column)
    if is_none(cell.text):
        return None
    day = cell.when or _day_of_number(cell) or read_deadline(cell.text, year)
    # A cell with the number 2026.1 may have been 2026.10: the spreadsheet dropped the zero.
    lost_zero = cell.sort is Sort.NUMBER and re.fullmatch(r"20\d{2}\.1", cell.text)
    if day is None or lost_zero or not year - 1 <= day.year <= year + _YEARS_AHEAD:
        log.problem(table.at(row, column), "not_a_day", text=cell.text, header=table.header(column), year=year)
        return None
    return day


def amount(text: str, unit: str | None) -> Decimal | None:
    """A value in the given unit: "98.6亿元", "5", "1.2万元" for 亿元; None when it is no number or in another unit."""
    match = _AMOUNT.fullmatch(squeezed(text))
    if match is None:
        return None
    value, written = Decimal(match["number"]), match["unit"]
    if not written or unit is None or written == squeezed(unit):
        return value
    factor, base = split_scale(written)
    wanted, wanted_base = split_scale(squeezed(unit))
    return value * factor / wanted if base == wanted_base else None


def _day_of_number(cell: Cell) -> date | None:
    if cell.sort is not Sort.NUMBER or not cell.text.isdigit() or int(cell.text) not in _SERIALS:
        return None
    return _SERIAL_ZERO + timedelta(days=int(cell.text))
