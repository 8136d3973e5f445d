"""The scoreboard as text and as the payload of a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.scheme import Grade
from bot.domain.scoreboard import Board, Light, Line, Side, Tally
from bot.presenters.actions_board import DrawBoard, ShowBoard
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened
from bot.presenters.words import label, month_words, plain_number, render

PAGE = 10
NAME_LENGTH = 22
DRAWN_LINES = 30


@dataclass(frozen=True)
class BoardShown:
    """One side of the scoreboard. `period`: the newest month with lights; `own`: the names of the asker's own lines.

    `grades`: of the scheme, from normal to "not reported".
    """

    board: Board
    grades: tuple[Grade, ...]
    period: str | None
    own: frozenset[str]
    today: date
    page: int = 0


@dataclass(frozen=True)
class Lit:
    """A light with its word and colour."""

    word: str
    colour: str
    count: int
    points: str


def lit(tally: Tally, grades: Sequence[Grade], *, empty: bool = False) -> list[Lit]:
    """The lights of a tally in the scheme's order; those that nothing has are left out unless `empty`."""
    found: Iterator[tuple[Grade, Light]] = ((grade, tally.of(grade.code)) for grade in grades)
    return [
        Lit(grade.word, grade.colour, light.count, plain_number(light.points))
        for grade, light in found
        if empty or light.count
    ]


def present_board(shown: BoardShown) -> Reply:
    """A page of the board with buttons to the other sides, the other pages and the picture."""
    lines, pages = shown.board.lines, max(1, -(-len(shown.board.lines) // PAGE))
    page = min(max(shown.page, 0), pages - 1)
    here = lines[page * PAGE : (page + 1) * PAGE]
    text = render(
        "reply/board",
        shown=shown,
        board=shown.board,
        points=shown.board.whole.points,
        lights=lit(shown.board.whole, shown.grades),
        lines=[_said(line, shown) for line in here],
        pinned=[_said(line, shown) for line in lines if line.name in shown.own and line not in here],
        page=page,
        pages=pages,
    )
    side = shown.board.side
    sides = [Button(label(f"board.side.{one}"), ShowBoard(one.value, 0).pack()) for one in Side if one is not side]
    turns = [
        Button(label("report.button.back"), ShowBoard(side.value, page - 1).pack()) if page else None,
        Button(label("report.button.on"), ShowBoard(side.value, page + 1).pack()) if page + 1 < pages else None,
    ]
    picture = [Button(label("board.picture"), DrawBoard(side.value).pack())] if lines else []
    return Reply(text, rows([turn for turn in turns if turn], sides, picture))


@dataclass(frozen=True)
class _Said:
    """A line of the board as it is written."""

    group: str | None
    place: int | None
    of: int
    name: str
    total: int
    points: str
    lights: tuple[Lit, ...]
    waiting: int
    worse: int
    better: int
    scored: str
    own: bool


def _said(line: Line, shown: BoardShown) -> _Said:
    return _Said(
        group=line.group,
        place=line.place,
        of=line.of,
        name=shortened(line.name, NAME_LENGTH),
        total=line.tally.total,
        points=plain_number(line.tally.points) if line.tally.points else "",
        lights=tuple(lit(line.tally, shown.grades)),
        waiting=line.waiting,
        worse=line.movement.worse,
        better=line.movement.better,
        scored=plain_number(line.scored, 2) if line.scored is not None else "",
        own=line.name in shown.own,
    )


def board_title(shown: BoardShown) -> str:
    """What stands above the picture."""
    return label("board.title", side=label(f"board.side.{shown.board.side}"))


def board_picture(shown: BoardShown) -> dict[str, object]:
    """The payload of the picture: all lights of the district, then a bar for each line."""
    whole = shown.board.whole
    panels = [bars_panel(label("board.whole"), lit(whole, shown.grades, empty=True))]
    for title, lines in _by_group(shown):
        panels.append(stacks_panel(title, lines, shown.grades))
    period = month_words(shown.period) if shown.period else label("board.no_month")
    return {
        "title": board_title(shown),
        "subtitle": label("board.subtitle", month=period, total=whole.total, points=plain_number(whole.points)),
        "footer": label("board.footer"),
        "panels": panels,
    }


def _by_group(shown: BoardShown) -> list[tuple[str, list[Line]]]:
    """Units by their comparison group; all else together. So many lines as a phone can show."""
    found: dict[str, list[Line]] = {}
    side = label(f"board.side.{shown.board.side}")
    for line in shown.board.lines[:DRAWN_LINES]:
        ungrouped = label("board.ungrouped") if shown.board.side is Side.UNIT else side
        found.setdefault(line.group or ungrouped, []).append(line)
    return list(found.items())


def bars_panel(title: str, lights: Sequence[Lit]) -> dict[str, object]:
    """A bar for each light, with its number and points beside it."""
    return {
        "kind": "bars",
        "title": title,
        "rows": [
            {
                "label": one.word,
                "value": one.count,
                "note": label("board.bar", count=one.count, points=one.points),
                "colour": one.colour,
            }
            for one in lights
        ],
    }


def stacks_panel(title: str, lines: Sequence[Line], grades: Sequence[Grade]) -> dict[str, object]:
    """A bar for each line, made up of its lights."""
    return {
        "kind": "stacks",
        "title": title,
        "legend": [{"label": grade.word, "colour": grade.colour} for grade in grades],
        "rows": [
            {
                "label": line.name,
                "parts": [line.tally.of(grade.code).count for grade in grades],
                "note": _note(line),
            }
            for line in lines
        ],
    }


def _note(line: Line) -> str:
    points = plain_number(line.tally.points)
    if line.place is None:
        return label("board.bar", count=line.tally.total, points=points)
    return label("board.bar_placed", count=line.tally.total, points=points, place=line.place)
