"""Reporting by workbook: out as a document, back as a document."""

from __future__ import annotations

from telegram import Message, Update

from bot.presenters.actions import SendSheet
from bot.presenters.asked import present
from bot.presenters.report import present_sheet
from bot.presenters.report_said import Told
from bot.services import report_sheet
from bot.tg.context import Context
from bot.tg.routes import Pressed

SUFFIX = ".xlsx"
# A unit's report has some dozens of rows; what is larger is no report.
MOST_BYTES = 2 * 1024 * 1024


async def on_sheet(_update: Update, context: Context) -> None:
    """The unit's workbook for this month."""
    made = await report_sheet.sheet_to_fill(context.db, context.cause)
    if isinstance(made, Told):
        await context.answer(present(made))
    else:
        await context.answer(present_sheet(made.title, made.content, made.count))


async def on_sheet_wanted(update: Update, context: Context, _action: SendSheet) -> None:
    """The same from the list."""
    await on_sheet(update, context)


def may_be_sheet(message: Message) -> bool:
    """Whether the document is worth reading as a filled workbook."""
    document = message.document
    named = document is not None and (document.file_name or "").lower().endswith(SUFFIX)
    return named and document is not None and (document.file_size or 0) <= MOST_BYTES


async def took_sheet(message: Message, context: Context) -> bool:
    """Whether the document was a report workbook, which then is answered with its preview."""
    if not may_be_sheet(message) or message.document is None:
        return False
    file = await context.bot.get_file(message.document.file_id)
    filled = await report_sheet.read_sheet(bytes(await file.download_as_bytearray()))
    if filled is None:
        return False
    step = await report_sheet.take_sheet(context.db, context.cause, filled, message.message_id)
    await context.answer(present(step))
    return True


ROUTES = (Pressed(SendSheet, on_sheet_wanted),)
