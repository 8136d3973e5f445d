"""Finds the indicator that a person means, and answers with its card, a list, or what can be asked instead."""

from __future__ import annotations

from bot.db import card_rows, indicator_rows
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.db.looking import Look
from bot.domain.rights import Action, Scope, may, scope_of
from bot.presenters.card import Card
from bot.presenters.indicator_list import Hits, NothingFound
from bot.reading.search import Found, Hit
from bot.services.asking import card_in, near, paged, row_of
from bot.services.cause import Cause
from bot.services.indexing import search
from bot.services.year import Year, year_now

EXAMPLES = 3
# Hits this far below the best one are not what anybody meant.
FAR_BELOW = 30
# Below this, likeness to a name that the person may not see is chance.
SURE = 75


async def find(
    db: Database, cause: Cause, text: str, page: int = 0, year: Year | None = None
) -> Card | Hits | NothingFound:
    """The card of the one that is meant, the list of those that may be meant, or what can be asked instead.

    `year`: the year at the cause's moment, where it was read already.
    """
    async with db.look() as look:
        year = year or await year_now(look, cause.now)
        found = await search(db, look, year, text)
        in_range = await _in_range(look, cause, year, found)
        mine = [hit for hit in found.hits if hit.item.id in in_range]
        if mine:
            mine = [hit for hit in mine if hit.score >= mine[0].score - FAR_BELOW]
        known_elsewhere = _is_known(found) and found.hits[0].item.id not in in_range
        hidden = found.winner is not None and known_elsewhere
        if hidden or not mine:
            return NothingFound(text, await _examples(look, cause, year), known_elsewhere)
        one = _meant(found, mine)
        if one is not None:
            return await card_in(look, cause, year, in_range[one])
        meant = [in_range[hit.item.id] for hit in mine]
        stored = await card_rows.latest(look, [item.id for item in meant], str(year.period))
    rows = [row_of(year, item, stored.get(item.id)) for item in meant]
    shown, page, pages = paged(rows, page)
    return Hits(found.query or text, tuple(shown), len(rows), page, pages)


async def _in_range(look: Look, cause: Cause, year: Year, found: Found) -> dict[int, KnownIndicator]:
    """The hits that this person may look at, by id."""
    known = await indicator_rows.known(look, year.cycle, year.period.last_day, [hit.item.id for hit in found.hits])
    return {key: item for key, item in known.items() if may(cause.actor.actor, Action.VIEW_INDICATOR, item.subject)}


def _meant(found: Found, mine: list[Hit]) -> int | None:
    """The one that is meant beyond doubt among those in range; None for several."""
    if found.winner is not None and found.winner in mine:
        return found.winner.item.id
    return mine[0].item.id if len(mine) == 1 else None


def _is_known(found: Found) -> bool:
    """Whether the words name something, though nothing that this person may see."""
    return len(found.query) > 1 and bool(found.hits) and found.hits[0].score >= SURE


async def _examples(look: Look, cause: Cause, year: Year) -> tuple[str, ...]:
    """A few names that this person can ask for, their own first."""
    names = [item.name for item in await near(look, cause, year, EXAMPLES)]
    if scope_of(cause.actor.actor, Action.VIEW_INDICATOR) is Scope.ANY:
        names += await indicator_rows.first_names(look, year.cycle, 2 * EXAMPLES)
    return tuple(dict.fromkeys(names))[:EXAMPLES]
