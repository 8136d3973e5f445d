"""The rows of a stored index of names: what a search asks for, and how the index is kept. Functions never commit."""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from sqlalchemy import BigInteger, BindParameter, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.looking import Among, Look, Question
from bot.db.revision import coming_revision, is_changed
from bot.db.tables import Cycle, Indicator, IndicatorUnit, NameEntry, NameIndexRow, NameKey, Unit
from bot.domain.kinds import Side

T = TypeVar("T")
# Rows of one statement: SQLite takes some thirty thousand values in one.
_ROWS = 2_000
_CYCLE: BindParameter[int] = bindparam("cycle_id", type_=BigInteger)


@dataclass(frozen=True)
class Stored:
    """A stored index. `sounds`: its syllables, in the order of their codes, with spaces between them."""

    cycle_id: int
    revision: str
    sounds: str
    next_place: int


@dataclass(frozen=True)
class Entry:
    """A name at its place. `said`: what the entry was made from."""

    place: int
    indicator_id: int
    said: str
    forms: str


def packed(places: Iterable[int]) -> bytes:
    """The places as they are stored."""
    found = array("I", places)
    if sys.byteorder == "big":
        found.byteswap()
    return found.tobytes()


def unpacked(stored: bytes) -> list[int]:
    """The places that `packed` wrote."""
    found = array("I")
    found.frombytes(stored)
    if sys.byteorder == "big":
        found.byteswap()
    return found.tolist()


_INDEX = Question(
    select(NameIndexRow.cycle_id, NameIndexRow.revision, NameIndexRow.sounds, NameIndexRow.next_place).where(
        NameIndexRow.cycle_id == _CYCLE
    ),
    Stored,
)
_KEYS = Question(
    select(NameKey.key, NameKey.places).where(NameKey.cycle_id == _CYCLE, Among(NameKey.key, "keys")),
    lambda key, places: (key, unpacked(places)),
)
_ENTRIES = Question(
    select(NameEntry.place, NameEntry.indicator_id, NameEntry.said, NameEntry.forms).where(
        NameEntry.cycle_id == _CYCLE, Among(NameEntry.place, "places")
    ),
    Entry,
)


async def index_of(look: Look, cycle_id: int) -> Stored | None:
    """The year's stored index; None for a year whose names fit into memory."""
    return await look.first(_INDEX, cycle_id=cycle_id)


async def places_of(look: Look, cycle_id: int, keys: Collection[str]) -> dict[str, list[int]]:
    """The places of the names that have these keys, of each key that there is."""
    return dict(await look.all(_KEYS, cycle_id=cycle_id, keys=sorted(keys)))


async def entries_at(look: Look, cycle_id: int, places: Collection[int]) -> list[Entry]:
    """The names at these places."""
    return await look.all(_ENTRIES, cycle_id=cycle_id, places=sorted(places))


# -- keeping -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListedName:
    """What a name's entry is made from."""

    indicator_id: int
    name: str
    aliases: tuple[str, ...]
    owners: tuple[str, ...]


@dataclass(frozen=True)
class YearMark:
    """A year, its mark, and the mark that its stored names have (None: none are stored)."""

    cycle_id: int
    revision: str
    stored: str | None


_YEARS = Question(
    select(Cycle.id, Cycle.revision, NameIndexRow.revision).outerjoin(NameIndexRow, NameIndexRow.cycle_id == Cycle.id),
    YearMark,
)


async def years(look: Look) -> list[YearMark]:
    """Every year with its marks."""
    return await look.all(_YEARS)


async def count_of(session: AsyncSession, cycle_id: int) -> int:
    """How many indicators the year has."""
    query = select(func.count()).where(Indicator.cycle_id == cycle_id, Indicator.closed_at.is_(None))
    return int(await session.scalar(query) or 0)


async def listed_names(session: AsyncSession, cycle_id: int) -> list[ListedName]:
    """The year's names in the order of its lists."""
    current = (Indicator.cycle_id == cycle_id, Indicator.closed_at.is_(None))
    owners: defaultdict[int, list[str]] = defaultdict(list)
    leading = (
        select(IndicatorUnit.indicator_id, Unit.name)
        .join(Unit, Unit.id == IndicatorUnit.unit_id)
        .join(Indicator, Indicator.id == IndicatorUnit.indicator_id)
        .where(IndicatorUnit.side == Side.LEAD.value, *current)
        .order_by(IndicatorUnit.indicator_id, IndicatorUnit.position)
    )
    for key, unit in await session.execute(leading):
        owners[key].append(unit)
    query = select(Indicator.id, Indicator.name, Indicator.aliases).where(*current)
    return [
        ListedName(key, name, tuple(str(alias) for alias in aliases), tuple(owners[key]))
        for key, name, aliases in await session.execute(query.order_by(Indicator.position, Indicator.id))
    ]


async def stored_index(session: AsyncSession, cycle_id: int) -> Stored | None:
    """The year's stored index as the transaction sees it."""
    columns = NameIndexRow.cycle_id, NameIndexRow.revision, NameIndexRow.sounds, NameIndexRow.next_place
    row = (await session.execute(select(*columns).where(NameIndexRow.cycle_id == cycle_id))).one_or_none()
    return Stored(*row) if row else None


async def stored_names(session: AsyncSession, cycle_id: int) -> dict[int, tuple[int, str]]:
    """The place of each indicator's name, and what it was made from."""
    query = select(NameEntry.indicator_id, NameEntry.place, NameEntry.said).where(NameEntry.cycle_id == cycle_id)
    return {key: (place, said) for key, place, said in await session.execute(query)}


async def entries_within(session: AsyncSession, cycle_id: int, places: Collection[int]) -> list[Entry]:
    """The names at these places as the transaction sees them."""
    found: list[Entry] = []
    for some in _portions(places):
        query = select(NameEntry.place, NameEntry.indicator_id, NameEntry.said, NameEntry.forms)
        rows = await session.execute(query.where(NameEntry.cycle_id == cycle_id, NameEntry.place.in_(some)))
        found.extend(Entry(*row) for row in rows)
    return found


async def keys_within(session: AsyncSession, cycle_id: int, keys: Collection[str]) -> dict[str, list[int]]:
    """The places of these keys as the transaction sees them."""
    found: dict[str, list[int]] = {}
    for some in _portions(keys):
        query = select(NameKey.key, NameKey.places).where(NameKey.cycle_id == cycle_id, NameKey.key.in_(some))
        found |= {key: unpacked(places) for key, places in await session.execute(query)}
    return found


@dataclass(frozen=True)
class Rewrite:
    """What changes in a stored index: entries that go, entries that come, and the places of every key touched."""

    gone: Sequence[int]
    come: Sequence[Entry]
    keys: Mapping[str, Sequence[int]]
    sounds: str
    next_place: int


async def rewrite(session: AsyncSession, cycle_id: int, change: Rewrite) -> None:
    """Write the change."""
    for table, column, values in (
        (NameEntry, NameEntry.place, change.gone),
        (NameKey, NameKey.key, [*change.keys]),
    ):
        for some in _portions(values):
            await session.execute(delete(table).where(table.cycle_id == cycle_id, column.in_(some)))
    entries = [
        {"cycle_id": cycle_id, "place": e.place, "indicator_id": e.indicator_id, "said": e.said, "forms": e.forms}
        for e in change.come
    ]
    keys = [
        {"cycle_id": cycle_id, "key": key, "places": packed(places)} for key, places in change.keys.items() if places
    ]
    for some_entries in _portions(entries):
        await session.execute(insert(NameEntry), some_entries)
    for some_keys in _portions(keys):
        await session.execute(insert(NameKey), some_keys)
    kept = {"sounds": change.sounds, "next_place": change.next_place}
    known = await session.execute(update(NameIndexRow).where(NameIndexRow.cycle_id == cycle_id).values(**kept))
    if not known.rowcount:  # type: ignore[attr-defined]
        await session.execute(insert(NameIndexRow).values(cycle_id=cycle_id, revision="", **kept))
    # What was found among the names is forgotten with the year's old mark.
    coming_revision(session)


async def mark(session: AsyncSession, cycle_id: int) -> None:
    """Say that the stored names are those of the year as this transaction leaves it."""
    await session.flush()
    now: object = select(Cycle.revision).where(Cycle.id == cycle_id).scalar_subquery()
    revision = coming_revision(session) if is_changed(session) else now
    await session.execute(update(NameIndexRow).where(NameIndexRow.cycle_id == cycle_id).values(revision=revision))


async def forget(session: AsyncSession, cycle_id: int) -> None:
    """Drop the stored index: the year's names fit into memory."""
    for table in (NameKey, NameEntry, NameIndexRow):
        await session.execute(delete(table).where(table.cycle_id == cycle_id))
    coming_revision(session)


def _portions(values: Collection[T]) -> Iterable[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, _ROWS)):
        yield some
