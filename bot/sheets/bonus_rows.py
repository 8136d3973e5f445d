"""Rows of 创优争先: what can earn extra points, and how many at most."""

from __future__ import annotations

from bot.reading.plain import tidy
from bot.sheets import values
from bot.sheets.body import body_rows
from bot.sheets.columns import Column
from bot.sheets.indicator_rows import Carried
from bot.sheets.log import Log
from bot.sheets.records import BonusRow
from bot.sheets.table import Table


def read_bonuses(table: Table, log: Log) -> list[BonusRow]:
    """The bonus items in the order written."""
    found: list[BonusRow] = []
    carried = Carried()
    for entry in body_rows(table, log):
        row = entry.row
        carried.take(table, row)
        place = table.at(row, Column.BONUS_ITEM)
        name = tidy(table.cell(row, Column.BONUS_ITEM).text)
        if not values.is_usable(table, row, Column.BONUS_ITEM, log):
            continue
        if not name:
            log.problem(place, "name_missing", header=table.header(Column.BONUS_ITEM))
            continue
        units = values.offices_of(table, row, Column.LEAD, log).names
        cap_column = Column.CAP if Column.CAP in table else Column.WEIGHT
        cap = values.decimal_of(table, row, cap_column, log)
        number = values.number_of(table, row)
        found.append(BonusRow(number, carried.category or entry.section, name, units, cap, log.ref(place)))
    return found
