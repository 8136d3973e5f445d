"""The steps of a report before it is confirmed. Every step is one transaction and survives a restart."""

from __future__ import annotations

from dataclasses import replace

from bot.db import drafts, reports
from bot.db.drafts import Ending
from bot.db.engine import Database
from bot.db.updates import left_a_mark
from bot.domain.errors import NotAllowed
from bot.domain.kinds import Kind
from bot.presenters.actions import EditDraft, ToggleNode
from bot.presenters.report_said import Told, Trouble
from bot.presenters.words import label
from bot.reading.named import NamedItem
from bot.reading.report_text import ReportText, read_report
from bot.services.cause import Cause, effect
from bot.services.coordinating import who_is_meant
from bot.services.desk import Slot, desk_of
from bot.services.report_draft import KIND, DraftItem, unpack
from bot.services.report_preview import Seen, ask_field, preview_of
from bot.services.report_reading import first_item, named, same_as_last, toggled
from bot.services.report_table import (
    COORDINATE,
    FIELDS,
    MEASURE,
    PROBLEM,
    VALUE,
    Step,
    Table,
    not_current,
    set_aside,
    table_for,
)
from bot.services.report_taking import LONGEST_WORDS, filled
from bot.services.year import year_at


async def start(db: Database, cause: Cause, indicator_id: int) -> Step:
    """Begin to report an indicator, or to correct what is in for its month. Raises NotAllowed."""
    async with effect(db, cause) as session:
        table = await table_for(session, cause)
        return await _begin(table, table.desk.slot(indicator_id))


async def correct(db: Database, cause: Cause, report_id: int) -> Step:
    """Begin to correct a report that is in; an older revision means the current one. Raises NotAllowed."""
    async with effect(db, cause) as session:
        table = await table_for(session, cause)
        stored = await reports.by_id(session, report_id)
        if stored is None:
            return Told("report_gone")
        if not stored.period.startswith(str(table.desk.year.year)):
            return Told("period_closed", {"month": int(stored.period[5:7])})
        return await _begin(table, table.desk.slot(stored.indicator_id, stored.period))


async def _begin(table: Table, slot: Slot | None) -> Step:
    if slot is None:
        raise NotAllowed
    if slot.frozen:
        return Told("period_closed", {"month": slot.period.month}, card=slot.indicator.id)
    draft = set_aside(table.draft).with_item(first_item(slot))
    if slot.indicator.nodes:
        return await table.shown(draft)
    version = await table.keep(draft, VALUE)
    return ask_field(slot, VALUE, version, others=len(table.desk.open) > 1 and slot.is_open)


async def edit(db: Database, cause: Cause, wanted: EditDraft) -> Step:
    """Ask for a field of the draft anew."""
    async with effect(db, cause) as session:
        table = await table_for(session, cause)
        gone = await not_current(table, wanted.version)
        item = table.draft.newest
        slot = table.desk.slot(item.indicator_id, item.period) if item else None
        if gone is not None or slot is None or wanted.field not in FIELDS:
            return gone or Told("outdated")
        version = await table.keep(table.draft, wanted.field)
        return ask_field(slot, wanted.field, version)


async def give(db: Database, cause: Cause, text: str, message_id: int | None) -> Step:
    """The typed answer to the field that the draft waits for, or a new value for what the preview shows."""
    async with effect(db, cause) as session:
        table = await table_for(session, cause)
        kept, draft = table.kept, table.draft
        item = draft.missing or draft.newest
        slot = table.desk.slot(item.indicator_id, item.period) if item else None
        if kept is None or item is None or slot is None:
            return Told("no_draft")
        if kept.awaiting in (PROBLEM, MEASURE, COORDINATE):
            given = await _words(table, slot, item, kept.awaiting, text)
            return await table.shown(draft.with_item(given))
        name: NamedItem = named(slot.indicator)
        read = read_report(text, [name], name)
        if read is None or not _fills(read, slot, awaited=kept.awaiting == VALUE):
            version = await table.keep(draft, VALUE)
            return ask_field(slot, VALUE, version, Trouble("no_number", {"name": name.name}))
        given, trouble = await filled(table, slot, replace(item, message_id=message_id), replace(read, item=name))
        changed = replace(draft.with_item(given), troubles=(trouble,) if trouble else ())
        if not changed.troubles and not given.ready:
            changed = replace(changed, troubles=(Trouble("no_number", {"name": name.name}),))
        return await table.shown(changed, message_id)


def _fills(read: ReportText, slot: Slot, *, awaited: bool) -> bool:
    """Whether the text can be taken: a value where one is awaited, else any words on the subject."""
    if read.has_value or slot.indicator.nodes or slot.indicator.kind is Kind.MANUAL:
        return True
    return not awaited and bool(read.problem or read.measure or read.coordinate)


async def _words(table: Table, slot: Slot, item: DraftItem, awaited: str, text: str) -> DraftItem:
    """A problem, measure or plea as typed; a word for "nothing" clears it."""
    nothing = text.strip() in label("report.nothing_words").split()
    words = None if nothing else text[:LONGEST_WORDS]
    if awaited == PROBLEM:
        return replace(item, problem=words)
    if awaited == MEASURE:
        return replace(item, measure=words)
    if words is None:
        return replace(item, coordinate=None, leader_post_id=None, leader=None)
    name = named(slot.indicator)
    read = read_report(words, [name], name)
    wanted = (read.coordinate_leader if read else None) or words
    post_id, post = await who_is_meant(table.session, slot.indicator, wanted)
    return replace(item, coordinate=words, leader_post_id=post_id, leader=post)


async def repeat(db: Database, cause: Cause) -> Step:
    """The typed twin of 无变化 while a draft is open: last month's value for what it is about."""
    async with effect(db, cause) as session:
        table = await table_for(session, cause)
        item = table.draft.missing or table.draft.newest
        slot = table.desk.slot(item.indicator_id, item.period) if item else None
        if item is None or slot is None:
            return Told("no_draft")
        given = same_as_last(slot, item)
        if isinstance(given, Trouble):
            version = await table.keep(table.draft, VALUE)
            return ask_field(slot, VALUE, version, given)
        return await table.shown(table.draft.with_item(given))


async def open_step(db: Database, cause: Cause) -> Step | None:
    """What the open report draft waits for, to be shown once more; None without one, or when more was done than that.

    For an update whose answer got lost: "done already" would be misleading where nothing is confirmed yet.
    """
    async with db.read() as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now)
        if kept is None or kept.kind != KIND or await left_a_mark(session, cause.update_id):
            return None
        draft, year = unpack(kept.payload), await year_at(session, cause.now)
        desk = await desk_of(session, year, cause.actor.actor)
        item = draft.missing
        slot = desk.slot(item.indicator_id, item.period) if item else None
        if slot is not None:
            return ask_field(slot, kept.awaiting or VALUE, kept.version)
        return await preview_of(Seen(session, desk, cause.now), draft, kept.version) if draft.items else None


async def toggle(db: Database, cause: Cause, wanted: ToggleNode) -> Step:
    """Tick a node of a milestone, or take the tick away."""
    async with effect(db, cause) as session:
        table = await table_for(session, cause)
        gone = await not_current(table, wanted.version)
        item = table.draft.newest
        slot = table.desk.slot(item.indicator_id, item.period) if item else None
        if gone is not None or item is None or slot is None:
            return gone or Told("outdated")
        if wanted.position not in {node.position for node in slot.indicator.nodes}:
            return Told("outdated")
        return await table.shown(table.draft.with_item(toggled(slot.indicator, item, wanted.position)))


async def cancel(db: Database, cause: Cause, version: int | None = None) -> Told:
    """Throw the draft away and say what was thrown away."""
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if kept is None:
            return Told("nothing_to_cancel")
        if version is not None and version != kept.version:
            return Told("outdated")
        await drafts.close(session, cause.actor.person_id, Ending.CANCELLED)
        if kept.kind != KIND:
            return Told("cancelled_other")
        table = await table_for(session, cause)
        slots = [table.desk.slot(item.indicator_id, item.period) for item in unpack(kept.payload).items]
        names = [slot.indicator.name for slot in slots if slot is not None]
        return Told("cancelled", {"names": names})
