"""/problem: a unit puts a problem before the responsible leader, without a report."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, indicators
from bot.db.drafts import DraftToKeep, Ending
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.domain.errors import Expired, InvalidInput, NotAllowed, Stale
from bot.domain.rights import Action, Scope, may, nearness
from bot.domain.tasks import LONGEST
from bot.presenters.problems import ProblemOfWhat, ProblemRaised, ProblemWords
from bot.reading.safe_text import safe_text
from bot.services.cause import Cause, Change, audit, effect
from bot.services.indexing import index_of
from bot.services.problem_raising import raise_alone
from bot.services.report_reading import named
from bot.services.year import year_at

KIND = "problem"
CHOICES = 9
Asked = ProblemOfWhat | ProblemWords | ProblemRaised


async def open_problem(db: Database, cause: Cause, words: str = "") -> Asked:
    """Begin a problem, or raise it at once where the words name an indicator and say more. Raises NotAllowed."""
    async with effect(db, cause) as session:
        mine = await _mine(session, cause)
        item, rest = _split(mine, safe_text(words))
        if item is None and len(mine) == 1:
            item = next(iter(mine.values()))
        if item is None:
            return await _ask_which(session, cause, mine, rest)
        if rest:
            return await _raise(session, cause, item, rest)
        return await _ask_words(session, cause, item)


async def _mine(session: AsyncSession, cause: Cause) -> dict[int, KnownIndicator]:
    """What the person's unit has a part in."""
    year = await year_at(session, cause.now)
    known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
    actor = cause.actor.actor
    mine = [item for item in known if may(actor, Action.RAISE_PROBLEM, item.subject)]
    if not mine:
        raise NotAllowed
    mine.sort(key=lambda item: nearness(actor, item.subject) is not Scope.OWN)
    return {item.id: item for item in mine}


def _split(mine: dict[int, KnownIndicator], words: str) -> tuple[KnownIndicator | None, str]:
    """The indicator that the words begin with, and the rest."""
    index = index_of(tuple(named(item) for item in mine.values()))
    parts = words.split()
    for upto in range(1, min(len(parts), 3) + 1):
        found = index.find(" ".join(parts[:upto]))
        if found.winner is not None:
            return mine[found.winner.item.id], " ".join(parts[upto:])
    return None, words


async def _ask_which(session: AsyncSession, cause: Cause, mine: dict[int, KnownIndicator], words: str) -> ProblemOfWhat:
    draft = DraftToKeep(cause.actor.person_id, KIND, {"words": words}, cause.now, awaiting="indicator")
    version = await drafts.put(session, draft)
    return ProblemOfWhat(tuple((item.id, item.name) for item in list(mine.values())[:CHOICES]), version)


async def _ask_words(session: AsyncSession, cause: Cause, item: KnownIndicator) -> ProblemWords:
    payload: dict[str, object] = {"indicator_id": item.id}
    draft = DraftToKeep(cause.actor.person_id, KIND, payload, cause.now, awaiting="words")
    return ProblemWords(item.name, await drafts.put(session, draft))


async def _raise(session: AsyncSession, cause: Cause, item: KnownIndicator, words: str) -> ProblemRaised:
    if len(words) > LONGEST:
        raise InvalidInput("errors_tasks.too_long", limit=LONGEST, length=len(words))
    post, told = await raise_alone(session, cause, item.id, words)
    audit(session, cause, Change("raise_problem", "indicator", item.id, after={"text": words}))
    await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
    return ProblemRaised(item.name, words, post or item.responsible_post, tuple(told))


async def choose(db: Database, cause: Cause, indicator_id: int, version: int) -> Asked:
    """The pressed indicator. Raises Stale for an older question."""
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if kept is None or kept.kind != KIND or kept.version != version:
            raise Stale
        item = (await _mine(session, cause)).get(indicator_id)
        if item is None:
            raise NotAllowed(indicator_id=indicator_id)
        words = str(kept.payload.get("words") or "")
        return await (_raise(session, cause, item, words) if words else _ask_words(session, cause, item))


async def go_on(db: Database, cause: Cause, text: str) -> Asked:
    """The typed answer to the open question. Raises Expired where none is open."""
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if kept is None or kept.kind != KIND:
            raise Expired
        mine, words = await _mine(session, cause), safe_text(text)
        if "indicator_id" in kept.payload:
            item = mine.get(int(str(kept.payload["indicator_id"])))
            if item is None:
                raise NotAllowed
            return await _raise(session, cause, item, words)
        item, rest = _split(mine, words)
        if item is None:
            return await _ask_which(session, cause, mine, str(kept.payload.get("words") or ""))
        told = rest or str(kept.payload.get("words") or "")
        return await (_raise(session, cause, item, told) if told else _ask_words(session, cause, item))
