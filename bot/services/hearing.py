"""A typed message with everything that decides what it means: the push it answers, the open draft, the desk."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, indicators, pushes
from bot.db.drafts import KeptDraft
from bot.db.engine import Database
from bot.db.tables import Push
from bot.domain.errors import NotFound
from bot.domain.rights import Actor
from bot.reading.intents import Intent, IntentKind, read_intent
from bot.reading.report_text import ReportText, read_reports
from bot.services.cause import Cause
from bot.services.desk import Desk, desk_of, is_own, reportable
from bot.services.report_reading import named
from bot.services.report_table import Typed
from bot.services.searching import index_of
from bot.services.year import Year, year_at


@dataclass(frozen=True)
class Heard:
    """A typed message, or a caption. `reply_to`: the message that it answers."""

    text: str
    chat_id: int
    message_id: int
    reply_to: int | None = None
    edited: bool = False


@dataclass(frozen=True)
class CommandWanted:
    """The typed twin of a slash command."""

    kind: IntentKind


@dataclass(frozen=True)
class DirectWanted:
    """批示 in so many words; `indicator_id` None where none was named."""

    indicator_id: int | None
    text: str


@dataclass(frozen=True)
class DraftText:
    """The text that a draft of another subject waits for; `kind` is the draft's."""

    kind: str
    text: str


@dataclass(frozen=True)
class Hearing:
    """The message with everything that decides what it means.

    `year` is None before anything was imported; `desk` also where nothing in the message can be about a report.
    """

    db: Database
    cause: Cause
    heard: Heard
    text: str
    intent: Intent | None
    push: Push | None
    kept: KeptDraft | None
    year: Year | None
    desk: Desk | None
    memory: dict[str, object]

    @property
    def is_(self) -> IntentKind | None:
        """The intent's kind."""
        return self.intent.kind if self.intent else None

    @property
    def rest(self) -> str:
        """What follows the intent's word."""
        return self.intent.rest if self.intent else ""

    def typed(self, among: tuple[int, ...] = (), text: str | None = None) -> Typed:
        """The message as a typed report."""
        return Typed(self.text if text is None else text, self.heard.message_id, among)


async def gather(db: Database, cause: Cause, heard: Heard, text: str) -> Hearing:
    person_id = cause.actor.person_id
    async with db.read() as session:
        push = await pushes.by_message(session, heard.chat_id, heard.reply_to) if heard.reply_to else None
        kept, last = await drafts.current_and_ended(session, person_id, cause.now)
        intent = read_intent(text)
        try:
            year = await year_at(session, cause.now)
        except NotFound:
            year = None
        desk = None
        if year and (push or kept or intent or await _may_report(session, year, cause.actor.actor, text)):
            desk = await desk_of(session, year, cause.actor.actor)
    memory = last.memory if last else {}
    return Hearing(db, cause, heard, text, intent, push, kept, year, desk, memory)


async def _may_report(session: AsyncSession, year: Year, actor: Actor, text: str) -> bool:
    """Whether the text, said out of the blue, holds a value for something that the person may report."""
    mine = reportable(actor, await indicators.of_cycle(session, year.cycle, year.period.last_day))
    own = [item for item in mine if is_own(actor, item)]
    names = tuple(named(item) for item in own or mine)
    return bool(names) and any(read.has_value for read in read_reports(text, index_of(names)))


def readings_of(one: Hearing, among: tuple[int, ...] = ()) -> list[ReportText]:
    """The text read as reports of the person's own indicators."""
    if one.desk is None:
        return []
    slots = one.desk.own or one.desk.slots
    names = [named(slot.indicator) for slot in slots]
    about = next((name for name in names if (name.id,) == among), None)
    return read_reports(one.text, index_of(tuple(names)), about) if names else []


def tells(read: ReportText) -> bool:
    """Whether it tells a problem or asks for help, so that only the value is missing."""
    return bool(read.problem or read.coordinate or read.measure)


def names_another(read: ReportText, indicator_id: int) -> bool:
    if read.indicator_hint is None:
        return False
    if read.item is not None:
        return read.item.id != indicator_id
    return bool(read.candidates) and indicator_id not in {item.id for item in read.candidates}
