"""The unit that somebody names in a few words."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import task_book
from bot.reading.named import NamedItem
from bot.reading.search import NameIndex


async def unit_named(session: AsyncSession, words: str) -> tuple[int, str] | None:
    """Its id and name; None where no unit, or more than one, is meant."""
    units = await task_book.units(session)
    exact = [key for key, name in units.items() if name == words]
    if exact:
        return exact[0], words
    found = NameIndex(NamedItem(key, name) for key, name in units.items()).find(words)
    return (found.winner.item.id, units[found.winner.item.id]) if found.winner is not None else None
