"""Everything that is neither a command nor a button: typed words, captions, edits, and what cannot be read."""

from __future__ import annotations

from telegram import Message, Update

from bot.handlers import (
    ask,
    binding,
    board,
    bulletin,
    directive,
    dispatch,
    evidence,
    help,
    remind,
    report,
    report_sheet,
    review,
    tasks,
)
from bot.presenters.asked import present
from bot.presenters.report_said import Told
from bot.reading.intents import IntentKind
from bot.services import (
    evidencing,
    meeting_attending,
    meeting_calling,
    meeting_minutes,
    problem_asking,
    task_hearing,
)
from bot.services.hearing import CommandWanted, DirectWanted, DraftText, Heard
from bot.services.listening import understand
from bot.tg.context import Context
from bot.tg.routes import Callback, Otherwise

# The first that the message has decides which sentence it gets.
UNREADABLE = ("sticker", "photo", "voice", "document", "location")
TWINS: dict[IntentKind, Callback] = {
    IntentKind.MINE: ask.on_mine,
    IntentKind.WARNINGS: ask.on_warnings,
    IntentKind.REPORT: report.on_report,
    IntentKind.SHEET: report_sheet.on_sheet,
    IntentKind.HELP: help.on_help,
    IntentKind.REMIND: remind.on_remind,
    IntentKind.ME: binding.on_me,
    IntentKind.REVIEW: review.on_review,
    IntentKind.BOARD: board.on_board,
    IntentKind.TASKS: tasks.on_tasks,
    IntentKind.PROBLEM: tasks.on_problem,
    IntentKind.BULLETIN: bulletin.on_bulletin,
    IntentKind.DISPATCH: dispatch.on_dispatch,
}


# Whose words a draft of another subject waits for.
DRAFT_WORDS = {
    task_hearing.KIND: tasks.on_words,
    problem_asking.KIND: tasks.on_words,
    meeting_calling.KIND: dispatch.on_words,
    meeting_attending.KIND: dispatch.on_words,
    meeting_minutes.KIND: dispatch.on_words,
}


def words_of(message: Message | None) -> str:
    """The text, or the caption of a picture or a file; empty when there is neither."""
    return (message.text or message.caption or "") if message is not None else ""


def _is_command(update: Update) -> bool:
    return words_of(update.message).startswith("/")


def _is_words(update: Update) -> bool:
    return bool(words_of(update.message or update.edited_message))


def _is_message(update: Update) -> bool:
    return update.message is not None or update.edited_message is not None


async def on_unknown_command(_update: Update, context: Context) -> None:
    """A command that nobody has."""
    await context.answer(present(Told("unknown_command")))


async def on_words(update: Update, context: Context) -> None:
    """Find out what was meant, and answer it."""
    message = update.message or update.edited_message
    assert message is not None
    heard = Heard(
        text=words_of(message),
        chat_id=message.chat_id,
        message_id=message.message_id,
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        edited=update.edited_message is not None,
    )
    said = await understand(context.db, context.cause, heard)
    if isinstance(said, CommandWanted):
        await TWINS[said.kind](update, context)
    elif isinstance(said, DirectWanted):
        await directive.on_typed_directive(update, context, said)
    elif isinstance(said, DraftText):
        await on_draft_text(update, context, said)
    else:
        await context.answer(present(said))


async def on_unreadable(update: Update, context: Context) -> None:
    """A picture without words, a sticker, a voice message: what to send instead."""
    message = update.message or update.edited_message
    kind = next((name for name in UNREADABLE if getattr(message, name, None)), "other")
    await context.answer(present(Told(kind)))


async def on_file(update: Update, context: Context) -> None:
    """A photo or a document: a filled workbook, or evidence; its caption may be a report besides."""
    assert update.message is not None
    if await report_sheet.took_sheet(update.message, context):
        return
    if await evidence.on_file(update, context):
        await on_words(update, context)


async def on_draft_text(update: Update, context: Context, said: DraftText) -> None:
    """The words that a draft of another subject waits for."""
    if said.kind == evidencing.KIND:
        if await evidence.on_place(context, said):
            await on_words(update, context)
        return
    await DRAFT_WORDS.get(said.kind, directive.on_draft_text)(update, context, said)


ROUTES = (
    Otherwise(_is_command, on_unknown_command),
    Otherwise(evidence.has_file, on_file),
    Otherwise(_is_words, on_words),
    Otherwise(_is_message, on_unreadable),
)
