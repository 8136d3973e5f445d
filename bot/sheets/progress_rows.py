"""Values reported for a month: "1—5月完成", our own progress sheet, or a KPI table with 完成情况."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from bot.domain.kinds import Direction, Kind
from bot.reading.plain import squeezed, tidy
from bot.sheets import values
from bot.sheets.body import body_rows
from bot.sheets.columns import PERIOD_IN_HEADER, Column, header_month
from bot.sheets.indicator_rows import name_column
from bot.sheets.log import Log
from bot.sheets.offices import is_none, read_offices
from bot.sheets.records import IndicatorRow, ProgressRow
from bot.sheets.table import Table

_TITLE_MONTH = re.compile(r"(?:截[至止]|1[-—–~至到])(?:20\d{2}年)?(\d{1,2})月|(?:^|年)(\d{1,2})月(?:份|底|末)?")
_PERIOD = re.compile(r"(20\d{2})[-./年](\d{1,2})(?:月份?|-01)?")
_UNMEASURED = frozenset({Kind.MANUAL, Kind.MILESTONE})
# How far a printed rate may be from value and target, in points: tables round, they do not invent.
RATE_TOLERANCE = Decimal(1)


def read_progress(table: Table, known: Mapping[int, IndicatorRow], year: int, log: Log) -> list[ProgressRow]:
    """The reported values. `known` are the table's own indicators by row: units and targets check the values."""
    found: list[ProgressRow] = []
    period_of_sheet = _period_of_sheet(table, year)
    for entry in body_rows(table, log):
        row = entry.row
        name = tidy(table.cell(row, name_column(table)).text)
        indicator = known.get(row)
        if not name or _is_blank(table, row):
            continue
        period = _period_of_row(table, row, year) or period_of_sheet
        if period is None:
            log.problem(table.at(row, Column.ACTUAL), "period_missing", header=table.header(Column.ACTUAL))
            return found
        found.append(_read_row(table, row, (name, period), indicator, log))
    return found


def _read_row(table: Table, row: int, about: tuple[str, str], indicator: IndicatorRow | None, log: Log) -> ProgressRow:
    actual = _actual(table, row, indicator, log)
    rate = _rate(table, row, log)
    _check_rate(table, row, indicator, (actual, rate), log)
    units = indicator.lead_units if indicator else read_offices(table.cell(row, Column.LEAD).text).names
    return ProgressRow(
        indicator=indicator.name if indicator else about[0],
        units=units,
        period=about[1],
        actual=actual,
        rate=rate,
        problem=values.prose_of(table, row, Column.PROBLEM, log),
        needs=values.prose_of(table, row, Column.NEEDS, log),
        measures=values.prose_of(table, row, Column.MEASURES, log),
        source=log.ref(table.at(row, Column.ACTUAL)),
    )


def rows_of(indicators: Iterable[IndicatorRow]) -> dict[int, IndicatorRow]:
    """The indicators of one table by the row they stand in."""
    return {int(row.source.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")): row for row in indicators}


def _is_blank(table: Table, row: int) -> bool:
    columns = (Column.ACTUAL, Column.PROBLEM, Column.NEEDS, Column.MEASURES)
    return all(is_none(table.cell(row, column).text) for column in columns)


def _actual(table: Table, row: int, indicator: IndicatorRow | None, log: Log) -> Decimal | None:
    if not values.is_usable(table, row, Column.ACTUAL, log):
        return None
    text = table.cell(row, Column.ACTUAL).text
    if is_none(text):
        return None
    unit = squeezed(table.cell(row, Column.UNIT).text) or (indicator.unit if indicator else None)
    value = values.amount(text, None if unit is None or is_none(unit) else unit)
    if value is None:
        place = table.at(row, Column.ACTUAL)
        if indicator is None or indicator.kind in _UNMEASURED:
            log.note(place, "value_in_words", text=text)
        else:
            log.problem(place, "value_unknown", text=text, unit=unit or "")
    return value


def _rate(table: Table, row: int, log: Log) -> Decimal | None:
    if not values.is_usable(table, row, Column.RATE, log):
        return None
    text = squeezed(table.cell(row, Column.RATE).text)
    if is_none(text):
        return None
    match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(%?)", text)
    if match is None:
        log.problem(table.at(row, Column.RATE), "not_a_number", text=text, header=table.header(Column.RATE))
        return None
    # A bare number up to 2 is a share, "0.455"; beyond that the sign was left out, "45.5".
    number = Decimal(match[1])
    return number / 100 if match[2] or abs(number) > 2 else number


def _check_rate(
    table: Table,
    row: int,
    indicator: IndicatorRow | None,
    found: tuple[Decimal | None, Decimal | None],
    log: Log,
) -> None:
    actual, rate = found
    if indicator is None or actual is None or rate is None or not indicator.target:
        return
    if indicator.direction is Direction.LOWER:
        return
    computed = actual / indicator.target * 100
    if abs(computed - rate * 100) > RATE_TOLERANCE:
        log.problem(
            table.at(row, Column.RATE),
            "rate_contradicts",
            rate=table.cell(row, Column.RATE).text,
            computed=f"{computed:.1f}%",
            actual=actual,
            target=indicator.target,
        )


def _period_of_sheet(table: Table, year: int) -> str | None:
    header = table.header(Column.ACTUAL)
    if dated := PERIOD_IN_HEADER.search(header + table.header(Column.PERIOD)):
        return _period(int(dated[1]), int(dated[2]))
    if month := header_month(header):
        return _period(year, month)
    for line in (table.title, table.grid.title, *table.notes):
        if found := _TITLE_MONTH.search(squeezed(line)):
            return _period(year, int(found[1] or found[2]))
    return None


def _period_of_row(table: Table, row: int, year: int) -> str | None:
    cell = table.cell(row, Column.PERIOD)
    if cell.when:
        return _period(cell.when.year, cell.when.month)
    text = squeezed(cell.text)
    if found := _PERIOD.fullmatch(text):
        return _period(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"(\d{1,2})月份?", text):
        return _period(year, int(found[1]))
    return None


def _period(year: int, month: int) -> str | None:
    return f"{year:04d}-{month:02d}" if 1 <= month <= 12 else None
