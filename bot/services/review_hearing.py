"""Typed words about the review of reports: who may say them, which report they are about, what an open question waits
for. Words about warning orders go on to those."""

from __future__ import annotations

from collections.abc import Sequence

from bot.db import indicators, report_reviews, reports
from bot.db.drafts import KeptDraft
from bot.domain.period import Period
from bot.domain.pushes import PushKind
from bot.domain.rights import Action, Scope, scope_of
from bot.presenters.report_said import Confirmed, OpenReports, Told
from bot.presenters.review_said import (
    Approved,
    BatchPreview,
    NoteAdded,
    PeriodDone,
    PeriodPreview,
    ReasonWanted,
    Returned,
    ReviewQueue,
    ReviewRow,
    ReviewTold,
)
from bot.reading.intents import IntentKind
from bot.reading.review_text import ReviewText, ReviewWord, month_after, read_review, without_breaks
from bot.services import report_taking
from bot.services.hearing import Hearing
from bot.services.order_draft import KIND as ORDER_DRAFT
from bot.services.order_pending import waiting_requests
from bot.services.period_closing import KIND as PERIOD_DRAFT
from bot.services.period_closing import preview_period, set_period
from bot.services.report_deciding import approve, approve_batch, preview_batch
from bot.services.report_noting import add_note
from bot.services.report_queue import is_office, queue_of, review_queue
from bot.services.report_returning import REPORT, give_back
from bot.services.report_review_desk import BATCH, RETURN
from bot.services.report_review_desk import KIND as REVIEW_DRAFT
from bot.services.report_skipping import Skipped, skip
from bot.services.report_table import Step, Typed
from bot.services.year import year_at

Said = (
    Approved
    | BatchPreview
    | Confirmed
    | NoteAdded
    | OpenReports
    | PeriodDone
    | PeriodPreview
    | ReasonWanted
    | Returned
    | ReviewQueue
    | ReviewTold
    | Skipped
    | Step
    | Told
)
I = IntentKind  # noqa: E741 - the table below reads better
DECIDING = frozenset({ReviewWord.APPROVE, ReviewWord.AGREE, ReviewWord.RETURN})
SHORTEST_NAME = 2


async def answers_review(one: Hearing) -> Said | None:
    """The answer where the words are about the review of reports, a month, a note, or the walk through the reports."""
    if one.push is not None:
        return await _answers_return(one)
    if one.is_ is I.SKIP:
        return await _skips(one)
    found = read_review(one.text)
    if found is not None and found.word is ReviewWord.NOTE:
        return await _note(one, found)
    if found is not None and (said := await _of_reviewer(one, found)) is not None:
        return said
    return await _goes_on(one, one.kept) if one.kept is not None else None


async def _answers_return(one: Hearing) -> Said | None:
    """A value in reply to a returned report is its correction, whatever month is asked for by now."""
    push = one.push
    if push is None or push.kind != PushKind.RETURNED or push.subject_kind != REPORT or one.intent is not None:
        return None
    async with one.db.read() as session:
        report = await reports.by_id(session, push.subject_id or 0)
    if report is None:
        return None
    periods = {report.indicator_id: report.period}
    typed = Typed(one.text, one.heard.message_id, (report.indicator_id,), periods)
    return await report_taking.take(one.db, one.cause, typed)


async def _skips(one: Hearing) -> Said | None:
    if one.desk is None or not one.desk.own:
        return None
    return await skip(one.db, one.cause)


async def _note(one: Hearing, found: ReviewText) -> Said | None:
    if scope_of(one.cause.actor.actor, Action.ADD_NOTE) is Scope.NONE or one.year is None:
        return None
    return await add_note(one.db, one.cause, found.whole)


async def _of_reviewer(one: Hearing, found: ReviewText) -> Said | None:
    office = is_office(one.cause)
    if one.year is None or not (office or scope_of(one.cause.actor.actor, Action.SIGN_OFF_REPORT) > Scope.NONE):
        return None
    if found.word is ReviewWord.ALL:
        return await preview_batch(one.db, one.cause)
    if found.word in (ReviewWord.CLOSE, ReviewWord.REOPEN):
        if not office:
            return None
        reopens = found.word is ReviewWord.REOPEN
        return await preview_period(one.db, one.cause, found.month, found.rest, reopens=reopens)
    if found.word in DECIDING and not _is_a_reason(one):
        return await _decides(one, found)
    return None


def _is_a_reason(one: Hearing) -> bool:
    """Whether an open question about an order waits for these words."""
    return one.kept is not None and one.kept.kind == ORDER_DRAFT and one.kept.awaiting is not None


async def _decides(one: Hearing, found: ReviewText) -> Said | None:
    async with one.db.read() as session:
        year = await year_at(session, one.cause.now)
        queue = await queue_of(session, year, one.cause)
        orders = await waiting_requests(session, year) if is_office(one.cause) else []
    waits = (*queue.rows, *queue.unsigned)
    if not found.rest:
        return None if orders or not waits else await _bare(one, found, waits)
    row, words = _named(waits, found.rest)
    if row is None:
        if found.word is ReviewWord.RETURN and is_office(one.cause) and not orders:
            return await _returns_settled(one, found.rest)
        if found.word is not ReviewWord.APPROVE or orders:
            return None
        return ReviewTold("nothing_named", found.rest) if queue.asked else ReviewTold("not_signing")
    if found.word is not ReviewWord.APPROVE and any(item.order.indicator_id == row.indicator_id for item in orders):
        return None
    if found.word is ReviewWord.RETURN:
        return await give_back(one.db, one.cause, row.report_id, words)
    return await approve(one.db, one.cause, [row.report_id])


async def _returns_settled(one: Hearing, words: str) -> Said | None:
    """A report that was approved, or that the office brought itself, is given back by its full name and month."""
    async with one.db.read() as session:
        year = await year_at(session, one.cause.now)
        known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
        named = sorted((item for item in known if words.startswith(item.name)), key=lambda item: -len(item.name))
        if not named:
            return None
        month, reason = month_after(without_breaks(words[len(named[0].name) :]))
        period = str(Period(year.year, month)) if month else None
        report = await report_reviews.current(session, named[0].id, period)
    if report is None:
        return ReviewTold("nothing_named", named[0].name)
    return await give_back(one.db, one.cause, report.id, reason)


async def _bare(one: Hearing, found: ReviewText, waits: Sequence[ReviewRow]) -> Said:
    """A word without a name means the only one that waits; of several the list is shown."""
    if len(waits) > 1:
        return await review_queue(one.db, one.cause)
    if found.word is ReviewWord.RETURN:
        return await give_back(one.db, one.cause, waits[0].report_id, "")
    return await approve(one.db, one.cause, [waits[0].report_id])


def _named(waits: Sequence[ReviewRow], words: str) -> tuple[ReviewRow | None, str]:
    """The report whose name the words begin with, in full or by a part that only one has; of several months the oldest
    unless the month is said."""
    first, _, rest = words.strip().partition(" ")
    full = sorted((row for row in waits if words.startswith(row.name)), key=lambda row: -len(row.name))
    if full:
        found, rest = [row for row in full if row.name == full[0].name], without_breaks(words[len(full[0].name) :])
    else:
        found = [row for row in waits if len(first) >= SHORTEST_NAME and first in row.name]
    if len({row.name for row in found}) != 1:
        return None, words
    month, after = month_after(rest)
    of_month = [row for row in found if int(row.period[5:7]) == month]
    if of_month:
        return of_month[0], after
    return min(found, key=lambda row: row.period), rest.strip()


async def _goes_on(one: Hearing, kept: KeptDraft) -> Said | None:
    """What an open question of the review waits for."""
    if kept.kind == PERIOD_DRAFT and one.is_ is I.CONFIRM:
        return await set_period(one.db, one.cause, kept.version)
    if kept.kind != REVIEW_DRAFT:
        return None
    if kept.payload.get("act") == BATCH and one.is_ in (I.CONFIRM, I.APPROVE):
        return await approve_batch(one.db, one.cause, kept.version)
    if kept.payload.get("act") == RETURN and one.is_ in (None, I.NO_CHANGE, I.ACKNOWLEDGE):
        return await give_back(one.db, one.cause, int(str(kept.payload["report_id"])), one.text)
    return None
