"""Photos and documents: into the evidence ledger, and out of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from telegram import Message, Update

from bot.domain.evidence import EvidenceKind
from bot.presenters.actions_evidence import (
    FetchEvidence,
    FileEvidence,
    PackEvidence,
    ShowEvidence,
    WithdrawEvidence,
)
from bot.presenters.evidence import EvidenceFiled, EvidenceRefused, present_evidence
from bot.presenters.words import label, moment
from bot.services import evidence_ledger, evidencing
from bot.services.evidencing import Sent
from bot.services.hearing import DraftText
from bot.tg.context import Context
from bot.tg.routes import Pressed


def has_file(update: Update) -> bool:
    """A photo or a document, as it comes, not as an edit."""
    message = update.message
    return message is not None and bool(message.photo or message.document)


def _sent(message: Message) -> tuple[Sent, str, int | None]:
    """The file as it was sent, its id at Telegram and its size."""
    if message.document is not None:
        name = message.document.file_name or label("evidence.kind_document")
        kind, file_id, size = EvidenceKind.DOCUMENT, message.document.file_id, message.document.file_size
    else:
        largest = message.photo[-1]
        name = label("evidence.photo", moment=moment(message.date).replace(":", ""))
        kind, file_id, size = EvidenceKind.PHOTO, largest.file_id, largest.file_size
    replied = message.reply_to_message.message_id if message.reply_to_message else None
    sent = Sent(kind, name, message.chat_id, message.caption or "", replied, message.media_group_id)
    return sent, file_id, size


async def _kept(message: Message, context: Context) -> Sent | EvidenceRefused:
    """The file, fetched and on disk; or why not."""
    sent, file_id, size = _sent(message)
    refusal = evidencing.refuse_unseen(sent.name, size)
    if refusal is not None:
        return refusal
    file = await context.bot.get_file(file_id)
    content = bytes(await file.download_as_bytearray())
    return await asyncio.to_thread(evidencing.keep_file, context.runtime.settings.data_dir, sent, content)


async def on_file(update: Update, context: Context) -> bool:
    """Fetch it, keep it, file it. Whether its caption is a report besides, which then has the update's effect."""
    assert update.message is not None
    kept = await _kept(update.message, context)
    if isinstance(kept, EvidenceRefused):
        await _answer(context, kept)
        return False
    reports = await evidencing.reports_a_value(context.db, context.cause, kept.caption)
    # Filed twice the same file counts once, so that it needs no update of its own.
    cause = replace(context.cause, update_id=None) if reports else context.cause
    await _answer(context, await evidencing.take_evidence(context.db, cause, kept))
    return reports


async def _answer(context: Context, said: evidencing.Taken) -> None:
    reply = present_evidence(said)
    if reply is not None:
        await context.answer(reply)


async def on_place(context: Context, said: DraftText) -> bool:
    """The typed name of the indicator that a file belongs to. Whether the words are a report besides, as a caption."""
    reports = await evidencing.reports_a_value(context.db, context.cause, said.text)
    cause = replace(context.cause, update_id=None) if reports else context.cause
    placed = await evidencing.name_place(context.db, cause, said.text)
    await _answer(context, placed)
    return reports and isinstance(placed, EvidenceFiled)


async def on_chosen(_update: Update, context: Context, action: FileEvidence) -> None:
    """The pressed one."""
    filed = await evidencing.file_under(context.db, context.cause, action.indicator_id, action.version)
    reply = present_evidence(filed)
    assert reply is not None
    await context.answer(reply.replacing())


async def on_ledger(_update: Update, context: Context, action: ShowEvidence) -> None:
    """The ledger of an indicator."""
    found = await evidence_ledger.ledger_of(context.db, context.cause, action.indicator_id, action.page)
    reply = present_evidence(found)
    assert reply is not None
    await context.answer(reply)


async def on_fetch(_update: Update, context: Context, action: FetchEvidence) -> None:
    """A file of the ledger."""
    folder = context.runtime.settings.data_dir
    reply = present_evidence(await evidence_ledger.fetch(context.db, context.cause, folder, action.evidence_id))
    assert reply is not None
    await context.answer(reply)


async def on_withdraw(_update: Update, context: Context, action: WithdrawEvidence) -> None:
    """Out of the ledger again."""
    reply = present_evidence(await evidencing.withdraw(context.db, context.cause, action.evidence_id))
    assert reply is not None
    await context.answer(reply.replacing())


async def on_pack(_update: Update, context: Context, action: PackEvidence) -> None:
    """The year's ledger as a zip."""
    folder = context.runtime.settings.data_dir
    reply = present_evidence(await evidence_ledger.pack(context.db, context.cause, folder, action.year))
    assert reply is not None
    await context.answer(reply)


ROUTES = (
    Pressed(FileEvidence, on_chosen),
    Pressed(ShowEvidence, on_ledger),
    Pressed(FetchEvidence, on_fetch),
    Pressed(WithdrawEvidence, on_withdraw),
    Pressed(PackEvidence, on_pack),
)
