"""The quarterly brief of a leader."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.months import QUARTER
from bot.domain.period import Period
from bot.domain.scheme import Grade
from bot.domain.scoreboard import Movement, Tally
from bot.presenters.actions import ShowCard
from bot.presenters.board import lit
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, render

LINES = 5
BUTTON_NAME = 18


@dataclass(frozen=True)
class BriefLine:
    """An indicator that needs the leader."""

    indicator_id: int
    name: str
    units: tuple[str, ...]
    grade_word: str
    reason: str


@dataclass(frozen=True)
class BriefToSay:
    """What a brief says. `quarter`: its last month; `movement`: since the quarter before, None for the first."""

    quarter: Period
    tally: Tally
    grades: tuple[Grade, ...]
    movement: Movement | None
    worst: tuple[BriefLine, ...]
    waiting: int


def present_brief(said: BriefToSay) -> Reply:
    """The brief with a button for each indicator that it names."""
    shown = said.worst[:LINES]
    text = render(
        "push/brief",
        said=said,
        number=said.quarter.month // QUARTER,
        lights=lit(said.tally, said.grades),
        worst=[(one.grade_word, shortened(one.name), some_names(one.units), one.reason) for one in shown],
        more=len(said.worst) - len(shown),
    )
    keys = [
        [
            Button(
                label("card.button", grade=one.grade_word, name=shortened(one.name, BUTTON_NAME)),
                ShowCard(one.indicator_id).pack(),
            )
        ]
        for one in shown
    ]
    return Reply(text, rows(*keys))
