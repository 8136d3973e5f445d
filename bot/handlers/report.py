"""Reporting: the list of what is asked for, and every button of a report on its way."""

from __future__ import annotations

from telegram import Update

from bot.domain.kinds import Role
from bot.domain.period import Period
from bot.handlers.paging import in_place
from bot.presenters.actions import (
    CancelDraft,
    ChooseIndicator,
    ConfirmDraft,
    CorrectReport,
    EditDraft,
    ReportNoChange,
    ShowOpenReports,
    StartReport,
    ToggleNode,
)
from bot.presenters.asked import present
from bot.presenters.errors import present_outdated_button
from bot.services import drafting, report_taking, reporting
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed

REPORTERS = frozenset({Role.CONTACT, Role.HEAD, Role.OFFICE})


async def on_report(_update: Update, context: Context) -> None:
    """What is still to be reported."""
    await context.answer(present(await reporting.open_reports(context.db, context.cause)))


async def on_open(update: Update, context: Context, action: ShowOpenReports) -> None:
    """The list from a push, or another page of it."""
    page = present(await reporting.open_reports(context.db, context.cause, action.page))
    await context.answer(in_place(update, page))


async def on_start_report(_update: Update, context: Context, action: StartReport) -> None:
    """Begin a report."""
    await context.answer(present(await drafting.start(context.db, context.cause, action.indicator_id)))


async def on_no_change(_update: Update, context: Context, action: ReportNoChange) -> None:
    """无变化, at once."""
    if not 1 <= action.month <= 12 or not 1 <= action.year <= 9999:
        await context.answer(present_outdated_button())
        return
    period = Period(action.year, action.month)
    done = await reporting.no_change(context.db, context.cause, action.indicator_id, period)
    await context.answer(present(done))


async def on_confirm(_update: Update, context: Context, action: ConfirmDraft) -> None:
    """确认 of a preview."""
    await context.answer(present(await reporting.confirm(context.db, context.cause, action.version)))


async def on_edit(_update: Update, context: Context, action: EditDraft) -> None:
    """Change a field."""
    await context.answer(present(await drafting.edit(context.db, context.cause, action)))


async def on_toggle(_update: Update, context: Context, action: ToggleNode) -> None:
    """Tick a node, in place."""
    await context.answer(present(await drafting.toggle(context.db, context.cause, action)).replacing())


async def on_choose(_update: Update, context: Context, action: ChooseIndicator) -> None:
    """Say which indicator was meant."""
    await context.answer(present(await report_taking.choose(context.db, context.cause, action)).replacing())


async def on_correct(_update: Update, context: Context, action: CorrectReport) -> None:
    """Correct what is in."""
    await context.answer(present(await drafting.correct(context.db, context.cause, action.report_id)))


async def on_cancel_draft(_update: Update, context: Context, action: CancelDraft) -> None:
    """Throw the draft away."""
    await context.answer(present(await drafting.cancel(context.db, context.cause, action.version)))


ROUTES = (
    Command("report", on_report, roles=REPORTERS),
    Pressed(ShowOpenReports, on_open),
    Pressed(StartReport, on_start_report),
    Pressed(ReportNoChange, on_no_change),
    Pressed(ConfirmDraft, on_confirm),
    Pressed(EditDraft, on_edit),
    Pressed(ToggleNode, on_toggle),
    Pressed(ChooseIndicator, on_choose),
    Pressed(CorrectReport, on_correct),
    Pressed(CancelDraft, on_cancel_draft),
)
