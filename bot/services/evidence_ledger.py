"""The ledger of evidence: of an indicator, who lacks what, a file of it, all of a year in one zip for the office."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import evidence as rows
from bot.db import indicators
from bot.db.engine import Database
from bot.db.evidence import StoredEvidence
from bot.db.indicators import KnownIndicator
from bot.db.tables import Evidence
from bot.domain.errors import InvalidInput, NotAllowed, NotFound
from bot.domain.evidence import MEGABYTE, EvidenceKind
from bot.domain.rights import Action, Scope, may, nearness
from bot.presenters.evidence import (
    EvidenceFile,
    EvidenceGone,
    EvidenceLedger,
    EvidenceLine,
    EvidenceOverview,
)
from bot.presenters.words import label, moment, month_words
from bot.services import evidence_store
from bot.services.cause import Cause, Change, audit, effect
from bot.services.year import Year, year_at
from bot.sheets.evidence_index import IndexRow, write_index

# What a bot may send in one document, with room for the index.
MOST_MB = 48


async def ledger_of(db: Database, cause: Cause, indicator_id: int, page: int = 0) -> EvidenceLedger:
    """The ledger of an indicator, newest first. Raises NotFound and NotAllowed."""
    async with db.read() as session:
        year = await year_at(session, cause.now)
        item = await indicators.one_of_cycle(session, year.cycle, year.period.last_day, indicator_id)
        if item is None:
            raise NotFound(indicator_id=indicator_id)
        cause.check(Action.VIEW_INDICATOR, item.subject)
        found = await rows.of_indicators(session, [indicator_id])
    lines = tuple(_line(piece) for piece in reversed(found))
    return EvidenceLedger(indicator_id, item.name, lines, page)


def _line(piece: StoredEvidence) -> EvidenceLine:
    return EvidenceLine(piece.id, piece.kind, piece.name, piece.reference, piece.period, piece.person, piece.added_at)


async def overview(db: Database, cause: Cause) -> EvidenceOverview:
    """Which of the person's indicators have evidence and which lack it; of all for the office and for leaders."""
    async with db.read() as session:
        year = await year_at(session, cause.now)
        known = await _in_range(session, cause, year)
        filed = await rows.with_evidence(session, [item.id for item in known])
    lacking = [(next(iter(item.lead_units), "—"), item.name) for item in known if item.id not in filed]
    packs = year.year if may(cause.actor.actor, Action.EXPORT_EVIDENCE) else None
    return EvidenceOverview(len(filed), tuple(lacking), year.today, packs)


async def _in_range(session: AsyncSession, cause: Cause, year: Year) -> list[KnownIndicator]:
    known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
    actor = cause.actor.actor
    own = [item for item in known if nearness(actor, item.subject) is Scope.OWN]
    return own or [item for item in known if may(actor, Action.VIEW_INDICATOR, item.subject)]


async def fetch(db: Database, cause: Cause, data_dir: Path, evidence_id: int) -> EvidenceFile | EvidenceGone:
    """A file of the ledger, for whoever may see its indicator or sent it. Raises NotFound and NotAllowed."""
    async with db.read() as session:
        row = await session.get(Evidence, evidence_id)
        if row is None or row.withdrawn_at is not None or row.sha256 is None:
            raise NotFound(evidence_id=evidence_id)
        year = await year_at(session, cause.now)
        key = row.indicator_id or 0
        item = await indicators.one_of_cycle(session, year.cycle, year.period.last_day, key)
        seen = item is not None and may(cause.actor.actor, Action.VIEW_INDICATOR, item.subject)
        if not seen and row.person_id != cause.actor.person_id:
            raise NotAllowed
        name, kind, sha256 = row.name, row.kind, row.sha256
        month = month_words(row.period) if row.period else ""
    try:
        content = await asyncio.to_thread(evidence_store.fetch, data_dir, sha256)
    except (OSError, ValueError):
        return EvidenceGone(name)
    caption = label("evidence.caption", indicator=item.name if item else "", month=month)
    return EvidenceFile(name, kind, content, caption)


async def pack(db: Database, cause: Cause, data_dir: Path, year_wanted: int) -> EvidenceFile:
    """The year's ledger: a folder for each indicator and an index workbook. Raises NotAllowed, InvalidInput if too big.

    A file that is gone or altered is named in the index, and missing from the zip.
    """
    cause.check(Action.EXPORT_EVIDENCE)
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        if year.year != year_wanted:
            raise NotFound(year=year_wanted)
        known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
        found = await rows.of_indicators(session, [item.id for item in known])
        audit(session, cause, Change("export_evidence", "cycle", year.cycle_id))
    total = sum(piece.size or 0 for piece in found)
    if total > MOST_MB * MEGABYTE:
        raise InvalidInput("errors_evidence.too_much", limit=MOST_MB)
    content = await asyncio.to_thread(_zip, data_dir, known, found)
    return EvidenceFile(label("evidence.file", year=year.year), EvidenceKind.DOCUMENT.value, content)


def _zip(data_dir: Path, known: Sequence[KnownIndicator], found: Sequence[StoredEvidence]) -> bytes:
    by_id = {item.id: (place, item) for place, item in enumerate(known, 1)}
    index: list[IndexRow] = []
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for piece in sorted(found, key=lambda one: (by_id[one.indicator_id or 0][0], one.id)):
            place, item = by_id[piece.indicator_id or 0]
            path = f"{place:03d}_{_folder(item.name)}/{piece.id}_{piece.name}" if piece.sha256 else ""
            if piece.sha256:
                try:
                    archive.writestr(path, evidence_store.fetch(data_dir, piece.sha256))
                except (OSError, ValueError):
                    path = "—"
            index.append(_index_row(len(index) + 1, item, piece, path))
        heads = label("evidence.columns").split(",")
        archive.writestr(label("evidence.index"), write_index(label("evidence.sheet"), heads, index))
    return made.getvalue()


def _folder(name: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in name)[:40]


def _index_row(number: int, item: KnownIndicator, piece: StoredEvidence, path: str) -> IndexRow:
    return (
        number,
        item.name,
        "\n".join(item.lead_units),
        piece.period or "",
        label(f"evidence.kind_{piece.kind}"),
        piece.name if piece.sha256 else "",
        piece.reference or "",
        piece.person,
        moment(piece.added_at),
        path,
    )
