"""Reads typed reports, of one indicator or several, into the draft; asks which one where the text leaves it open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.db import reports
from bot.db.engine import Database
from bot.presenters.actions import ChooseIndicator
from bot.presenters.report_said import AskIndicator, Told, Trouble
from bot.reading.report_text import ReportText, read_report
from bot.services.cause import Cause, effect
from bot.services.coordinating import who_is_meant
from bot.services.desk import Desk, Slot
from bot.services.indexing import index_of, reports_in
from bot.services.report_draft import KIND, DraftItem, ReportDraft, pack
from bot.services.report_reading import first_item, named, same_as_last, told, with_text
from bot.services.report_table import Step, Table, Typed, not_current, set_aside, table_for

MOST_CHOICES = 8
# What is kept of a problem or a plea; a phone screen holds about a third of it.
LONGEST_WORDS = 1000


async def take(db: Database, cause: Cause, typed: Typed) -> Step:
    """Read a typed report, of one or several indicators, into the draft and show it. Nothing is reported yet."""
    async with effect(db, cause) as session:
        return await _take(await table_for(session, cause), typed)


async def take_unchanged(db: Database, cause: Cause, message_id: int) -> Step:
    """全部无变化: last month's values of everything that is still asked for, to be confirmed in one go."""
    async with effect(db, cause) as session:
        table = await table_for(session, cause)
        kept: list[DraftItem] = []
        troubles: list[Trouble] = []
        for slot in table.desk.open:
            if slot.report is not None:
                troubles.append(Trouble("was_returned", {"name": slot.indicator.name}))
                continue
            got = same_as_last(slot, replace(first_item(slot), message_id=message_id))
            if isinstance(got, Trouble):
                troubles.append(got)
            else:
                kept.append(got)
        return await gathered(table, set_aside(table.draft), kept, troubles, Typed("", message_id))


async def reread(db: Database, cause: Cause, typed: Typed) -> Step:
    """Read an edited message anew: into the draft that it began, or as a correction of what it reported."""
    async with effect(db, cause) as session:
        table = await table_for(session, cause)
        kept = table.kept
        if kept is not None and kept.kind == KIND and kept.source_message_id == typed.message_id:
            came = [item for item in table.draft.items if item.message_id == typed.message_id]
            rest = [item for item in table.draft.items if item.message_id != typed.message_id]
            table.kept = replace(kept, payload=pack(ReportDraft(items=tuple(rest))))
            among = tuple(item.indicator_id for item in came) or table.draft.choices
            return await _take(table, replace(typed, among=among))
        stored = await reports.from_message(session, cause.actor.person_id, typed.message_id or 0)
        if not stored:
            return Told("edit_of_nothing")
        periods = {report.indicator_id: report.period for report in stored}
        return await _take(table, replace(typed, among=tuple(periods), periods=periods))


async def _take(table: Table, typed: Typed) -> Step:
    desk = table.desk
    known = {slot.indicator.id: slot.indicator for slot in desk.slots}
    names = [named(known[key]) for key in _in_question(desk, typed)]
    about = next((name for name in names if (name.id,) == typed.among), None)
    found = reports_in(typed.text, index_of(tuple(names)), about)
    if not found:
        return Told("nothing_read")
    draft = set_aside(table.draft)
    if len(found) == 1 and found[0].item is None:
        return await _ask_which(table, draft, found[0], typed)
    kept: list[DraftItem] = []
    troubles: list[Trouble] = []
    for read in found:
        got = await _one(table, read, typed)
        if isinstance(got, Trouble):
            troubles.append(got)
        else:
            item, trouble = got
            kept.append(item)
            if trouble is None and not item.ready and len(found) > 1 and read.item is not None:
                trouble = Trouble("no_value", {"name": read.item.name})
            troubles += [trouble] if trouble else []
    return await gathered(table, draft, kept, troubles, typed)


async def gathered(
    table: Table, draft: ReportDraft, kept: Sequence[DraftItem], troubles: Sequence[Trouble], typed: Typed
) -> Step:
    """One text's items put into the draft. Of several, those without a value are told as troubles and left out."""
    alone = len(kept) == 1 and len(troubles) <= 1
    changed = [item for item in kept if not _is_in_already(table.desk, item)]
    for item in changed:
        if item.ready or alone:
            draft = draft.with_item(item)
    if not changed and not draft.items:
        if kept:
            return _already_in(table.desk, kept[0])
        return Told(f"trouble_{troubles[0].code}", troubles[0].params)
    if not draft.items:
        return Told(f"trouble_{troubles[0].code}", troubles[0].params) if troubles else Told("nothing_read")
    return await table.shown(replace(draft, troubles=tuple(troubles)), typed.message_id)


def _in_question(desk: Desk, typed: Typed) -> list[int]:
    """Which indicators a text may name: the person's own; for the office every one."""
    own = [slot.indicator.id for slot in desk.slots if slot.indicator.id in desk.own_ids]
    named_here = [slot.indicator.id for slot in desk.slots if slot.indicator.id in typed.among]
    return list(dict.fromkeys([*named_here, *(own or (slot.indicator.id for slot in desk.slots))]))


async def _one(table: Table, read: ReportText, typed: Typed) -> tuple[DraftItem, Trouble | None] | Trouble:
    """The item that one part of the text gives, with the trouble that kept its value out."""
    if read.item is None:
        return Trouble("which", {"typed": read.indicator_hint or read.text[:20]})
    slot = table.desk.slot(read.item.id, typed.periods.get(read.item.id))
    if slot is None:
        return Trouble("not_yours", {"name": read.item.name})
    if slot.frozen:
        return Trouble("period_closed", {"name": read.item.name, "month": slot.period.month})
    before = table.draft.item(slot.indicator.id, str(slot.period)) or first_item(slot)
    before = replace(before, message_id=typed.message_id)
    return await filled(table, slot, before, read)


async def filled(table: Table, slot: Slot, before: DraftItem, read: ReportText) -> tuple[DraftItem, Trouble | None]:
    """The item with what was read. With a trouble, it keeps the words and waits for the value."""
    got = with_text(slot, before, read)
    trouble = got if isinstance(got, Trouble) else None
    item = told(before, read) if isinstance(got, Trouble) else got
    if trouble is not None:
        item = replace(item, ready=False)
    item = replace(item, problem=_cut(item.problem), measure=_cut(item.measure), coordinate=_cut(item.coordinate))
    if read.coordinate:
        post_id, post = await who_is_meant(table.session, slot.indicator, read.coordinate_leader)
        item = replace(item, leader_post_id=post_id, leader=post)
    return item, trouble


def _cut(text: str | None) -> str | None:
    return text[:LONGEST_WORDS] if text else text


def _is_in_already(desk: Desk, item: DraftItem) -> bool:
    """Whether the report that is in says exactly this."""
    slot = desk.slot(item.indicator_id, item.period)
    if not item.ready or slot is None or slot.report is None or slot.report.is_returned:
        return False
    return _same(first_item(slot), item)


def _same(one: DraftItem, other: DraftItem) -> bool:
    def said(item: DraftItem) -> tuple[object, ...]:
        return (item.value, item.nodes, item.problem, item.measure, item.coordinate, item.leader_post_id)

    return said(one) == said(other)


def _already_in(desk: Desk, item: DraftItem) -> Told:
    slot = desk.slot(item.indicator_id, item.period)
    assert slot is not None
    params = {
        "name": slot.indicator.name,
        "month": slot.period.month,
        "value": slot.report.value if slot.report else None,
        "unit": slot.indicator.unit or "",
    }
    return Told("already_in", params, report_id=slot.report.id if slot.report else None)


async def _ask_which(table: Table, draft: ReportDraft, read: ReportText, typed: Typed) -> Step:
    """A value without a name, or with one that fits several."""
    desk = table.desk
    ids = [item.id for item in read.candidates] or list(typed.among)
    if not ids:
        ids = [slot.indicator.id for slot in desk.open] or [slot.indicator.id for slot in desk.own]
    slots = [slot for key in ids if (slot := desk.slot(key)) is not None]
    if not slots:
        return Told("which_nobody")
    if len(slots) > MOST_CHOICES:
        return Told("which_of_many", {"example": slots[0].indicator.name, "unit": slots[0].indicator.unit or ""})
    pending = replace(draft, pending=typed.text, choices=tuple(slot.indicator.id for slot in slots))
    version = await table.keep(pending, None, typed.message_id)
    return AskIndicator(version, typed.text, tuple((slot.indicator.id, slot.indicator.name) for slot in slots))


async def choose(db: Database, cause: Cause, chosen: ChooseIndicator) -> Step:
    """Say which indicator the typed text belongs to."""
    async with effect(db, cause) as session:
        table = await table_for(session, cause)
        draft, gone = table.draft, await not_current(table, chosen.version)
        slot = table.desk.slot(chosen.indicator_id)
        if gone is not None:
            return gone
        if slot is None or draft.pending is None or chosen.indicator_id not in draft.choices:
            return Told("outdated")
        name = named(slot.indicator)
        read = read_report(draft.pending, [name], name)
        if read is None:
            return Told("nothing_read")
        message_id = table.kept.source_message_id if table.kept else None
        typed = Typed(draft.pending, message_id, (slot.indicator.id,))
        got = await _one(table, replace(read, item=name), typed)
        if isinstance(got, Trouble):
            return Told(f"trouble_{got.code}", got.params)
        item, trouble = got
        return await gathered(table, set_aside(draft), [item], [trouble] if trouble else [], typed)
