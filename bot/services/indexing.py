"""The names that people may ask for: indexed once, and again as soon as any of them changes."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache

from bot.db import indicator_rows, indicators, name_rows
from bot.db.engine import Database
from bot.db.indicators import CycleKey
from bot.db.looking import Look
from bot.reading import excerpt
from bot.reading.name_forms import compact
from bot.reading.named import NamedItem
from bot.reading.report_text import ReportText, read_reports
from bot.reading.search import Found, NameIndex
from bot.services.name_index import find_stored
from bot.services.report_reading import named
from bot.services.year import Year

MOST_HITS = 40
# This year, and on the days around New Year the one before.
KEPT_YEARS = 2
# People ask for the same few indicators in the same few words.
KEPT_ANSWERS = 2_000
LONGEST_KEPT = 40
# A report of many lines is about at most so many indicators.
MOST_CLAUSES = 60
HITS_OF_CLAUSE = 8
_CLAUSE = re.compile(r"[,，。;；!！\n]+")


# What each person reports: they share whole units, so these are few. One takes some fifty kilobytes.
@lru_cache(maxsize=256)
def index_of(names: tuple[NamedItem, ...]) -> NameIndex:
    """The index over exactly these names: a changed, new or closed indicator makes other names, so another index."""
    return NameIndex(names)


# One message is read to find out what it is, to find out what it means, and to take it: the same reading each time.
@lru_cache(maxsize=16)
def _read(text: str, index: NameIndex, about: NamedItem | None) -> tuple[ReportText, ...]:
    return tuple(read_reports(text, index, about))


def reports_in(text: str, index: NameIndex, about: NamedItem | None = None) -> list[ReportText]:
    """One report for each indicator of the index that the text names; see `read_reports`."""
    return list(_read(text, index, about))


@dataclass
class _Names:
    """A year's names at one mark of it. `index`: all of them, where they are few; `answers`: what was found."""

    index: NameIndex | None = None
    answers: OrderedDict[str, Found] = field(default_factory=OrderedDict)


# Nothing in it changes, and a changed year has another mark, so an entry is never wrong and only grows old.
_kept: OrderedDict[CycleKey, _Names] = OrderedDict()


def _names(year: Year) -> _Names:
    found = _kept.get(year.cycle)
    if found is None:
        found = _kept[year.cycle] = _Names()
        while len(_kept) > KEPT_YEARS:
            _kept.popitem(last=False)
    return found


async def search(db: Database, look: Look, year: Year, text: str) -> Found:
    """What the text may mean among the year's indicators."""
    names = _names(year)
    found = names.answers.get(text)
    if found is None:
        stored = await name_rows.index_of(look, year.cycle_id)
        if stored is not None:
            found = await find_stored(look, stored, text, MOST_HITS)
        else:
            index = await _whole_index(db, year)
            found = index.find_whole(text) or index.find(text, MOST_HITS)
        if len(text) <= LONGEST_KEPT:
            names.answers[text] = found
            if len(names.answers) > KEPT_ANSWERS:
                names.answers.popitem(last=False)
    return found


async def is_a_name(db: Database, look: Look, year: Year, text: str) -> bool:
    """Whether the text is a name of one of the year's indicators, and nothing else."""
    name = compact(text)
    stored = await name_rows.index_of(look, year.cycle_id)
    if stored is None:
        return bool((await _whole_index(db, year)).named(name))
    return bool(await name_rows.places_of(look, year.cycle_id, [excerpt.exact_key(name)]))


async def index_for(db: Database, look: Look, year: Year, text: str) -> NameIndex:
    """An index with every indicator that the text may be about, to read a report with."""
    stored = await name_rows.index_of(look, year.cycle_id)
    if stored is None:
        return await _whole_index(db, year)
    ids: dict[int, None] = {}
    for clause in _CLAUSE.split(text)[:MOST_CLAUSES]:
        found = await find_stored(look, stored, clause, HITS_OF_CLAUSE)
        ids.update(dict.fromkeys(hit.item.id for hit in found.hits))
    known = await indicator_rows.known(look, year.cycle, year.period.last_day, list(ids))
    return NameIndex(named(known[key]) for key in ids if key in known)


async def _whole_index(db: Database, year: Year) -> NameIndex:
    names = _names(year)
    if names.index is None:
        async with db.read() as session:
            known = await indicators.of_cycle(session, year.cycle, year.period.last_day)
        names.index = NameIndex(named(item) for item in known)
    return names.index
