"""The steps of a report before it is confirmed. Every step is one transaction and survives a restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, reports
from bot.db.drafts import DraftToKeep, Ending, KeptDraft
from bot.db.engine import Database
from bot.domain.errors import NotAllowed
from bot.domain.kinds import Kind
from bot.presenters.actions import ChooseIndicator, EditDraft, ToggleNode
from bot.presenters.report import AskField, AskIndicator, Preview, Told, Trouble
from bot.presenters.words import label
from bot.reading.named import NamedItem
from bot.reading.report_text import ReportText, read_report, read_reports
from bot.services.cause import Cause, effect
from bot.services.coordinating import who_is_meant
from bot.services.desk import Desk, Slot, desk_of
from bot.services.report_draft import KIND, DraftItem, ReportDraft, pack, unpack
from bot.services.report_preview import Seen, ask_field, preview_of
from bot.services.report_reading import first_item, named, same_as_last, toggled, told, with_text
from bot.services.year import year_at

Step = Preview | AskField | AskIndicator | Told
MOST_CHOICES = 8
# What is kept of a problem or a plea; a phone screen holds about a third of it.
LONGEST_WORDS = 1000
VALUE, PROBLEM, MEASURE, COORDINATE = "value", "problem", "measure", "coordinate"
FIELDS = frozenset({VALUE, PROBLEM, MEASURE, COORDINATE})


@dataclass(frozen=True)
class Typed:
    """A typed report. `among`: the indicators that the message answers to; `periods`: months other than today's."""

    text: str
    message_id: int | None = None
    among: tuple[int, ...] = ()
    periods: Mapping[int, str] = field(default_factory=dict)


@dataclass
class Table:
    """One step's working place: the session, the desk and the draft that was open."""

    session: AsyncSession
    cause: Cause
    desk: Desk
    kept: KeptDraft | None

    @property
    def draft(self) -> ReportDraft:
        """The open report draft; an empty one when there is none."""
        return unpack(self.kept.payload) if self.kept and self.kept.kind == KIND else ReportDraft()

    @property
    def seen(self) -> Seen:
        """For previews."""
        return Seen(self.session, self.desk, self.cause.now)

    async def keep(self, draft: ReportDraft, awaiting: str | None, message_id: int | None = None) -> int:
        """Store the draft; its version."""
        source = message_id if message_id is not None else (self.kept.source_message_id if self.kept else None)
        person_id = self.cause.actor.person_id
        return await drafts.put(
            self.session, DraftToKeep(person_id, KIND, pack(draft), self.cause.now, awaiting, source)
        )

    async def shown(self, draft: ReportDraft, message_id: int | None = None, notice: str | None = None) -> Step:
        """Store the draft and give the question that is open, or the preview."""
        missing = draft.missing
        slot = self.desk.slot(missing.indicator_id, missing.period) if missing else None
        if slot is not None:
            trouble = draft.troubles[-1] if draft.troubles else None
            # Said once: the next preview is not about it any more.
            version = await self.keep(replace(draft, troubles=()), VALUE, message_id)
            return ask_field(slot, VALUE, version, trouble)
        version = await self.keep(replace(draft, troubles=()), None, message_id)
        return await preview_of(self.seen, draft, version, notice)


async def table_for(session: AsyncSession, cause: Cause) -> Table:
    """The working place of the person who asked; nobody else changes their draft meanwhile."""
    kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
    year = await year_at(session, cause.now)
    return Table(session, cause, await desk_of(session, year, cause.actor.actor), kept)


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
    draft = _set_aside(table.draft).with_item(first_item(slot))
    if slot.indicator.nodes:
        return await table.shown(draft)
    version = await table.keep(draft, VALUE)
    return ask_field(slot, VALUE, version)


def _set_aside(draft: ReportDraft) -> ReportDraft:
    """What was typed stays; what only buttons began, and what still lacks its value, goes."""
    items = tuple(item for item in draft.items if item.ready and item.message_id is not None)
    return ReportDraft(items=items)


async def take(db: Database, cause: Cause, typed: Typed) -> Step:
    """Read a typed report, of one or several indicators, into the draft and show it. Nothing is reported yet."""
    async with effect(db, cause) as session:
        return await _take(await table_for(session, cause), typed)


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
    found = read_reports(typed.text, names, about)
    if not found:
        return Told("nothing_read")
    draft = _set_aside(table.draft)
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
    return await _gathered(table, draft, kept, troubles, typed)


async def _gathered(
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
    return item.ready and slot is not None and slot.report is not None and _same(first_item(slot), item)


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
        return await _gathered(table, _set_aside(draft), [item], [trouble] if trouble else [], typed)


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


async def not_current(table: Table, version: int) -> Told | None:
    """Why a button of this version does nothing any more; None for the version that is current."""
    if table.kept is not None and table.kept.kind == KIND and table.kept.version == version:
        return None
    last = await drafts.ended(table.session, table.cause.actor.person_id)
    if last is not None and last.version == version and last.ending is Ending.CONFIRMED:
        return Told("confirmed_before")
    if last is not None and last.version == version and last.ending is Ending.CANCELLED:
        return Told("cancelled_before")
    return Told("outdated")
