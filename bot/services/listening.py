"""What a typed message means, in order: an answer to a push, to an open draft, a button's word, a report, a search."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.db.drafts import KeptDraft
from bot.db.engine import Database
from bot.presenters.actions import ChooseIndicator, EditDraft
from bot.presenters.asked import WaitingOrders
from bot.presenters.card import Card
from bot.presenters.evidence import Outcome as EvidenceSaid
from bot.presenters.indicator_list import Hits, NothingFound
from bot.presenters.report_said import Confirmed, Told
from bot.presenters.warning import Outcome
from bot.presenters.words import label
from bot.reading.intents import IntentKind
from bot.reading.report_text import ReportText, read_report
from bot.reading.safe_text import safe_text
from bot.services import drafting, report_taking, reporting
from bot.services.acknowledging import acknowledge_what_waits
from bot.services.adjust_hearing import Said as SaidOfAdjustment
from bot.services.adjust_hearing import answers_adjustment
from bot.services.adjusting import KIND as ADJUST_DRAFT
from bot.services.asking import card_of
from bot.services.cause import Cause
from bot.services.console_hearing import Said as SaidOfConsole
from bot.services.console_hearing import answers_console
from bot.services.evidence_hearing import hear as hear_evidence
from bot.services.grade_hearing import Said as SaidOfGrade
from bot.services.grade_hearing import answers_grade
from bot.services.hearing import (
    OF_REPORTS,
    CommandWanted,
    DirectWanted,
    DraftText,
    Heard,
    Hearing,
    gather,
    names_another,
    readings_of,
    tells,
)
from bot.services.indexing import index_of
from bot.services.order_draft import KIND as ORDER_DRAFT
from bot.services.order_hearing import Said as SaidOfOrder
from bot.services.order_hearing import answers_order
from bot.services.ordering import acknowledge_push
from bot.services.report_draft import KIND, unpack
from bot.services.report_reading import named
from bot.services.report_table import FIELDS, VALUE, Step, Typed
from bot.services.review_hearing import Said as SaidOfReview
from bot.services.review_hearing import answers_review
from bot.services.searching import find
from bot.services.task_listening import Said as SaidOfTask
from bot.services.task_listening import about_task

I = IntentKind  # noqa: E741 - the table below reads better
COMMANDS = frozenset(
    (
        *(I.MINE, I.WARNINGS, I.REPORT, I.HELP, I.REMIND, I.ME, I.BOARD, I.BULLETIN, I.SHEET, I.REVIEW),
        *(I.TASKS, I.PROBLEM, I.DISPATCH),
    )
)
ORDER = "order"


Said = (
    Step
    | Confirmed
    | Card
    | Hits
    | NothingFound
    | CommandWanted
    | Outcome
    | WaitingOrders
    | DirectWanted
    | DraftText
    | SaidOfConsole
    | SaidOfGrade
    | SaidOfOrder
    | SaidOfAdjustment
    | EvidenceSaid
    | SaidOfReview
    | SaidOfTask
)


async def understand(db: Database, cause: Cause, heard: Heard) -> Said:
    """The one answer to a message. Changes nothing but drafts, except where the words confirm or say 无变化."""
    text = safe_text(heard.text)
    if not text:
        return Told("nothing_read")
    if heard.edited:
        return await report_taking.reread(db, cause, Typed(text, heard.message_id))
    one = await gather(db, cause, heard, text)
    for means in (
        answers_console,
        about_task,
        answers_review,
        answers_grade,
        answers_adjustment,
        answers_order,
        _answers_push,
        _answers_draft,
        _is_a_word,
        _is_a_report,
    ):
        said = await means(one)
        if said is not None:
            return said
    return await find(db, cause, one.rest if one.is_ is I.FIND else text, year=one.year)


# -- a reply to a push ----------------------------------------------------------------------------------------------


async def _answers_push(one: Hearing) -> Said | None:
    if one.push is None:
        return None
    ids = tuple(int(str(item)) for item in one.push.indicator_ids)
    about_order = one.push.subject_kind == ORDER
    if one.is_ in (I.ACKNOWLEDGE, I.CONFIRM) and (about_order or not one.kept):
        return await acknowledge_push(one.db, one.cause, one.push.id)
    if one.is_ is I.DIRECT:
        return DirectWanted(ids[0] if len(ids) == 1 else None, one.rest)
    if one.is_ is I.DETAILS and len(ids) == 1:
        return await card_of(one.db, one.cause, ids[0])
    return await _reports_among(one, ids)


async def _reports_among(one: Hearing, ids: tuple[int, ...]) -> Said | None:
    """A report as an answer to a message about these indicators; 无变化 for the only one counts at once."""
    if one.desk is None:
        return None
    among = tuple(key for key in ids if one.desk.slot(key) is not None)
    asked = tuple(key for key in among if (slot := one.desk.slot(key)) and slot.is_open)
    if not among:
        return None
    if one.is_ is I.NO_CHANGE and len(asked or among) == 1:
        return await _same_at_once(one, (asked or among)[0])
    readings = readings_of(one, among)
    about_one = len(among) == 1 and one.intent is None
    if any(read.has_value for read in readings) or (about_one and any(tells(read) for read in readings)):
        return await report_taking.take(one.db, one.cause, one.typed(asked or among))
    return None


async def _same_at_once(one: Hearing, indicator_id: int) -> Said:
    slot = one.desk.slot(indicator_id) if one.desk else None
    if slot is None:
        return Told("outdated")
    return await reporting.no_change(one.db, one.cause, indicator_id, slot.period)


# -- an open draft ---------------------------------------------------------------------------------------------------


async def _answers_draft(one: Hearing) -> Said | None:
    if one.kept is None or one.kept.kind in (ORDER_DRAFT, ADJUST_DRAFT):
        return None
    if one.is_ is I.CANCEL:
        return await drafting.cancel(one.db, one.cause)
    if one.kept.kind != KIND:
        awaited = one.kept.awaiting is not None and one.is_ in (None, I.DIRECT)
        return DraftText(one.kept.kind, one.rest or one.text) if awaited else None
    if one.kept.awaiting is not None and one.kept.awaiting != VALUE:
        return await drafting.give(one.db, one.cause, one.text, one.heard.message_id)
    if one.is_ is I.CONFIRM or one.text in label("report.confirm_words").split():
        return await reporting.confirm(one.db, one.cause)
    twin = next((name for name in FIELDS if one.text == label(f"report.button.edit_{name}")), None)
    if twin is not None:
        return await drafting.edit(one.db, one.cause, EditDraft(twin, one.kept.version))
    if one.is_ is I.NO_CHANGE and unpack(one.kept.payload).items:
        return await drafting.repeat(one.db, one.cause)
    if one.is_ is I.EDIT:
        if one.rest:
            return await drafting.give(one.db, one.cause, one.rest, one.heard.message_id)
        return await drafting.edit(one.db, one.cause, EditDraft(VALUE, one.kept.version))
    if one.intent is not None:
        return None
    return await _fills_draft(one, one.kept)


async def _fills_draft(one: Hearing, kept: KeptDraft) -> Said | None:
    """A value for what the draft is about, unless the text names another indicator; or the name that was asked for."""
    draft = unpack(kept.payload)
    if draft.pending is not None and one.desk is not None:
        slots = [slot for key in draft.choices if (slot := one.desk.slot(key))]
        winner = index_of(tuple(named(slot.indicator) for slot in slots)).find(one.text).winner
        if winner is not None:
            return await report_taking.choose(one.db, one.cause, ChooseIndicator(winner.item.id, kept.version))
    item = draft.missing or draft.newest
    slot = one.desk.slot(item.indicator_id, item.period) if one.desk and item else None
    if item is None or slot is None:
        return None
    others = [read for read in readings_of(one, (item.indicator_id,)) if names_another(read, item.indicator_id)]
    if any(read.has_value for read in others):
        return await report_taking.take(one.db, one.cause, one.typed((item.indicator_id,)))
    name = named(slot.indicator)
    alone = read_report(one.text, index_of((name,)), name)
    if kept.awaiting == VALUE or (alone is not None and alone.has_value and not others):
        return await drafting.give(one.db, one.cause, one.text, one.heard.message_id)
    return None


# -- words -----------------------------------------------------------------------------------------------------------


async def _is_a_word(one: Hearing) -> Said | None:
    kind = one.is_
    if kind is None:
        return None
    if kind in COMMANDS:
        return CommandWanted(kind)
    if kind is I.ACKNOWLEDGE:
        return await acknowledge_what_waits(one.db, one.cause)
    if kind is I.DIRECT:
        return DirectWanted(None, one.rest)
    if kind is I.CONFIRM:
        return await reporting.confirm(one.db, one.cause)
    if kind is I.CANCEL:
        return await drafting.cancel(one.db, one.cause)
    if kind is I.DETAILS:
        return Told("which_card")
    if kind is I.THANKS:
        return Told("thanks")
    if kind is I.EVIDENCE:
        return await hear_evidence(one.db, one.cause, one.rest, one.heard.chat_id, one.heard.reply_to)
    return await _goes_on(one, kind)


async def _goes_on(one: Hearing, kind: IntentKind) -> Said | None:
    """无变化, 下一项, 更正 without a draft: they mean what was last spoken of."""
    desk = one.desk
    if kind not in OF_REPORTS:
        return None
    if desk is None or not desk.own:
        return Told("does_not_report")
    if kind is I.ALL_NO_CHANGE and desk.open:
        return await report_taking.take_unchanged(one.db, one.cause, one.heard.message_id)
    if kind is I.EDIT:
        done = one.memory.get(reporting.DONE)
        if one.rest:
            among = (int(done[0]),) if isinstance(done, list) and len(done) == 1 else ()
            return await report_taking.take(one.db, one.cause, one.typed(among, one.rest))
        return CommandWanted(I.REPORT)
    offered = one.memory.get(reporting.NEXT)
    slot = next((slot for slot in desk.open if slot.indicator.id == offered), None)
    if slot is None and (kind is not I.NO_CHANGE or len(desk.open) == 1):
        slot = next(iter(desk.open), None)
    if not desk.open:
        return CommandWanted(I.REPORT)
    if slot is None:
        return await report_taking.take(one.db, one.cause, one.typed())
    if kind is I.NO_CHANGE:
        return await _same_at_once(one, slot.indicator.id)
    return await drafting.start(one.db, one.cause, slot.indicator.id)


# -- a report of one's own -------------------------------------------------------------------------------------------


async def _is_a_report(one: Hearing) -> Said | None:
    if one.desk is None or not one.desk.slots or one.intent is not None:
        return None
    readings = [read for read in readings_of(one) if read.has_value]
    own = bool(one.desk.own)
    # The office may report anything for others, so only a value under a whole name is meant as a report there.
    meant = [read for read in readings if _is_meant(read, own)]
    if not meant:
        return None
    offered = one.memory.get(reporting.NEXT)
    nameless = len(readings) == 1 and readings[0].indicator_hint is None and isinstance(offered, int)
    if nameless and any(slot.indicator.id == offered for slot in one.desk.open):
        return await report_taking.take(one.db, one.cause, replace(one.typed(), among=(int(str(offered)),)))
    return await report_taking.take(one.db, one.cause, one.typed())


def _is_meant(read: ReportText, own: bool) -> bool:
    if read.item is not None and read.indicator_hint is not None:
        return True
    if not own:
        return False
    return bool(read.candidates) or read.indicator_hint is None or read.same_as_last


# What a message may mean, tried in this order; what is none of these is searched for.
MEANINGS: tuple[Callable[[Hearing], Awaitable[Said | None]], ...] = (
    answers_grade,
    answers_adjustment,
    answers_order,
    _answers_push,
    _answers_draft,
    _is_a_word,
    _is_a_report,
)
