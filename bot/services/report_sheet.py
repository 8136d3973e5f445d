"""填报 by workbook: a unit's open indicators go out prefilled, come back as a document, and are confirmed once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.db.engine import Database
from bot.domain.period import Period
from bot.presenters.report_said import Told, Trouble
from bot.presenters.words import label, plain_number
from bot.reading.report_text import ReportText, read_report
from bot.reading.safe_text import safe_text
from bot.services.cause import Cause, effect
from bot.services.desk import Desk, Slot, desk_of
from bot.services.report_draft import DraftItem
from bot.services.report_reading import first_item, named
from bot.services.report_table import Step, Table, Typed, set_aside, table_for
from bot.services.report_taking import filled, gathered
from bot.services.year import year_at
from bot.sheets.report_sheet import (
    CellFault,
    FilledLine,
    FilledSheet,
    SheetLine,
    read_report_sheet,
    title_of_sheet,
    write_report_sheet,
)


@dataclass(frozen=True)
class SheetToFill:
    """The workbook of a unit. `count`: how many indicators are in it."""

    title: str
    content: bytes
    count: int
    month: int


async def sheet_to_fill(db: Database, cause: Cause) -> SheetToFill | Told:
    """The person's open indicators as a workbook; all of their own when everything is in."""
    async with db.read() as session:
        year = await year_at(session, cause.now)
        desk = await desk_of(session, year, cause.actor.actor)
    slots = desk.open or desk.own
    if not slots or not cause.actor.units:
        return Told("does_not_report")
    period = slots[0].period
    title = title_of_sheet(cause.actor.units[0], period.year, period.month)
    lines = [_line(slot) for slot in slots if slot.period == period]
    content = await asyncio.to_thread(write_report_sheet, title, lines)
    return SheetToFill(title, content, len(lines), period.month)


def _line(slot: Slot) -> SheetLine:
    last = slot.report or slot.last
    shown = plain_number(last.value) if last and last.value is not None else ""
    indicator = slot.indicator
    return SheetLine(
        name=indicator.name,
        unit=indicator.unit or "",
        target=indicator.target_text or (plain_number(indicator.target) if indicator.target is not None else ""),
        last=shown,
        problem=(last.problem or "") if last else "",
        needs=(last.coordinate or "") if last else "",
        measure=(last.measure or "") if last else "",
    )


async def read_sheet(content: bytes) -> FilledSheet | CellFault | None:
    """What a document says as a report workbook; None when it is none."""
    return await asyncio.to_thread(read_report_sheet, content)


async def take_sheet(db: Database, cause: Cause, sheet: FilledSheet | CellFault, message_id: int) -> Step:
    """Everything in the workbook in one preview, with each problem by its cell. Nothing is reported yet."""
    if isinstance(sheet, CellFault):
        return Told(f"sheet_{sheet.fault}", {"text": sheet.text})
    async with effect(db, cause) as session:
        table = await table_for(session, cause)
        refusal = _not_for_here(table, sheet)
        if refusal is not None:
            return refusal
        kept: list[DraftItem] = []
        troubles = [_trouble(fault) for fault in sheet.faults]
        for line in sheet.lines:
            got = await _one(table, line, message_id)
            if isinstance(got, Trouble):
                troubles.append(got)
            else:
                kept.append(got)
        if not kept and not troubles:
            return Told("sheet_empty")
        return await gathered(table, set_aside(table.draft), kept, troubles, Typed("", message_id))


def _not_for_here(table: Table, sheet: FilledSheet) -> Told | None:
    """A workbook of another unit, or of another month than the one that is asked for."""
    desk = table.desk
    if sheet.unit not in table.cause.actor.units:
        return Told("sheet_other_unit", {"unit": sheet.unit})
    wanted = _asked(desk.open or desk.own)
    if wanted is not None and (sheet.year, sheet.month) != (wanted.year, wanted.month):
        return Told("sheet_other_month", {"month": sheet.month, "now": wanted.month})
    return None


def _asked(slots: Sequence[Slot]) -> Period | None:
    return slots[0].period if slots else None


def _trouble(fault: CellFault) -> Trouble:
    return Trouble(f"sheet_{fault.fault}", {"cell": fault.cell, "name": fault.text})


async def _one(table: Table, line: FilledLine, message_id: int) -> DraftItem | Trouble:
    slot = _slot(table.desk, line.name)
    if slot is None:
        return Trouble("sheet_unknown", {"cell": line.cell, "name": line.name})
    if slot.frozen:
        return Trouble("period_closed", {"name": line.name, "month": slot.period.month})
    item = replace(first_item(slot), message_id=message_id)
    got, trouble = await filled(table, slot, item, _read(slot, line))
    if trouble is not None or not got.ready:
        return Trouble("sheet_value", {"cell": line.cell, "name": line.name, "text": line.value})
    return got


def _slot(desk: Desk, name: str) -> Slot | None:
    return next((slot for slot in desk.own if slot.indicator.name == name), None)


def _read(slot: Slot, line: FilledLine) -> ReportText:
    """The row as if it had been typed: the value by itself, the words as they stand in their columns."""
    name = named(slot.indicator)
    read = read_report(safe_text(line.value), [name], name) or ReportText(line.value)
    return replace(
        read,
        item=name,
        problem=_words(line.problem) or read.problem,
        coordinate=_words(line.needs) or read.coordinate,
        measure=_words(line.measure) or read.measure,
    )


def _words(text: str) -> str | None:
    words = safe_text(text)
    return None if not words or words in label("report.nothing_words").split() else words
