"""What an import changes, as plain records: the same for the console, for JSON and for whoever asks in a chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ListedIndicator:
    """An indicator as its list says it. `nodes` and `curve` are written out, such as "3:征拆" and "7:0.4"."""

    year: int
    name: str
    target: Decimal | None
    unit: str | None
    kind: str
    direction: str
    lead_units: tuple[str, ...]
    cooperating_units: tuple[str, ...]
    responsible_leader: str | None
    due: date | None
    weight: Decimal | None
    appraisal: str | None = None
    category: str | None = None
    target_text: str = ""
    scoring_text: str = ""
    nodes: tuple[str, ...] = ()
    curve: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedIndicator:
    """An indicator before and after."""

    was: ListedIndicator
    now: ListedIndicator

    def differing(self) -> tuple[str, ...]:
        """The names of the fields that differ."""
        names = (item.name for item in fields(ListedIndicator))
        return tuple(name for name in names if getattr(self.was, name) != getattr(self.now, name))


@dataclass(frozen=True, slots=True)
class ListedPost:
    """One post of a person in the roster."""

    unit: str | None
    title: str
    role: str
    deputy: bool = False
    township: bool = False
    group: str | None = None


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person of the roster with their posts, in the roster's order."""

    code: str | None
    name: str
    posts: tuple[ListedPost, ...]


@dataclass(frozen=True, slots=True)
class ChangedPerson:
    """A person before and after: another name, or a move to another post."""

    was: ListedPerson
    now: ListedPerson


@dataclass(frozen=True, slots=True)
class PeopleChanges:
    """What a roster changes."""

    added: tuple[ListedPerson, ...] = ()
    changed: tuple[ChangedPerson, ...] = ()
    gone: tuple[ListedPerson, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a smaller list come, change and go."""

    added: int = 0
    changed: int = 0
    gone: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)


@dataclass(frozen=True, slots=True)
class LoadedScheme:
    """A scheme file that comes into force."""

    year: int
    name: str
    version: str
    effective_from: date


@dataclass(frozen=True, slots=True)
class Remark:
    """A problem or a note: where it was found, what it is, and what to do about it."""

    file: str
    sheet: str
    cell: str
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import changes or would change; `applied` tells which. Problems block all of it."""

    years: tuple[int, ...] = ()
    added: tuple[ListedIndicator, ...] = ()
    changed: tuple[ChangedIndicator, ...] = ()
    gone: tuple[ListedIndicator, ...] = ()
    reopened: tuple[str, ...] = ()
    people: PeopleChanges = PeopleChanges()
    smaller: Mapping[str, Tally] = field(default_factory=dict)  # points, bonuses, progress
    schemes: tuple[LoadedScheme, ...] = ()
    problems: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    applied: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether the files say nothing that the database does not know."""
        return not (
            self.added or self.changed or self.gone or self.people or any(self.smaller.values()) or self.schemes
        )
