"""Finds the indicator that a person means. The names are indexed once and again as soon as any of them changes."""

from __future__ import annotations

from functools import lru_cache

from bot.db import indicators
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.domain.rights import Scope, nearness
from bot.presenters.card import Card
from bot.presenters.indicator_list import Hits, NothingFound
from bot.reading.named import NamedItem
from bot.reading.search import Found, Hit, NameIndex
from bot.services.asking import card_in, paged, rows_of, visible
from bot.services.cause import Cause
from bot.services.report_reading import named
from bot.services.year import Year, year_at

MOST_HITS = 40
EXAMPLES = 3
# Hits this far below the best one are not what anybody meant.
FAR_BELOW = 30
# Below this, likeness to a name that the person may not see is chance.
SURE = 75


# One for everything, and one for what each person reports: they share whole units, so these are few.
@lru_cache(maxsize=128)
def index_of(names: tuple[NamedItem, ...]) -> NameIndex:
    """The index over exactly these names: a changed, new or closed indicator makes other names, so another index."""
    return NameIndex(names)


async def find(
    db: Database, cause: Cause, text: str, page: int = 0, year: Year | None = None
) -> Card | Hits | NothingFound:
    """The card of the one that is meant, the list of those that may be meant, or what can be asked instead.

    `year`: the year at the cause's moment, where it was read already.
    """
    async with db.read() as session:
        year = year or await year_at(session, cause.now)
        known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
        in_range = {item.id: item for item in visible(cause.actor, known)}
        index = index_of(tuple(named(item) for item in known))
        found = index.find(text, limit=MOST_HITS)
        mine = [hit for hit in found.hits if hit.item.id in in_range]
        if mine:
            mine = [hit for hit in mine if hit.score >= mine[0].score - FAR_BELOW]
        known_elsewhere = _is_known(found) and found.hits[0].item.id not in in_range
        hidden = found.winner is not None and known_elsewhere
        if hidden or not mine:
            return NothingFound(text, examples(cause, list(in_range.values())), known_elsewhere)
        one = _meant(found, mine)
        if one is not None:
            return await card_in(session, cause, year, in_range[one])
        rows = await rows_of(session, year, [in_range[hit.item.id] for hit in mine])
    shown, page, pages = paged(rows, page)
    return Hits(found.query or text, tuple(shown), len(rows), page, pages)


def _meant(found: Found, mine: list[Hit]) -> int | None:
    """The one that is meant beyond doubt among those in range; None for several."""
    if found.winner is not None and found.winner in mine:
        return found.winner.item.id
    return mine[0].item.id if len(mine) == 1 else None


def _is_known(found: Found) -> bool:
    """Whether the words name something, though nothing that this person may see."""
    return len(found.query) > 1 and bool(found.hits) and found.hits[0].score >= SURE


def examples(cause: Cause, known: list[KnownIndicator]) -> tuple[str, ...]:
    """A few names that this person can ask for, their own first."""
    near = sorted(known, key=lambda item: nearness(cause.actor.actor, item.subject) >= Scope.ANY)
    return tuple(item.name for item in near[:EXAMPLES])
