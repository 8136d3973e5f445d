"""Rows of the lead-unit list: the kind of each indicator, and its score, risk and bonus points."""

from __future__ import annotations

from bot.reading.plain import tidy
from bot.reading.target import split_target
from bot.sheets import values
from bot.sheets.body import body_rows
from bot.sheets.columns import Column
from bot.sheets.indicator_rows import name_column
from bot.sheets.log import Log
from bot.sheets.natures import read_nature
from bot.sheets.records import PointKind, PointRow, StatedKind
from bot.sheets.table import Table

_KINDS = {
    Column.SCORE_POINT: PointKind.SCORE,
    Column.RISK_POINT: PointKind.RISK,
    Column.BONUS_POINT: PointKind.BONUS,
}


def read_points(table: Table, year: int, log: Log) -> tuple[list[PointRow], list[StatedKind]]:
    """All points and all stated kinds; one cell is one point."""
    points: list[PointRow] = []
    stated: list[StatedKind] = []
    for entry in body_rows(table, log):
        row = entry.row
        column = name_column(table)
        name = _name(table, row, column)
        if not values.is_usable(table, row, column, log):
            continue
        if not name:
            log.problem(table.at(row, column), "name_missing", header=table.header(column))
            continue
        units = values.offices_of(table, row, Column.LEAD, log).names
        points += _points_of(table, row, (name, units), year, log)
        kind = _stated_kind(table, row, (name, units), log)
        if kind is not None:
            stated.append(kind)
    return points, stated


def _points_of(table: Table, row: int, owner: tuple[str, tuple[str, ...]], year: int, log: Log) -> list[PointRow]:
    project = values.text_of(table, row, Column.PROJECT, log) or None
    person = values.text_of(table, row, Column.PERSON, log) or None
    start = values.day_of(table, row, Column.START, year, log)
    due = values.day_of(table, row, Column.DUE, year, log)
    found: list[PointRow] = []
    for column, kind in _KINDS.items():
        if column not in table or table.grid.is_covered(table.at(row, column)):
            continue
        text = values.prose_of(table, row, column, log)
        if text:
            source = log.ref(table.at(row, column))
            found.append(PointRow(owner[0], owner[1], kind, text, project, person, start, due, source))
    if project and not any(column in table for column in _KINDS):
        # A list of supporting projects without the three points: each project is how its indicator scores.
        text = values.prose_of(table, row, Column.SCORING, log) or project
        source = log.ref(table.at(row, Column.PROJECT))
        found.append(PointRow(owner[0], owner[1], PointKind.SCORE, text, project, person, start, due, source))
    return found


def _stated_kind(table: Table, row: int, owner: tuple[str, tuple[str, ...]], log: Log) -> StatedKind | None:
    place = table.at(row, Column.NATURE)
    text = values.text_of(table, row, Column.NATURE, log)
    if not text or table.grid.is_covered(place):
        return None
    nature = read_nature(text)
    if nature is None:
        log.problem(place, "nature_unknown", text=text)
        return None
    return StatedKind(owner[0], owner[1], nature[0], nature[1], log.ref(place))


def _name(table: Table, row: int, column: Column) -> str:
    """The indicator's name, without the target where both are in one cell."""
    text = table.cell(row, column).text
    split = split_target(text) if column is Column.CONTENT else None
    return split[0] if split else tidy(text)
