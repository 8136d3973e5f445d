"""Takes evidence in: a photo, a document, a link or a document number, filed under the indicator it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, indicators, pushes
from bot.db import evidence as rows
from bot.db.drafts import DraftToKeep, Ending
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.db.tables import Evidence
from bot.domain.errors import InvalidInput, NotFound, Stale
from bot.domain.evidence import EvidenceKind, Refusal, refused, refused_unseen, safe_name
from bot.domain.rights import Action, Scope, may, nearness
from bot.presenters.evidence import (
    EvidenceFiled,
    EvidenceFollows,
    EvidenceRefused,
    EvidenceWithdrawn,
    WhereDoesItBelong,
)
from bot.reading.report_text import read_reports
from bot.reading.safe_text import safe_text
from bot.reading.search import NameIndex
from bot.services import evidence_store, report_draft
from bot.services.cause import Cause, Change, audit, effect
from bot.services.digest_morning import asked_period
from bot.services.indexing import index_of
from bot.services.report_reading import named
from bot.services.year import Year, year_at

KIND = "evidence"
# So long a file waits to be told where it belongs.
WAITS = timedelta(hours=24)
LONGEST_REFERENCE = 300
CHOICES = 9


@dataclass(frozen=True)
class Sent:
    """A file or reference as it came. `reply_to`: the message that it answers; `group_id`: its album."""

    kind: EvidenceKind
    name: str
    chat_id: int
    caption: str = ""
    reply_to: int | None = None
    group_id: str | None = None
    sha256: str | None = None
    size: int | None = None
    reference: str | None = None


Taken = EvidenceFiled | EvidenceFollows | WhereDoesItBelong | EvidenceRefused


def refuse_unseen(name: str, size: int | None) -> EvidenceRefused | None:
    """Why the file need not even be fetched; None when it may be."""
    reason = refused_unseen(name, size)
    return EvidenceRefused(safe_name(name), reason) if reason else None


def keep_file(data_dir: Path, sent: Sent, content: bytes) -> Sent | EvidenceRefused:
    """The file on disk, under its hash. Raises InvalidInput where the disk takes no more."""
    reason: Refusal | None = refused(sent.name, content)
    if reason is not None:
        return EvidenceRefused(safe_name(sent.name), reason)
    try:
        sha256 = evidence_store.keep(data_dir, content)
    except OSError as error:
        raise InvalidInput("errors_evidence.disk") from error
    return replace(sent, name=safe_name(sent.name), sha256=sha256, size=len(content))


async def reports_a_value(db: Database, cause: Cause, caption: str) -> bool:
    """Whether the words under a file are a report of the person's own: then they are one, besides the evidence."""
    if not caption:
        return False
    async with db.read() as session:
        year = await year_at(session, cause.now)
        mine = (await _addable(session, cause, year)).values()
    own = tuple(named(item) for item in mine if nearness(cause.actor.actor, item.subject) is Scope.OWN)
    return bool(own) and any(read.has_value for read in read_reports(safe_text(caption), index_of(own)))


async def take_evidence(db: Database, cause: Cause, sent: Sent) -> Taken:
    """File it where it says it belongs: the album's place, the answered push, the caption, the open draft, the only
    indicator of the person; otherwise ask. Raises NotAllowed for somebody who has no part in any indicator."""
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        mine = await _addable(session, cause, year)
        if not mine:
            cause.check(Action.ADD_EVIDENCE)
        siblings = await rows.album(session, cause.actor.person_id, sent.group_id, cause.now) if sent.group_id else []
        row = _row(cause, sent)
        session.add(row)
        await session.flush()
        target = next((one.indicator_id for one in siblings if one.indicator_id), None)
        if target is not None and target in mine:
            await _file(session, cause, year, [row], mine[target])
            return EvidenceFollows()
        item = await _target(session, cause, sent, mine)
        if item is not None:
            filed = await _file(session, cause, year, [row], item)
            return replace(filed, album=sent.group_id is not None)
        if siblings:
            return EvidenceFollows()
        return await _ask(session, cause, mine)


def _row(cause: Cause, sent: Sent) -> Evidence:
    return Evidence(
        kind=sent.kind.value,
        name=sent.name,
        sha256=sent.sha256,
        size=sent.size,
        reference=sent.reference,
        person_id=cause.actor.person_id,
        post_id=min(cause.actor.actor.post_ids, default=None),
        added_at=cause.now,
        group_id=sent.group_id,
        note=safe_text(sent.caption)[:LONGEST_REFERENCE] or None,
        update_id=cause.update_id,
    )


async def _addable(session: AsyncSession, cause: Cause, year: Year) -> dict[int, KnownIndicator]:
    """The indicators that this person may add evidence to, by id."""
    known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
    actor = cause.actor.actor
    return {item.id: item for item in known if may(actor, Action.ADD_EVIDENCE, item.subject)}


async def _target(
    session: AsyncSession, cause: Cause, sent: Sent, mine: dict[int, KnownIndicator]
) -> KnownIndicator | None:
    """Where it belongs, if that is certain."""
    if sent.reply_to is not None:
        push = await pushes.by_message(session, sent.chat_id, sent.reply_to)
        about = [int(str(key)) for key in push.indicator_ids] if push else []
        among = [mine[key] for key in about if key in mine]
        if len(among) == 1:
            return among[0]
    if sent.caption:
        key = _named_in(safe_text(sent.caption), index_of(tuple(named(item) for item in mine.values())))
        if key is not None:
            return mine[key]
    draft = await drafts.current(session, cause.actor.person_id, cause.now)
    if draft is not None and draft.kind == report_draft.KIND:
        about = [item.indicator_id for item in report_draft.unpack(draft.payload).items]
        if len(about) == 1 and about[0] in mine:
            return mine[about[0]]
    own = [item for item in mine.values() if nearness(cause.actor.actor, item.subject) < Scope.ANY]
    return own[0] if len(own) == 1 else None


def _named_in(caption: str, index: NameIndex) -> int | None:
    """The indicator that a caption names by itself, or that its report is about; None for several."""
    found = index.find(caption)
    if found.winner is not None:
        return found.winner.item.id
    reported = {read.item.id for read in read_reports(caption, index) if read.item is not None}
    return reported.pop() if len(reported) == 1 else None


async def _file(
    session: AsyncSession, cause: Cause, year: Year, pieces: Sequence[Evidence], item: KnownIndicator
) -> EvidenceFiled:
    asked = asked_period(year)
    period = str(asked[0] if asked else year.period)
    first, again = pieces[0], False
    for piece in pieces:
        twin = await rows.same(session, item.id, period, piece.sha256) if piece.sha256 else None
        if twin is not None and twin.id != piece.id:
            piece.withdrawn_at, again = cause.now, True
            continue
        piece.indicator_id, piece.period = item.id, period
        after: dict[str, object] = {"name": piece.name, "sha256": piece.sha256, "period": period}
        audit(session, cause, Change("add_evidence", "indicator", item.id, after=after))
    await session.flush()
    return EvidenceFiled(first.id, tuple(piece.name for piece in pieces), item.id, item.name, period, again=again)


async def _ask(session: AsyncSession, cause: Cause, mine: dict[int, KnownIndicator]) -> WhereDoesItBelong:
    waiting = await rows.unfiled(session, cause.actor.person_id, cause.now - WAITS)
    draft = DraftToKeep(cause.actor.person_id, KIND, {}, cause.now, awaiting="indicator")
    version = await drafts.put(session, draft)
    own = [item for item in mine.values() if nearness(cause.actor.actor, item.subject) < Scope.ANY]
    return WhereDoesItBelong(
        tuple(piece.name for piece in waiting), tuple((item.id, item.name) for item in own[:CHOICES]), version
    )


async def file_under(db: Database, cause: Cause, indicator_id: int, version: int) -> EvidenceFiled:
    """What waits is for this indicator. Raises Stale when it was filed already."""
    async with effect(db, cause) as session:
        draft = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if draft is None or draft.kind != KIND or draft.version != version:
            raise Stale
        return await _settle(session, cause, indicator_id)


async def name_place(db: Database, cause: Cause, text: str) -> EvidenceFiled | WhereDoesItBelong:
    """The typed name of the indicator that what waits is for; asks again where it names none."""
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        mine = await _addable(session, cause, year)
        found = index_of(tuple(named(item) for item in mine.values())).find(safe_text(text))
        if found.winner is None:
            return await _ask(session, cause, mine)
        return await _settle(session, cause, found.winner.item.id)


async def _settle(session: AsyncSession, cause: Cause, indicator_id: int) -> EvidenceFiled:
    year = await year_at(session, cause.now)
    item = (await _addable(session, cause, year)).get(indicator_id)
    if item is None:
        raise NotFound(indicator_id=indicator_id)
    waiting = await rows.unfiled(session, cause.actor.person_id, cause.now - WAITS)
    await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
    if not waiting:
        raise Stale
    return await _file(session, cause, year, waiting, item)


async def withdraw(db: Database, cause: Cause, evidence_id: int) -> EvidenceWithdrawn:
    """Take a piece out again: whoever sent it, or the office. The file stays on disk. Raises NotFound."""
    async with effect(db, cause) as session:
        row = await session.get(Evidence, evidence_id)
        office = may(cause.actor.actor, Action.EXPORT_EVIDENCE)
        if row is None or row.withdrawn_at is not None or not (office or row.person_id == cause.actor.person_id):
            raise NotFound(evidence_id=evidence_id)
        row.withdrawn_at = cause.now
        change = Change("withdraw_evidence", "indicator", row.indicator_id, before={"name": row.name})
        audit(session, cause, change)
        return EvidenceWithdrawn(row.name)
