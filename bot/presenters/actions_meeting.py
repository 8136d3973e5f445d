"""Buttons of dispatch meetings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.presenters.actions import Action


@dataclass(frozen=True)
class ShowMeeting(Action):
    """A meeting with who comes and what was decided."""

    prefix: ClassVar[str] = "meet"
    meeting_id: int


@dataclass(frozen=True)
class CallMeeting(Action):
    """Send the invitations of the draft."""

    prefix: ClassVar[str] = "meetcall"
    version: int


@dataclass(frozen=True)
class AnswerMeeting(Action):
    """An invited person comes, is away or sends somebody."""

    prefix: ClassVar[str] = "meetans"
    meeting_id: int
    answer: str


@dataclass(frozen=True)
class UrgeMeeting(Action):
    """Ask those who have not answered, and only those."""

    prefix: ClassVar[str] = "meeturge"
    meeting_id: int


@dataclass(frozen=True)
class CancelMeeting(Action):
    """Cancel the meeting; `sure`: asked and said yes."""

    prefix: ClassVar[str] = "meetoff"
    meeting_id: int
    version: int
    sure: bool


@dataclass(frozen=True)
class FileMeeting(Action):
    """A file of the meeting: packet, sheet or minutes."""

    prefix: ClassVar[str] = "meetfile"
    meeting_id: int
    what: str


@dataclass(frozen=True)
class WriteMinutes(Action):
    """Begin to write down its decisions."""

    prefix: ClassVar[str] = "meetmin"
    meeting_id: int


@dataclass(frozen=True)
class GiveDecisions(Action):
    """Make the decisions of the draft tasks."""

    prefix: ClassVar[str] = "meetgive"
    version: int
