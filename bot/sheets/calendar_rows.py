"""Rows of 工作日调整: days on which this office works, or does not, other than the national plan says."""

from __future__ import annotations

from datetime import date

from bot.reading.plain import squeezed
from bot.sheets import values
from bot.sheets.body import body_rows
from bot.sheets.columns import Column
from bot.sheets.log import Log
from bot.sheets.records import CalendarRow
from bot.sheets.table import Table

# The first word of each is the one that is written.
OFF_WORDS = ("放假", "休息", "休", "不上班", "停工", "停班", "休假", "假期", "非工作日")
WORK_WORDS = ("上班", "工作", "补班", "班", "工作日", "调休上班", "正常上班")
_WORKS = dict.fromkeys(OFF_WORDS, False) | dict.fromkeys(WORK_WORDS, True)


def read_calendar(table: Table, year: int, log: Log) -> list[CalendarRow]:
    """The days in the order written, each once and all of the year."""
    found: dict[date, CalendarRow] = {}
    for entry in body_rows(table, log):
        row = entry.row
        place = table.at(row, Column.DATE)
        day = values.day_of(table, row, Column.DATE, year, log)
        said = squeezed(table.cell(row, Column.ARRANGEMENT).text)
        if day is None:
            if not table.cell(row, Column.DATE).text:
                log.problem(place, "calendar_day_missing")
        elif day.year != year:
            log.problem(place, "calendar_other_year", text=day.isoformat(), year=str(year))
        elif day in found:
            log.problem(place, "calendar_day_twice", text=day.isoformat(), first=found[day].source.cell)
        elif said not in _WORKS:
            log.problem(table.at(row, Column.ARRANGEMENT), "calendar_arrangement", text=said)
        else:
            note = values.text_of(table, row, Column.REMARK, log)
            found[day] = CalendarRow(day, _WORKS[said], note, log.ref(place))
    return list(found.values())
