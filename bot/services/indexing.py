"""The names that people may ask for: indexed once, and again as soon as any of them changes."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache

from bot.db import indicators
from bot.db.engine import Database
from bot.db.indicators import CycleKey
from bot.reading.named import NamedItem
from bot.reading.search import Found, NameIndex
from bot.services.report_reading import named
from bot.services.year import Year

MOST_HITS = 40
# This year, and on the days around New Year the one before.
KEPT_YEARS = 2
# People ask for the same few indicators in the same few words.
KEPT_ANSWERS = 2_000
LONGEST_KEPT = 40


# What each person reports: they share whole units, so these are few.
@lru_cache(maxsize=128)
def index_of(names: tuple[NamedItem, ...]) -> NameIndex:
    """The index over exactly these names: a changed, new or closed indicator makes other names, so another index."""
    return NameIndex(names)


class Names:
    """All names of a year at one revision of it, and what was found among them."""

    def __init__(self, index: NameIndex) -> None:
        self.index = index
        self._answers: OrderedDict[str, Found] = OrderedDict()

    def find(self, text: str) -> Found:
        """What the text may mean."""
        found = self._answers.get(text)
        if found is None:
            found = self.index.find(text, limit=MOST_HITS)
            if len(text) <= LONGEST_KEPT:
                self._answers[text] = found
                if len(self._answers) > KEPT_ANSWERS:
                    self._answers.popitem(last=False)
        return found


# Nothing in it changes, and a changed year has another revision, so an entry is never wrong and only grows old.
_kept: OrderedDict[CycleKey, Names] = OrderedDict()


async def names_of(db: Database, year: Year) -> Names:
    """The names of that year."""
    found = _kept.get(year.cycle)
    if found is None:
        async with db.read() as session:
            known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
        found = _kept[year.cycle] = Names(NameIndex(named(item) for item in known))
        while len(_kept) > KEPT_YEARS:
            _kept.popitem(last=False)
    return found
