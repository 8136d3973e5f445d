"""台账 and 佐证 in so many words: the overview, the ledger of an indicator, a link or a document number to file."""

from __future__ import annotations

from bot.db import indicators
from bot.db.engine import Database
from bot.domain.errors import InvalidInput
from bot.domain.evidence import EvidenceKind
from bot.domain.rights import Action, may
from bot.presenters.evidence import EvidenceLedger, EvidenceOverview
from bot.services.cause import Cause
from bot.services.evidence_ledger import ledger_of, overview
from bot.services.evidencing import LONGEST_REFERENCE, Sent, Taken, take_evidence
from bot.services.indexing import index_of
from bot.services.report_reading import named
from bot.services.year import year_at


async def hear(
    db: Database, cause: Cause, words: str, chat_id: int, reply_to: int | None
) -> EvidenceOverview | EvidenceLedger | Taken:
    """Nothing: the overview; a name: its ledger; a name and more: the more is filed as a reference.

    In reply to a push about one indicator all of the words are the reference.
    """
    words = words.strip()
    if not words:
        return await overview(db, cause)
    if reply_to is not None:
        return await _refer(db, cause, chat_id, words, reply_to=reply_to)
    async with db.read() as session:
        year = await year_at(session, cause.now)
        known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
    seen = [item for item in known if may(cause.actor.actor, Action.VIEW_INDICATOR, item.subject)]
    index = index_of(tuple(named(item) for item in seen))
    parts = words.split()
    for upto in range(1, len(parts)):
        found = index.find(" ".join(parts[:upto]))
        if found.winner is not None:
            return await _refer(db, cause, chat_id, " ".join(parts[upto:]), caption=" ".join(parts[:upto]))
    whole = index.find(words)
    if whole.winner is not None:
        return await ledger_of(db, cause, whole.winner.item.id)
    return await _refer(db, cause, chat_id, words)


async def _refer(
    db: Database, cause: Cause, chat_id: int, reference: str, *, caption: str = "", reply_to: int | None = None
) -> Taken:
    if not reference:
        raise InvalidInput("errors_evidence.reference_empty")
    cut = reference[:LONGEST_REFERENCE]
    sent = Sent(EvidenceKind.REFERENCE, cut, chat_id, caption=caption, reply_to=reply_to, reference=cut)
    return await take_evidence(db, cause, sent)
