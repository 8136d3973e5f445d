"""Buttons of the scoreboard and the bulletin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.presenters.actions import Action


@dataclass(frozen=True)
class ShowBoard(Action):
    """A page of one side of the scoreboard: unit, leader, category or appraisal."""

    prefix: ClassVar[str] = "board"
    side: str
    page: int


@dataclass(frozen=True)
class DrawBoard(Action):
    """That side as a picture."""

    prefix: ClassVar[str] = "boardpic"
    side: str


@dataclass(frozen=True)
class ShowBulletin(Action):
    """The bulletin of a month."""

    prefix: ClassVar[str] = "bull"
    year: int
    month: int


@dataclass(frozen=True)
class FileBulletin(Action):
    """The bulletin of a month as a picture (`paper` False) or as a Word document."""

    prefix: ClassVar[str] = "bullfile"
    year: int
    month: int
    paper: bool
