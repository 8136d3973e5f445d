"""A typed message with everything that decides what it means: the push it answers, the open draft, the desk."""

from __future__ import annotations

from dataclasses import dataclass

from bot.db import drafts, indicator_rows, pushes
from bot.db.drafts import KeptDraft
from bot.db.engine import Database
from bot.db.looking import Look
from bot.db.tables import Push
from bot.domain.errors import NotFound
from bot.domain.rights import Action, Actor, Scope, scope_of
from bot.reading.intents import Intent, IntentKind, read_intent
from bot.reading.report_text import ReportText
from bot.reading.value_signs import may_report
from bot.services.cause import Cause
from bot.services.desk import Desk, desk_of, own_desk
from bot.services.indexing import index_for, index_of, is_a_name, reports_in
from bot.services.report_reading import named
from bot.services.report_table import Typed
from bot.services.year import Year, year_now

# The intents that go on with a report that was spoken of before.
OF_REPORTS = frozenset(
    {IntentKind.NO_CHANGE, IntentKind.ALL_NO_CHANGE, IntentKind.NEXT, IntentKind.SKIP, IntentKind.EDIT}
)


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
    """Read what decides; the desk only where the message can be about a report."""
    actor, intent = cause.actor.actor, read_intent(text)
    async with db.look() as look:
        kept, last = await drafts.current_and_ended(look, actor.person_id, cause.now)
        try:
            year = await year_now(look, cause.now)
        except NotFound:
            year = None
        reports = kept is not None or (intent is not None and intent.kind in OF_REPORTS)
        if year is not None and intent is None and not reports:
            reports = await _may_report(db, look, year, actor, text)
        desk = await own_desk(look, year, actor) if year is not None and reports else None
    push = None
    if heard.reply_to or (reports and desk is None):
        async with db.read() as session:
            push = await pushes.by_message(session, heard.chat_id, heard.reply_to) if heard.reply_to else None
            if year is not None and desk is None and (reports or push):
                desk = await desk_of(session, year, actor)
    memory = last.memory if last else {}
    return Hearing(db, cause, heard, text, intent, push, kept, year, desk, memory)


async def _may_report(db: Database, look: Look, year: Year, actor: Actor, text: str) -> bool:
    """Whether the text, said out of the blue, holds a value for something that the person may report."""
    scope = scope_of(actor, Action.REPORT_VALUE)
    if scope is Scope.NONE:
        return False
    ids = await indicator_rows.own_ids(look, year.cycle, [*actor.post_ids], [*actor.unit_ids])
    known = await indicator_rows.known(look, year.cycle, year.period.last_day, ids)
    own = [known[key] for key in ids if key in known]
    if own:
        names = tuple(named(item) for item in own)
        if not may_report(text, (node for name in names for node in name.nodes)):
            return False
        index = index_of(names)
    elif scope is Scope.ANY:
        index = await index_for(db, look, year, text)
        if not may_report(text, (node for name in index for node in name.nodes)):
            return False
    else:
        return False
    # 一般公共预算收入 is a name and no value of 1, also for who reports something else.
    if await is_a_name(db, look, year, text):
        return False
    return any(read.has_value for read in reports_in(text, index))


def readings_of(one: Hearing, among: tuple[int, ...] = ()) -> list[ReportText]:
    """The text read as reports of the person's own indicators."""
    if one.desk is None:
        return []
    slots = one.desk.own or one.desk.slots
    names = [named(slot.indicator) for slot in slots]
    about = next((name for name in names if (name.id,) == among), None)
    return reports_in(one.text, index_of(tuple(names)), about) if names else []


def tells(read: ReportText) -> bool:
    """Whether it tells a problem or asks for help, so that only the value is missing."""
    return bool(read.problem or read.coordinate or read.measure)


def names_another(read: ReportText, indicator_id: int) -> bool:
    if read.indicator_hint is None:
        return False
    if read.item is not None:
        return read.item.id != indicator_id
    return bool(read.candidates) and indicator_id not in {item.id for item in read.candidates}
