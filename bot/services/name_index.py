"""Keeps the names of a year with very many indicators as a stored index, and finds in it.

The import brings the index up to date in its own transaction. Whoever else changes a name, the next tick sees that the
year has another mark than its index and does the same; until then a search finds the names as they were, and what it
finds is always read anew. Only what changed is written: a year's first index takes a while, a new indicator does not.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import name_rows
from bot.db.engine import Database
from bot.db.looking import Look
from bot.db.name_rows import Entry, ListedName, Rewrite, Stored
from bot.reading import excerpt
from bot.reading.excerpt import MOST_PLACES, Excerpt
from bot.reading.name_forms import forms_of
from bot.reading.named import NamedItem
from bot.reading.search import Found
from bot.reading.sounds import SoundCodes

# From here on a year's names are stored; fewer are indexed in memory, two kilobytes each.
MANY = 500
_PARTS, _VALUES = "\x1f", "\x1e"
# The marks of the years that this process has seen up to date.
_seen: dict[int, str] = {}


async def find_stored(look: Look, stored: Stored, text: str, limit: int) -> Found:
    """What the text may mean among the stored names. Most people type one of them as it is: that takes two reads."""
    whole = await _excerpt(look, stored, text, excerpt.whole_keys(text), all_places=True)
    found = whole.find_whole(text)
    if found is None:
        wanted = excerpt.wanted_keys(text, _codes(stored.sounds))
        found = (await _excerpt(look, stored, text, wanted)).find(text, limit)
    return found


async def _excerpt(
    look: Look, stored: Stored, text: str, keys: Collection[str], *, all_places: bool = False
) -> Excerpt:
    """The part of the index under these keys, with the names of all its places or of the candidates for the text."""
    part = Excerpt(_codes(stored.sounds), await name_rows.places_of(look, stored.cycle_id, keys))
    chosen = part.places() if all_places else part.candidates(text)
    for entry in await name_rows.entries_at(look, stored.cycle_id, chosen) if chosen else ():
        part.put(entry.place, _item(entry), excerpt.read(entry.forms))
    return part


@lru_cache(maxsize=4)
def _codes(sounds: str) -> SoundCodes:
    return SoundCodes(sounds.split())


def _item(entry: Entry) -> NamedItem:
    name, aliases, owners = entry.said.split(_PARTS)
    return NamedItem(
        entry.indicator_id, name, tuple(filter(None, aliases.split(_VALUES))), owners=tuple(owners.split(_VALUES))
    )


def _said(listed: ListedName) -> str:
    return _PARTS.join((listed.name, _VALUES.join(listed.aliases), _VALUES.join(listed.owners)))


async def keep_names(db: Database) -> None:
    """Bring the stored names of every year up to date; nothing to do as long as no year has another mark."""
    async with db.look() as look:
        changed = [
            year
            for year in await name_rows.years(look)
            if year.revision != year.stored and _seen.get(year.cycle_id) != year.revision
        ]
    for year in changed:
        if year.stored is None:
            async with db.read() as session:
                few = await name_rows.count_of(session, year.cycle_id) < MANY
            if few:
                _seen[year.cycle_id] = year.revision
                continue
        async with db.write() as session:
            await refresh(session, year.cycle_id)


async def refresh(session: AsyncSession, cycle_id: int) -> None:
    """Bring the year's stored names up to date within a transaction; a year with few indicators has none."""
    stored = await name_rows.stored_index(session, cycle_id)
    if await name_rows.count_of(session, cycle_id) < MANY:
        if stored is not None:
            await name_rows.forget(session, cycle_id)
        return
    kept = await name_rows.stored_names(session, cycle_id)
    fresh = []
    for listed in await name_rows.listed_names(session, cycle_id):
        if kept.get(listed.indicator_id, (0, ""))[1] == _said(listed):
            del kept[listed.indicator_id]
        else:
            fresh.append(listed)
    if stored is None or fresh or kept:
        gone = await name_rows.entries_within(session, cycle_id, [place for place, _ in kept.values()])
        change = await asyncio.to_thread(_difference, stored, gone, fresh)
        touched = await name_rows.keys_within(session, cycle_id, change.keys) if stored else {}
        await name_rows.rewrite(session, cycle_id, change.rewrite(touched))
    await name_rows.mark(session, cycle_id)


class _Difference:
    """What has to change: by key, the places that go and those that come."""

    def __init__(self, stored: Stored | None) -> None:
        self.codes = SoundCodes(stored.sounds.split() if stored else ())
        self.next_place = stored.next_place if stored else 0
        self.gone: list[int] = []
        self.come: list[Entry] = []
        self.keys: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))

    def drop(self, entry: Entry) -> None:
        """The entry goes."""
        self.gone.append(entry.place)
        for key in excerpt.stored_keys(excerpt.read(entry.forms), _item(entry).owners):
            self.keys[key][0].append(entry.place)

    def add(self, listed: ListedName) -> None:
        """A new entry at the end."""
        place, self.next_place = self.next_place, self.next_place + 1
        item = NamedItem(listed.indicator_id, listed.name, listed.aliases, owners=listed.owners)
        forms = forms_of(item, self.codes)
        self.come.append(Entry(place, listed.indicator_id, _said(listed), excerpt.written(forms)))
        for key in excerpt.stored_keys(forms, listed.owners):
            self.keys[key][1].append(place)

    def rewrite(self, touched: dict[str, list[int]]) -> Rewrite:
        """The rows to write, given what is stored under the keys touched."""
        keys = {}
        for key, (gone, come) in self.keys.items():
            left = set(gone)
            kept = [place for place in touched.get(key, ()) if place not in left]
            keys[key] = [*kept, *come][:MOST_PLACES]
        return Rewrite(self.gone, self.come, keys, " ".join(self.codes.classes), self.next_place)


def _difference(stored: Stored | None, gone: Iterable[Entry], fresh: Iterable[ListedName]) -> _Difference:
    found = _Difference(stored)
    for entry in gone:
        found.drop(entry)
    for listed in fresh:
        found.add(listed)
    return found
