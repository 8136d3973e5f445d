"""The button under a typed 评级; the words come through free text."""

from __future__ import annotations

from telegram import Update

from bot.domain.kinds import Role
from bot.presenters.asked import present
from bot.presenters.grade_said import ConfirmGrade
from bot.services.grade_hearing import confirm_grade
from bot.tg.context import Context
from bot.tg.routes import Pressed

OFFICE = frozenset({Role.OFFICE})


async def on_confirm(_update: Update, context: Context, action: ConfirmGrade) -> None:
    """Set the grade as shown."""
    await context.answer(present(await confirm_grade(context.db, context.cause, action.version)))


ROUTES = (Pressed(ConfirmGrade, on_confirm),)
