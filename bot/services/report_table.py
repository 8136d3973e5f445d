"""One step's working place in a report on its way: the session, the desk, the draft that was open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts
from bot.db.drafts import DraftToKeep, Ending, KeptDraft
from bot.presenters.report_said import AskField, AskIndicator, Preview, Told
from bot.services.cause import Cause
from bot.services.desk import Desk, desk_of
from bot.services.report_draft import KIND, ReportDraft, pack, unpack
from bot.services.report_preview import Seen, ask_field, preview_of
from bot.services.year import year_at

Step = Preview | AskField | AskIndicator | Told
VALUE, PROBLEM, MEASURE, COORDINATE = "value", "problem", "measure", "coordinate"
FIELDS = frozenset({VALUE, PROBLEM, MEASURE, COORDINATE})


@dataclass(frozen=True)
class Typed:
    """A typed report. `among`: the indicators that the message answers to; `periods`: months other than today's."""

    text: str
    message_id: int | None = None
    among: tuple[int, ...] = ()
    periods: Mapping[int, str] = field(default_factory=dict)


@dataclass
class Table:
    """One step's working place: the session, the desk and the draft that was open."""

    session: AsyncSession
    cause: Cause
    desk: Desk
    kept: KeptDraft | None

    @property
    def draft(self) -> ReportDraft:
        """The open report draft; an empty one when there is none."""
        return unpack(self.kept.payload) if self.kept and self.kept.kind == KIND else ReportDraft()

    @property
    def seen(self) -> Seen:
        """For previews."""
        return Seen(self.session, self.desk, self.cause.now)

    async def keep(self, draft: ReportDraft, awaiting: str | None, message_id: int | None = None) -> int:
        """Store the draft; its version."""
        source = message_id if message_id is not None else (self.kept.source_message_id if self.kept else None)
        person_id = self.cause.actor.person_id
        return await drafts.put(
            self.session, DraftToKeep(person_id, KIND, pack(draft), self.cause.now, awaiting, source)
        )

    async def shown(self, draft: ReportDraft, message_id: int | None = None, notice: str | None = None) -> Step:
        """Store the draft and give the question that is open, or the preview."""
        missing = draft.missing
        slot = self.desk.slot(missing.indicator_id, missing.period) if missing else None
        if slot is not None:
            trouble = draft.troubles[-1] if draft.troubles else None
            # Said once: the next preview is not about it any more.
            version = await self.keep(replace(draft, troubles=()), VALUE, message_id)
            return ask_field(slot, VALUE, version, trouble)
        version = await self.keep(replace(draft, troubles=()), None, message_id)
        return await preview_of(self.seen, draft, version, notice)


async def table_for(session: AsyncSession, cause: Cause, kept: KeptDraft | None = None) -> Table:
    """The working place of the person who asked; nobody else changes their draft meanwhile.

    `kept`: the open draft, for who has read and locked it already.
    """
    kept = kept or await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
    year = await year_at(session, cause.now)
    return Table(session, cause, await desk_of(session, year, cause.actor.actor), kept)


def set_aside(draft: ReportDraft) -> ReportDraft:
    """What was typed stays; what only buttons began, and what still lacks its value, goes."""
    items = tuple(item for item in draft.items if item.ready and item.message_id is not None)
    return ReportDraft(items=items)


async def not_current(table: Table, version: int) -> Told | None:
    """Why a button of this version does nothing any more; None for the version that is current."""
    if table.kept is not None and table.kept.kind == KIND and table.kept.version == version:
        return None
    last = await drafts.ended(table.session, table.cause.actor.person_id)
    if last is not None and last.version == version and last.ending is Ending.CONFIRMED:
        return Told("confirmed_before")
    if last is not None and last.version == version and last.ending is Ending.CANCELLED:
        return Told("cancelled_before")
    return Told("outdated")
