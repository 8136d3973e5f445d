"""Rows of a list of indicators."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bot.domain.kinds import Kind
from bot.reading.plain import squeezed, tidy
from bot.reading.target import TargetRead, read_target, split_target
from bot.sheets import values
from bot.sheets.body import BodyRow, body_rows
from bot.sheets.cells import Cell
from bot.sheets.columns import Column
from bot.sheets.log import Log
from bot.sheets.meaning import SheetDefaults
from bot.sheets.natures import read_nature
from bot.sheets.offices import is_none
from bot.sheets.records import IndicatorRow, NodeRow
from bot.sheets.stated import with_kind
from bot.sheets.table import Table


@dataclass(slots=True)
class Carried:
    """Category cells that are merged downwards or left empty hold for the rows below."""

    appraisal: str | None = None
    category: str | None = None

    def take(self, table: Table, row: int) -> None:
        appraisal = _carried(table, row, Column.APPRAISAL, self.appraisal)
        if appraisal != self.appraisal:
            self.category = None
        self.appraisal = appraisal
        self.category = _carried(table, row, Column.CATEGORY, self.category)


def _carried(table: Table, row: int, column: Column, above: str | None) -> str | None:
    if column not in table:
        return None
    text = table.cell(row, column).text
    if text or table.grid.is_merged(table.at(row, column)):
        return None if is_none(text) else tidy(text)
    return above


def read_indicators(table: Table, defaults: SheetDefaults, year: int, log: Log) -> list[IndicatorRow]:
    """The indicators of a list; rows that only continue a merged name belong to the row above."""
    found: list[IndicatorRow] = []
    carried = Carried()
    if Column.LEAD not in table and not defaults.reporter and Column.ACTUAL not in table:
        log.problem(None, "no_lead_column")
    for entry in body_rows(table, log):
        carried.take(table, entry.row)
        indicator = _read_row(table, entry, defaults, year, log)
        if indicator is not None:
            appraisal, category = carried.appraisal, carried.category
            if category is None and Column.CATEGORY not in table:
                category = entry.section
            found.append(replace(indicator, appraisal=appraisal, category=category))
    return found


def name_column(table: Table) -> Column:
    return Column.NAME if Column.NAME in table else Column.CONTENT


def _read_row(table: Table, entry: BodyRow, defaults: SheetDefaults, year: int, log: Log) -> IndicatorRow | None:
    row, column = entry.row, name_column(table)
    if table.grid.is_covered(table.at(row, column)) and table.cell(row, column).text:
        if Column.TARGET in table and table.grid.own(table.at(row, Column.TARGET)).text:
            log.problem(table.at(row, Column.TARGET), "several_targets", name=table.cell(row, column).text)
        return None
    named = _name_and_target(table, row, defaults, log)
    if named is None:
        return None
    name, target, target_text = named
    lead, cooperating = _units(table, row, defaults, log)
    indicator = IndicatorRow(
        number=values.number_of(table, row),
        appraisal=None,
        category=None,
        name=name,
        target=target.value,
        unit=target.unit,
        target_text=target_text,
        kind=target.kind,
        direction=target.direction,
        weight=values.decimal_of(table, row, Column.WEIGHT, log),
        lead_units=lead,
        cooperating_units=cooperating,
        responsible_leader=values.text_of(table, row, Column.LEADER, log) or None,
        due=values.day_of(table, row, Column.DUE, year, log) or date(year, 12, 31),
        due_text=values.text_of(table, row, Column.DUE, log),
        nodes=tuple(NodeRow(node.month, node.name, node.weight) for node in target.nodes),
        scoring_text=values.prose_of(table, row, Column.SCORING, log),
        source=log.ref(table.at(row, column)),
    )
    return _with_nature(table, row, indicator, log)


def _with_nature(table: Table, row: int, indicator: IndicatorRow, log: Log) -> IndicatorRow:
    """A list that states the kind itself."""
    text = values.text_of(table, row, Column.NATURE, log)
    if not text:
        return indicator
    nature = read_nature(text)
    if nature is None:
        log.problem(table.at(row, Column.NATURE), "nature_unknown", text=text)
        return indicator
    return with_kind(indicator, nature[0], nature[1], log)


def _name_and_target(table: Table, row: int, defaults: SheetDefaults, log: Log) -> tuple[str, TargetRead, str] | None:
    column = name_column(table)
    if not values.is_usable(table, row, column, log):
        return None
    shown = table.cell(row, column)
    if not shown.text:
        log.problem(table.at(row, column), "name_missing", header=table.header(column))
        return None
    if Column.TARGET not in table:
        split = split_target(shown.text, default_unit=defaults.unit)
        if split is None:
            log.problem(table.at(row, column), "no_target_in_text", text=shown.text)
        else:
            _remark(table, row, column, split[1], log)
        return split
    if not values.is_usable(table, row, Column.TARGET, log):
        return None
    name, cell = tidy(shown.text), table.cell(row, Column.TARGET)
    target = _read_target_cell(table, row, cell, name, defaults.unit)
    if target is None:
        _blame_target(table, row, cell, name, log)
        return None
    _remark(table, row, Column.TARGET, target, log)
    return name, target, cell.text.strip()


def _read_target_cell(table: Table, row: int, cell: Cell, name: str, default_unit: str | None) -> TargetRead | None:
    unit = table.cell(row, Column.UNIT).text
    if not is_none(unit):
        default_unit = squeezed(unit)
    return None if cell.when else read_target(cell.text, name=name, default_unit=default_unit)


def _blame_target(table: Table, row: int, cell: Cell, name: str, log: Log) -> None:
    place = table.at(row, Column.TARGET)
    if is_none(cell.text):
        # A progress sheet with one row per month names indicators that the list describes.
        if Column.PERIOD not in table:
            log.problem(place, "target_missing", name=name)
    elif cell.when:
        log.problem(place, "target_is_a_date", text=cell.text, name=name)
    elif read_target(cell.text, name=name, default_unit="个"):
        log.problem(place, "unit_missing", text=cell.text, name=name)
    else:
        log.problem(place, "target_unknown", text=cell.text, name=name)


def _remark(table: Table, row: int, column: Column, target: TargetRead, log: Log) -> None:
    for remark in target.remarks:
        log.note(table.at(row, column), f"target_{remark}", text=table.cell(row, column).text, unit=target.unit or "")
    if target.kind is Kind.EVENT and target.unit is None:
        log.note(table.at(row, column), "target_read_as_event", text=table.cell(row, column).text)


def _units(table: Table, row: int, defaults: SheetDefaults, log: Log) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lead and cooperating units; ▲ inside the lead cell leaves the others to cooperate."""
    if Column.LEAD not in table:
        return defaults.reporter, ()
    lead = values.offices_of(table, row, Column.LEAD, log)
    others = values.offices_of(table, row, Column.COOPERATING, log)
    names = lead.marked or lead.names
    cooperating = [name for name in (*lead.names, *others.names) if name not in names]
    if not names and Column.PERIOD not in table and values.is_usable(table, row, Column.LEAD, Log("")):
        log.problem(table.at(row, Column.LEAD), "lead_missing", header=table.header(Column.LEAD))
    return names, tuple(dict.fromkeys(cooperating))
