"""Compares rosters with the people that the database knows. Pure: decides, writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.domain.lists import ListedPerson
from bot.services.list_diff import title_of
from bot.services.listed import KnownPerson, person_of
from bot.sheets.records import ParsedFile, PersonRow, TableKind

_SAME_LIST = 2


@dataclass(frozen=True)
class RosterPerson:
    """A person as the rosters of one import name them, with all their posts."""

    said: ListedPerson
    rows: tuple[PersonRow, ...]
    list_title: str


@dataclass
class RosterDiff:
    """Who comes, changes and goes. Somebody who was gone and comes back is `added` with the known person."""

    added: list[tuple[RosterPerson, KnownPerson | None]] = field(default_factory=list)
    changed: list[tuple[KnownPerson, RosterPerson]] = field(default_factory=list)
    gone: list[KnownPerson] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.added or self.changed or self.gone)


def diff_roster(known: Sequence[KnownPerson], files: Sequence[ParsedFile]) -> RosterDiff:
    """What the rosters among these files change. People are the same by their code, without one by their name."""
    diff = RosterDiff()
    rosters = [file for file in files if TableKind.PEOPLE in file.tables]
    people = _people(rosters)
    namesakes = Counter(item.row.name for item in known if not item.row.code)
    present = {_known_key(item, namesakes[item.row.name] > 1): item for item in known}
    for key, person in people.items():
        item = present.get(key)
        if item is None or item.row.closed_at is not None:
            diff.added.append((person, item))
        elif item.said != person.said:
            diff.changed.append((item, person))
    replaced = _replaced(rosters, present, people)
    diff.gone = [
        item
        for key, item in present.items()
        if item.row.closed_at is None and item.row.list_title in replaced and key not in people
    ]
    return diff


def _people(rosters: Sequence[ParsedFile]) -> dict[str, RosterPerson]:
    # A township, and a comparison group, is a property of the unit: one line that says so holds for all of its people.
    townships = {row.unit for file in rosters for row in file.people if row.township}
    groups = {row.unit: row.group for file in rosters for row in file.people if row.group}
    rows = [
        (replace(row, township=row.unit in townships, group=groups.get(row.unit)), title_of(file))
        for file in rosters
        for row in file.people
    ]
    units = defaultdict(set)
    for row, _ in rows:
        if not row.code:
            units[row.name].add(row.unit)
    grouped: dict[str, list[tuple[PersonRow, str]]] = defaultdict(list)
    for row, title in rows:
        shared = len(units[row.name]) > 1 and not row.code
        grouped[_key(row.code, row.name, row.unit if shared else None)].append((row, title))
    found = {}
    for key, entries in grouped.items():
        # The same line in two files, or written twice, is one post.
        unique = tuple(dict.fromkeys(row for row, _ in entries))
        said = person_of(unique)
        if said is not None:
            found[key] = RosterPerson(said, unique, entries[0][1])
    return found


def _key(code: str | None, name: str, unit: str | None) -> str:
    return f"code {code}" if code else f"name {name} {unit or ''}"


def _known_key(person: KnownPerson, has_namesakes: bool) -> str:
    held = person.said.posts
    return _key(person.row.code, person.row.name, held[0].unit if held and has_namesakes else None)


def _replaced(
    rosters: Sequence[ParsedFile],
    present: dict[str, KnownPerson],
    people: dict[str, RosterPerson],
) -> set[str]:
    """The stored rosters that these are editions of: by their title, or because they hold more than half of it."""
    titles = {title_of(file) for file in rosters}
    lists: dict[str, set[str]] = defaultdict(set)
    for key, item in present.items():
        if item.row.closed_at is None and item.row.list_title is not None:
            lists[item.row.list_title].add(key)
    return {name for name, keys in lists.items() if name in titles or len(keys & set(people)) * _SAME_LIST > len(keys)}
