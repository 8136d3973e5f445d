"""Reports that count: the confirmation of a draft, 无变化 at once, and the list of what is still asked for."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, indicators, posts, reports
from bot.db.drafts import Ending, KeptDraft
from bot.db.engine import Database
from bot.db.reports import ReportToStore, StoredReport
from bot.db.within import look_within
from bot.domain.errors import NotAllowed
from bot.domain.period import Period
from bot.domain.rights import Action, Scope, scope_of
from bot.presenters.report_said import (
    AskField,
    Confirmed,
    OpenItem,
    OpenReports,
    Preview,
    ReportedItem,
    Told,
    Trouble,
)
from bot.services.cause import Cause, Change, audit, effect
from bot.services.desk import Desk, Slot, desk_of, window_of
from bot.services.evaluating import Verdict, evaluate
from bot.services.ordering import on_reported, raise_problem
from bot.services.report_draft import KIND, DraftItem, ReportDraft, unpack
from bot.services.report_preview import ask_field, line_with, next_up
from bot.services.report_reading import first_item, same_as_last
from bot.services.report_table import VALUE, Table, not_current, table_for
from bot.services.year import Year, year_at

PAGE = 8
CHAT = "chat"
NEXT, DONE = "next", "done"


async def open_reports(db: Database, cause: Cause, page: int = 0) -> OpenReports | Told:
    """What the person still has to report, and what is in for the month."""
    if scope_of(cause.actor.actor, Action.REPORT_VALUE) is Scope.NONE:
        return Told("does_not_report")
    async with db.read() as session:
        year = await year_at(session, cause.now)
        desk = await desk_of(session, year, cause.actor.actor)
    if not desk.own:
        return Told("reports_for_others" if desk.slots else "has_no_indicators")
    return page_of(year, desk, page)


def page_of(year: Year, desk: Desk, page: int) -> OpenReports:
    """A page of what is to be reported, and of what is in."""
    period = desk.open[0].period if desk.open else desk.own[0].period
    window = window_of(year, period)
    reported = [slot for slot in desk.own if slot.report is not None and not slot.is_open]
    rows: list[Slot] = [*desk.open, *reported]
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = rows[page * PAGE : (page + 1) * PAGE]
    return OpenReports(
        period=str(period),
        opens=window.opens,
        due=window.due,
        early=year.today < window.opens,
        items=tuple(
            OpenItem(slot.indicator.id, slot.indicator.name, str(slot.period), slot.days_left, _returned(slot))
            for slot in shown
            if slot.is_open
        ),
        reported=tuple(
            ReportedItem(slot.report.id, slot.indicator.name, slot.report.value, slot.indicator.unit or "")
            for slot in shown
            if slot.report is not None and not slot.is_open
        ),
        open_count=len(desk.open),
        reported_count=len(reported),
        page=page,
        pages=pages,
    )


def _returned(slot: Slot) -> bool:
    return slot.report is not None and slot.report.is_returned


async def no_change(db: Database, cause: Cause, indicator_id: int, period: Period) -> Confirmed | AskField | Told:
    """Report last month's value for that month, at once. Raises NotAllowed."""
    async with effect(db, cause) as session:
        await indicators.lock(session, indicator_id)
        table = await table_for(session, cause)
        slot = table.desk.slot(indicator_id)
        if slot is None:
            raise NotAllowed
        refused = _refused(slot, period)
        if refused is not None:
            return refused
        item = same_as_last(slot, first_item(slot))
        if isinstance(item, Trouble):
            version = await table.keep(ReportDraft(items=(first_item(slot),)), VALUE)
            return ask_field(slot, VALUE, version, item)
        done = await _report(table, [item])
        if table.kept is None:
            await drafts.remember(session, cause.actor.person_id, cause.now, _memory(done))
        return done


def _refused(slot: Slot, period: Period) -> Told | None:
    """Why a button for that month does nothing."""
    if slot.period != period:
        params = {"month": period.month, "now": slot.period.month, "name": slot.indicator.name}
        return Told("other_month", params, retry=slot.indicator.id)
    if slot.frozen:
        return Told("period_closed", {"month": period.month}, card=slot.indicator.id)
    if slot.report is not None and slot.report.is_returned:
        params = {"name": slot.indicator.name, "month": period.month, "reason": slot.report.returned_reason or ""}
        return Told("was_returned", params, report_id=slot.report.id)
    if slot.report is not None:
        params = {
            "name": slot.indicator.name,
            "month": period.month,
            "value": slot.report.value,
            "unit": slot.indicator.unit or "",
        }
        return Told("already_in", params, report_id=slot.report.id)
    return None


async def confirm(db: Database, cause: Cause, version: int | None = None) -> Confirmed | Preview | AskField | Told:
    """Report what the draft holds; `version` is the preview's, None for a typed 确认."""
    async with effect(db, cause) as session:
        # Behind the locks the desk is read once: nobody reports the same meanwhile.
        table = await table_for(session, cause, await _lock_drafted(session, cause))
        if version is not None and (gone := await not_current(table, version)):
            return gone
        if table.kept is None or table.kept.kind != KIND:
            return await _nothing_to_confirm(table)
        if not table.draft.items:
            return Told("choose_first" if table.draft.pending is not None else "no_draft")
        if table.draft.missing is not None:
            step = await table.shown(table.draft)
            return step if isinstance(step, Preview | AskField) else Told("no_draft")
        behind = await _overtaken(table)
        if behind is not None:
            return behind
        done = await _report(table, list(table.draft.items))
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED, _memory(done))
        return done


async def _lock_drafted(session: AsyncSession, cause: Cause) -> KeptDraft | None:
    """The open draft, once nobody else can change it or report what it is about."""
    kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
    items = unpack(kept.payload).items if kept is not None and kept.kind == KIND else ()
    for indicator_id in sorted({item.indicator_id for item in items}):
        await indicators.lock(session, indicator_id)
    return kept


async def _nothing_to_confirm(table: Table) -> Told:
    last = await drafts.ended(table.session, table.cause.actor.person_id)
    return Told("confirmed_before" if last and last.kind == KIND and last.ending is Ending.CONFIRMED else "no_draft")


async def _overtaken(table: Table) -> Preview | Told | None:
    """A fresh preview where a report came in, or a month closed, since the preview was shown; None to go on."""
    draft = table.draft
    current = draft
    for item in draft.items:
        slot = table.desk.slot(item.indicator_id, item.period)
        if slot is None:
            raise NotAllowed
        if slot.frozen:
            return Told("period_closed", {"month": slot.period.month}, card=slot.indicator.id)
        base = slot.report.id if slot.report else None
        if base != item.base:
            current = current.with_item(replace(item, base=base))
    if current is draft:
        return None
    step = await table.shown(current, notice="overtaken")
    return step if isinstance(step, Preview) else None


async def _report(table: Table, items: list[DraftItem]) -> Confirmed:
    """Store, evaluate, raise problems; then what comes next."""
    session, cause = table.session, table.cause
    stored: list[tuple[Slot, DraftItem, int]] = []
    corrected = any(item.base is not None for item in items)
    for item in items:
        slot = table.desk.slot(item.indicator_id, item.period)
        assert slot is not None
        stored.append((slot, item, await _store(table, slot, item)))
    verdicts: dict[tuple[int, Period], Verdict] = {}
    for period in sorted({item.period for item in items}):
        ids = [item.indicator_id for item in items if item.period == period]
        graded = await evaluate(session, cause, ids, Period.parse(period))
        verdicts |= {(verdict.indicator_id, verdict.period): verdict for verdict in graded}
        for indicator_id in ids:
            await on_reported(session, cause, indicator_id, Period.parse(period))
    scheme = table.desk.year.scheme
    lines = [line_with(scheme, slot, item, verdicts[slot.indicator.id, slot.period]) for slot, item, _ in stored]
    await _raise_problems(table, stored)
    desk = table.desk.when_in((item.indicator_id, item.period) for item in items)
    return Confirmed(
        lines=tuple(lines),
        report_ids=tuple(report_id for _, _, report_id in stored),
        left=len(desk.open),
        next=next_up(desk.following(items[-1].indicator_id)),
        corrected=corrected,
    )


async def _store(table: Table, slot: Slot, item: DraftItem) -> int:
    """The report's row, its audit entry and the problem that it raises."""
    session, cause = table.session, table.cause
    report_id = await reports.add(
        session,
        ReportToStore(
            indicator_id=item.indicator_id,
            period=item.period,
            value=item.value,
            nodes_done=item.nodes,
            no_change=item.no_change,
            problem=item.problem,
            measure=item.measure,
            coordinate=item.coordinate,
            coordinate_post_id=item.leader_post_id,
            source=CHAT,
            reporter_id=cause.actor.person_id,
            reporter_post_id=await _post_of(session, cause, slot),
            reported_at=cause.now,
            update_id=cause.update_id,
            source_message_id=item.message_id,
        ),
    )
    audit(
        session,
        cause,
        Change(
            action="report" if item.base is None else "correct_report",
            subject_kind="report",
            subject_id=report_id,
            before=_audited(slot.report) if slot.report else None,
            after={"indicator_id": item.indicator_id, "period": item.period, "value": str(item.value)},
        ),
    )
    return report_id


async def _raise_problems(table: Table, stored: list[tuple[Slot, DraftItem, int]]) -> None:
    """After the grades, so that a leader whose warning tells of the problem is not told of it twice."""
    for slot, item, report_id in stored:
        said_before = slot.report.coordinate if slot.report else None
        if item.coordinate and item.coordinate != said_before:
            await raise_problem(table.session, table.cause, report_id)


def _audited(report: StoredReport) -> dict[str, object]:
    return {"id": report.id, "value": str(report.value), "nodes": list(report.nodes_done), "problem": report.problem}


async def _post_of(session: AsyncSession, cause: Cause, slot: Slot) -> int | None:
    """In which post the person reported: one in the lead unit before any other."""
    held = await posts.held_by(await look_within(session), cause.actor.person_id)
    held.sort(key=lambda post: post.unit_id not in slot.indicator.subject.lead_unit_ids)
    return held[0].id if held else None


def _memory(done: Confirmed) -> dict[str, object]:
    """What the next typed words may refer to: the report that was offered next, and those just made."""
    return {
        NEXT: done.next.indicator_id if done.next else None,
        DONE: [line.indicator_id for line in done.lines],
    }
