"""All routes of the bot, in the order in which they are tried."""

from __future__ import annotations

from bot.handlers import (
    adjust,
    ask,
    binding,
    board,
    bulletin,
    console,
    directive,
    dispatch,
    evidence,
    fallback,
    grade,
    group,
    help,
    listen,
    membership,
    order,
    remind,
    report,
    report_sheet,
    review,
    start,
    tasks,
    uncertain,
    warning,
)
from bot.tg.routes import Route

ROUTES: tuple[Route, ...] = (
    *start.ROUTES,
    *binding.ROUTES,
    *ask.ROUTES,
    *board.ROUTES,
    *bulletin.ROUTES,
    *report.ROUTES,
    *report_sheet.ROUTES,
    *review.ROUTES,
    *warning.ROUTES,
    *order.ROUTES,
    *adjust.ROUTES,
    *grade.ROUTES,
    *directive.ROUTES,
    *evidence.ROUTES,
    *tasks.ROUTES,
    *dispatch.ROUTES,
    *remind.ROUTES,
    *console.ROUTES,
    *group.ROUTES,
    *uncertain.ROUTES,
    *help.ROUTES,
    *membership.ROUTES,
    # Free text, then whatever nobody took.
    *listen.ROUTES,
    *fallback.ROUTES,
)
