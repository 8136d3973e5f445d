"""Typed words about a warning order: which act they mean, which order, and what they go on with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.db.drafts import KeptDraft
from bot.db.engine import Database
from bot.domain.answers import Field
from bot.presenters.office import LeaveList, OfficeSaid, SilenceList
from bot.presenters.order_said import (
    Answered,
    AnswerPreview,
    ClosingSent,
    Decided,
    ExtensionSent,
    NoOrder,
    OrderView,
    WhichOrder,
    WordsWanted,
)
from bot.presenters.report_said import Told
from bot.presenters.words import label
from bot.reading.intents import IntentKind
from bot.reading.order_text import looks_like_answer, read_number
from bot.services import closing, drafting, extending, leaving, order_viewing, responding, reviewing, silencing
from bot.services.cause import Cause, effect
from bot.services.hearing import Hearing
from bot.services.order_choice import Candidate, candidates
from bot.services.order_draft import ANSWER, BASIS, CHOICE, EXTENSION, KIND, RETURN, keep, kept
from bot.services.order_inbox import REQUEST

Said = (
    Answered
    | AnswerPreview
    | ClosingSent
    | Decided
    | ExtensionSent
    | LeaveList
    | NoOrder
    | OfficeSaid
    | OrderView
    | SilenceList
    | Told
    | WhichOrder
    | WordsWanted
)
I = IntentKind  # noqa: E741 - the table below reads better
ACTS = {
    I.RESPOND: "respond",
    I.EXTEND: "extend",
    I.REQUEST_CLOSING: "request_closing",
    I.CLOSE: "close",
    I.APPROVE: "approve",
    I.RETURN: "return",
    I.ORDER: "order",
}
# What the office says about people and silences.
OFFICE: dict[IntentKind, Callable[[Hearing], Awaitable[OfficeSaid | LeaveList | SilenceList]]] = {
    I.LEAVE: lambda one: leaving.say(one.db, one.cause, one.rest or one.text),
    I.LEAVES: lambda one: leaving.listed(one.db, one.cause),
    I.END_LEAVE: lambda one: leaving.end(one.db, one.cause, one.rest),
    I.SILENCE: lambda one: silencing.say(one.db, one.cause, one.rest),
    I.SILENCES: lambda one: silencing.listed(one.db, one.cause),
    I.LIFT: lambda one: silencing.lift(one.db, one.cause, one.rest),
}
MOST_CHOICES = 8
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Meant:
    """An act and its words."""

    act: str
    words: str


async def answers_order(one: Hearing) -> Said | None:
    """The answer where the words are about an order: an act of their own, or what an open question waits for."""
    if one.is_ in OFFICE and one.is_ is not None:
        return await OFFICE[one.is_](one)
    meant = _meant(one)
    if meant is not None:
        return await _about(one, meant)
    return await _goes_on(one, one.kept) if one.kept is not None and one.kept.kind == KIND else None


def _meant(one: Hearing) -> Meant | None:
    about = one.push.subject_kind if one.push is not None else None
    if one.is_ in ACTS and one.is_ is not None:
        return Meant(ACTS[one.is_], one.rest)
    if about == REQUEST and one.is_ is I.CONFIRM:
        return Meant("approve", "")
    if about == "order" and one.is_ is None and looks_like_answer(one.text):
        return Meant("respond", one.text)
    if about == "order" and one.is_ is None and (numbered := read_number(one.text)) and looks_like_answer(numbered[1]):
        return Meant("respond", numbered[1])
    return None


async def _about(one: Hearing, meant: Meant) -> Said:
    if one.push is not None and one.push.subject_kind in ("order", REQUEST) and one.push.subject_id is not None:
        return await run(one.db, one.cause, meant.act, one.push.subject_id, meant.words)
    numbered = read_number(meant.words)
    bare = meant.words.strip()
    if numbered is None and meant.act == "order" and bare.isdigit():
        numbered = (int(bare), "")
    found = await candidates(one.db, one.cause, meant.act)
    among = {int(str(item)) for item in one.push.indicator_ids} if one.push is not None else set()
    found = [item for item in found if item.named.indicator_id in among] or found
    words = meant.words
    if numbered is not None:
        words = numbered[1]
        found = [item for item in found if item.named.number[1] == numbered[0]]
    else:
        found, words = _by_name(found, words)
    if not found:
        return NoOrder(meant.act)
    if len(found) == 1:
        return await run(one.db, one.cause, meant.act, found[0].named.order_id, words)
    return await _which(one, Meant(meant.act, words), found)


def _by_name(found: Sequence[Candidate], words: str) -> tuple[list[Candidate], str]:
    """Those whose name the words begin with, in full or in part; all of them where they name none."""
    first, _, rest = words.strip().partition(" ")
    if len(first) < SHORTEST_NAME:
        return list(found), words
    full = [item for item in found if words.startswith(item.named.name)]
    if full:
        return full, words[len(full[0].named.name) :].strip()
    part = [item for item in found if first in item.named.name]
    return (part, rest.strip()) if part else (list(found), words)


async def _which(one: Hearing, meant: Meant, found: Sequence[Candidate]) -> WhichOrder:
    async with effect(one.db, one.cause) as session:
        version = await keep(session, one.cause, {"act": CHOICE, "do": meant.act, "words": meant.words}, None)
    shown = tuple(item.named for item in found[:MOST_CHOICES])
    return WhichOrder(meant.act, shown, max(len(found) - MOST_CHOICES, 0), version)


async def choose(db: Database, cause: Cause, order_id: int, version: int) -> Said:
    """The order that was picked for the words typed before. Raises Expired for a choice that is gone."""
    async with db.read() as session:
        draft = await kept(session, cause, version)
    return await run(db, cause, str(draft.payload["do"]), order_id, str(draft.payload["words"]))


async def run(db: Database, cause: Cause, act: str, order_id: int, words: str) -> Said:
    """Do it."""
    doing: dict[str, Callable[[], Awaitable[Said]]] = {
        "respond": lambda: responding.say(db, cause, order_id, words),
        "extend": lambda: extending.ask(db, cause, order_id, words),
        "request_closing": lambda: closing.request_closing(db, cause, order_id, words),
        "close": lambda: _close(db, cause, order_id, words),
        "approve": lambda: reviewing.approve(db, cause, order_id, words=words),
        "return": lambda: reviewing.give_back(db, cause, order_id, None, words),
        "order": lambda: order_viewing.view(db, cause, order_id),
    }
    return await doing[act]()


async def _close(db: Database, cause: Cause, order_id: int, words: str) -> Said:
    if words.strip():
        return await closing.close_out(db, cause, order_id, words)
    return await closing.close_or_ask(db, cause, order_id)


async def _goes_on(one: Hearing, draft: KeptDraft) -> Said | None:
    """The words that an open question about an order waits for."""
    act = str(draft.payload["act"])
    if one.is_ is I.CANCEL:
        return await drafting.cancel(one.db, one.cause)
    if act == ANSWER:
        return await _answer_goes_on(one, draft)
    if draft.awaiting is None or one.push is not None or one.is_ not in (None, I.CONFIRM, I.ACKNOWLEDGE, I.NO_CHANGE):
        return None
    order_id = int(str(draft.payload["order_id"]))
    if act == EXTENSION:
        return await extending.ask(one.db, one.cause, order_id, one.text)
    if act == BASIS:
        return await closing.close_out(one.db, one.cause, order_id, one.text)
    if act == RETURN:
        return await reviewing.refuse_as_drafted(one.db, one.cause, one.text)
    return None


async def _answer_goes_on(one: Hearing, draft: KeptDraft) -> Said | None:
    twin = next((field for field in Field if one.text == label(f"order.edit.{field}")), None)
    if twin is not None:
        return await responding.edit(one.db, one.cause, twin.value, draft.version)
    if one.is_ is I.CONFIRM and one.push is None:
        return await responding.send(one.db, one.cause)
    if draft.awaiting is not None and one.is_ is None and one.push is None:
        return await responding.give(one.db, one.cause, one.text)
    return None
