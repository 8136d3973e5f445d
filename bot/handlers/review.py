"""审核 of reports beside what waits of the warning orders; 封存 and 重开; 跳过 on the walk through the reports."""

from __future__ import annotations

from telegram import Update

from bot.domain.kinds import Role
from bot.handlers.paging import in_place
from bot.presenters.asked import present
from bot.presenters.review_actions import (
    ApproveBatch,
    ApproveReport,
    PreviewBatch,
    ReturnReport,
    SetPeriod,
    ShowReview,
    ShowReviewQueue,
    SkipReport,
)
from bot.services import period_closing, report_deciding, report_queue, report_returning, report_skipping
from bot.tg.context import Context
from bot.tg.routes import Command, Pressed

REVIEWERS = frozenset({Role.OFFICE, Role.HEAD})


async def on_review(_update: Update, context: Context) -> None:
    """What waits for this person."""
    await context.answer(present(await report_queue.review_queue(context.db, context.cause)))


async def on_queue(update: Update, context: Context, action: ShowReviewQueue) -> None:
    """A page of it."""
    page = present(await report_queue.review_queue(context.db, context.cause, action.page))
    await context.answer(in_place(update, page))


async def on_show(_update: Update, context: Context, action: ShowReview) -> None:
    """One report, to be read by itself."""
    await context.answer(present(await report_queue.review_card(context.db, context.cause, action.report_id)))


async def on_approve(_update: Update, context: Context, action: ApproveReport) -> None:
    """通过, or 审签."""
    await context.answer(present(await report_deciding.approve(context.db, context.cause, [action.report_id])))


async def on_return(_update: Update, context: Context, action: ReturnReport) -> None:
    """退回: the reason is asked for."""
    await context.answer(present(await report_returning.give_back(context.db, context.cause, action.report_id, "")))


async def on_batch(_update: Update, context: Context, _action: PreviewBatch) -> None:
    """What would be approved at once."""
    await context.answer(present(await report_deciding.preview_batch(context.db, context.cause)))


async def on_batch_now(_update: Update, context: Context, action: ApproveBatch) -> None:
    """Approve all of it."""
    await context.answer(present(await report_deciding.approve_batch(context.db, context.cause, action.version)))


async def on_period(_update: Update, context: Context, action: SetPeriod) -> None:
    """Freeze the month, or open it again."""
    await context.answer(present(await period_closing.set_period(context.db, context.cause, action.version)))


async def on_skip(_update: Update, context: Context, action: SkipReport) -> None:
    """跳过."""
    await context.answer(present(await report_skipping.skip(context.db, context.cause, action.indicator_id)))


ROUTES = (
    Command("review", on_review, roles=REVIEWERS),
    Pressed(ShowReviewQueue, on_queue),
    Pressed(ShowReview, on_show),
    Pressed(ApproveReport, on_approve),
    Pressed(ReturnReport, on_return),
    Pressed(PreviewBatch, on_batch),
    Pressed(ApproveBatch, on_batch_now),
    Pressed(SetPeriod, on_period),
    Pressed(SkipReport, on_skip),
)
