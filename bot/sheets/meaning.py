"""Settles columns whose word alone does not tell what they hold: 责任单位, 单位, 主要内容, 项目名称."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.reading.plain import squeezed
from bot.reading.target_units import is_known_unit
from bot.sheets.columns import Column, header_unit
from bot.sheets.offices import read_offices
from bot.sheets.records import TableKind
from bot.sheets.table import Table

_NOTE_UNIT = re.compile(r"(?:^|[(\s])(?:计量)?单位:([^)\s]+)")
_REPORTER = re.compile(r"(?:填报|报送|责任)(?:单位|部门):\s*(.+?)(?:\s{2,}|$)")
_POINTS = (Column.SCORE_POINT, Column.RISK_POINT, Column.BONUS_POINT)
# Any of these makes a table with values a list of its own and not just a progress table.
_LIST_ONLY = (Column.WEIGHT, Column.LEADER, Column.DUE, Column.CATEGORY, Column.APPRAISAL, Column.SCORING)


@dataclass(frozen=True, slots=True)
class SheetDefaults:
    """What the lines above the table say for all its rows."""

    unit: str | None = None
    reporter: tuple[str, ...] = ()


def defaults_of(table: Table) -> SheetDefaults:
    """The unit of measure from "（单位：%）" or the target's header, the reporting unit from "填报单位：…"."""
    unit = header_unit(table.header(Column.TARGET)) or header_unit(table.header(Column.CONTENT))
    reporter: tuple[str, ...] = ()
    for line in (table.title, *table.notes):
        text = line.replace("：", ":").replace("（", "(").replace("）", ")")
        if unit is None and (found := _NOTE_UNIT.search(text)) and is_known_unit(squeezed(found[1])):
            unit = squeezed(found[1])
        if not reporter and (found := _REPORTER.search(text)):
            reporter = read_offices(found[1].split("日期")[0]).names
    return SheetDefaults(unit, reporter)


def settle(table: Table) -> None:
    """Rewrites the table's columns so that each stands for one thing."""
    if Column.PERSON_NAME in table:
        return
    columns = table.columns
    if Column.BONUS_ITEM in table or any(point in table for point in _POINTS):
        _move(columns, Column.GROUP, Column.PROJECT)
    if Column.NAME not in columns:
        _settle_name(columns)
    elif Column.CONTENT in columns and Column.TARGET not in columns:
        _move(columns, Column.CONTENT, Column.TARGET)
    _move(columns, Column.GROUP, Column.CATEGORY)
    _move(columns, Column.RESPONSIBLE, Column.LEAD)
    _move(columns, Column.RESPONSIBLE, Column.COOPERATING)
    if Column.UNIT in columns and Column.LEAD not in columns and not _holds_measures(table):
        _move(columns, Column.UNIT, Column.LEAD)


def _settle_name(columns: dict[Column, int]) -> None:
    if Column.CONTENT in columns:
        if Column.TARGET in columns:
            _move(columns, Column.CONTENT, Column.NAME)
    elif Column.GROUP in columns:
        _move(columns, Column.GROUP, Column.NAME)
    else:
        _move(columns, Column.TARGET, Column.CONTENT)


def kinds_of(table: Table) -> frozenset[TableKind]:
    """What the table holds; one table can be a list, its points and its progress at once."""
    if Column.PERSON_NAME in table:
        return frozenset({TableKind.PEOPLE})
    if Column.DATE in table and Column.ARRANGEMENT in table:
        return frozenset({TableKind.CALENDAR})
    if Column.BONUS_ITEM in table:
        return frozenset({TableKind.BONUSES})
    kinds: set[TableKind] = set()
    if Column.NAME in table or Column.CONTENT in table:
        points = any(point in table for point in (*_POINTS, Column.NATURE, Column.PROJECT))
        if points:
            kinds.add(TableKind.POINTS)
        if Column.ACTUAL in table:
            kinds.add(TableKind.PROGRESS)
        listed = Column.TARGET in table or Column.CONTENT in table or not kinds
        if listed and (Column.ACTUAL not in table or any(column in table for column in _LIST_ONLY)):
            kinds.add(TableKind.INDICATORS)
    return frozenset(kinds)


def _holds_measures(table: Table) -> bool:
    shown = [table.cell(row, Column.UNIT).text for row in table.body()]
    words = [squeezed(text) for text in shown if text]
    return bool(words) and sum(map(is_known_unit, words)) * 2 >= len(words)


def _move(columns: dict[Column, int], old: Column, new: Column) -> None:
    """Gives a column its new meaning where that is still free."""
    if old in columns and new not in columns:
        columns[new] = columns.pop(old)
