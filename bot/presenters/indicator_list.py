"""Lists of indicators: one's own, the warnings, the hits of a search. Pages by rows, never by characters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bot.presenters.actions import SEPARATOR, Action, ShowCard, ShowHits, ShowMine, ShowWarnings
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened
from bot.presenters.words import label, render

PAGE = 8
BUTTON_NAME = 20
LINE_NAME = 40
# Callback data holds 64 bytes; what prefix, page number and separators leave for the query.
QUERY_BYTES = 50


@dataclass(frozen=True)
class Row:
    """An indicator in a list. `rate`, `gap`: percentage points; None where there is none.

    `kind` says how they are to be read; `helping`: the person's unit only cooperates.
    """

    indicator_id: int
    name: str
    grade: str
    grade_word: str
    severity: int
    kind: str
    rate: Decimal | None
    gap: Decimal | None
    helping: bool = False


@dataclass(frozen=True)
class Counts:
    """How many indicators have each grade, by its word, worst first."""

    total: int
    by_word: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class MineList:
    """A page of the person's own indicators, worst first."""

    period: str | None
    counts: Counts
    rows: tuple[Row, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class WarningList:
    """A page of the open warnings, one's own before the others. `own_rows`: how many of the rows are own.

    `notes`: by indicator, what its order waits for and what is asked of the reader.
    """

    own: Counts
    district: Counts | None
    rows: tuple[Row, ...]
    own_rows: int
    page: int
    pages: int
    notes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hits:
    """A page of what a search found."""

    query: str
    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class NothingFound:
    """A search without a hit. `examples`: names that this person can ask for; `hidden`: it is out of their range."""

    query: str
    examples: tuple[str, ...]
    hidden: bool


def present_mine(found: MineList) -> Reply:
    """One's own indicators."""
    text = render("reply/mine", found=found, short=lambda name: shortened(name, LINE_NAME))
    return Reply(text, rows(*_cards(found.rows), _pages(found.page, found.pages, ShowMine)))


def present_warnings(found: WarningList) -> Reply:
    """The open warnings."""
    text = render("reply/warnings", found=found, short=lambda name: shortened(name, LINE_NAME))
    return Reply(text, rows(*_cards(found.rows), _pages(found.page, found.pages, ShowWarnings)))


def present_hits(found: Hits) -> Reply:
    """The short list of a search."""
    text = render("reply/hits", found=found, query=shortened(found.query, LINE_NAME))
    fits = len(found.query.encode()) <= QUERY_BYTES and SEPARATOR not in found.query

    def page(number: int) -> Action:
        return ShowHits(number, found.query)

    return Reply(text, rows(*_cards(found.rows), _pages(found.page, found.pages, page) if fits else []))


def present_nothing(found: NothingFound) -> Reply:
    """What can be asked instead."""
    code = "reply/nothing_hidden" if found.hidden else "reply/nothing_found"
    return Reply(render(code, found=found, query=shortened(found.query, LINE_NAME)))


def _cards(found: Sequence[Row]) -> list[list[Button]]:
    return [
        [
            Button(
                label("card.button", grade=row.grade_word, name=shortened(row.name, BUTTON_NAME)),
                ShowCard(row.indicator_id).pack(),
            )
        ]
        for row in found
    ]


def _pages(page: int, pages: int, action: Callable[[int], Action]) -> list[Button]:
    found = []
    if page > 0:
        found.append(Button(label("report.button.back"), action(page - 1).pack()))
    if page + 1 < pages:
        found.append(Button(label("report.button.on"), action(page + 1).pack()))
    return found
