"""What an import changes: as one JSON document for scripts, and as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.domain.lists import ChangedIndicator, ChangedPerson, ImportResult, ListedIndicator, ListedPerson, ListedPost
from bot.presenters.words import label, plain_number

# Stable keys of an indicator for scripts; what else changed comes after them.
KEYS = (
    "name",
    "target",
    "unit",
    "kind",
    "direction",
    "lead_units",
    "cooperating_units",
    "responsible_leader",
    "due",
    "weight",
)


@dataclass(frozen=True)
class Table:
    """A titled table of texts."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def document(result: ImportResult, *, dry_run: bool) -> dict[str, Any]:
    """The JSON document."""
    return {
        "applied": result.applied,
        "dry_run": dry_run,
        "year": result.years[0] if len(result.years) == 1 else None,
        "years": list(result.years),
        "added": [_indicator(item) for item in result.added],
        "changed": [_changed(item) for item in result.changed],
        "gone": [_indicator(item) for item in result.gone],
        "reopened": list(result.reopened),
        "people": {
            "added": [_person(item) for item in result.people.added],
            "changed": [_person(item.now) | {"was": _person(item.was)} for item in result.people.changed],
            "gone": [_person(item) for item in result.people.gone],
        },
        **{name: asdict(tally) for name, tally in result.smaller.items()},
        "schemes": [asdict(item) | {"effective_from": item.effective_from.isoformat()} for item in result.schemes],
        "problems": [asdict(item) for item in result.problems],
        "notes": [asdict(item) for item in result.notes],
    }


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _indicator(item: ListedIndicator) -> dict[str, object]:
    values = asdict(item)
    first = {key: _plain(values.pop(key)) for key in KEYS}
    return first | {key: _plain(value) for key, value in values.items()}


def _changed(item: ChangedIndicator) -> dict[str, object]:
    was = {name: _plain(getattr(item.was, name)) for name in item.differing()}
    return _indicator(item.now) | {"was": was}


def _person(item: ListedPerson) -> dict[str, object]:
    return {"code": item.code, "name": item.name, "posts": [asdict(post) for post in item.posts]}


def tables(result: ImportResult) -> list[Table]:
    """What is added, changed and gone, each as a table; nothing for what does not change."""
    found = [
        _indicator_table("added", result.added),
        Table(
            label("console.import.changed", count=len(result.changed)),
            (_word("name"), _word("field"), _word("was"), _word("now")),
            tuple(row for item in result.changed for row in _change_rows(item)),
        ),
        _indicator_table("gone", result.gone),
        _people_table("people_added", result.people.added),
        Table(
            label("console.import.people_changed", count=len(result.people.changed)),
            (_word("person"), _word("was"), _word("now")),
            tuple(_person_change(item) for item in result.people.changed),
        ),
        _people_table("people_gone", result.people.gone),
    ]
    return [table for table in found if table.rows]


def lines(result: ImportResult) -> list[str]:
    """The smaller changes, one line each."""
    found = [
        label("console.import.scheme", year=item.year, name=item.name, version=item.version, day=item.effective_from)
        for item in result.schemes
    ]
    for name, tally in result.smaller.items():
        if tally:
            found.append(label(f"console.import.{name}", **asdict(tally)))
    return found


def _word(name: str) -> str:
    return label(f"console.column.{name}")


def _indicator_table(kind: str, items: Sequence[ListedIndicator]) -> Table:
    columns = ("name", "target", "weight", "lead", "leader", "due")
    rows = tuple(
        (
            item.name,
            _target(item),
            plain_number(item.weight),
            _list(item.lead_units),
            item.responsible_leader or "",
            item.due.isoformat() if item.due else "",
        )
        for item in items
    )
    return Table(label(f"console.import.{kind}", count=len(items)), tuple(_word(name) for name in columns), rows)


def _target(item: ListedIndicator) -> str:
    if item.target is None:
        return " ".join(item.target_text.split())
    return f"{plain_number(item.target)}{item.unit or ''}"


def _list(names: Iterable[str]) -> str:
    return label("lists.listing").join(names)


def _change_rows(item: ChangedIndicator) -> list[tuple[str, ...]]:
    return [
        (item.now.name, _word(name), _shown(getattr(item.was, name)), _shown(getattr(item.now, name)))
        for name in item.differing()
    ]


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, tuple):
        return _list(value)
    return "" if value is None else str(value)


def _people_table(kind: str, people: Sequence[ListedPerson]) -> Table:
    rows = tuple((item.code or "", item.name, _posts(item.posts)) for item in people)
    columns = (_word("code"), _word("person"), _word("posts"))
    return Table(label(f"console.import.{kind}", count=len(people)), columns, rows)


def _person_change(item: ChangedPerson) -> tuple[str, str, str]:
    was = _posts(item.was.posts) if item.was.name == item.now.name else f"{item.was.name} {_posts(item.was.posts)}"
    return item.now.name, was, _posts(item.now.posts)


def _posts(posts: Iterable[ListedPost]) -> str:
    return _list(f"{post.unit or ''}{post.title}" for post in posts)
