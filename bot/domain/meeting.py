"""Dispatch meetings (调度会): unit leaders every month, district leaders every quarter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# What a calendar shows as the length of a meeting that nobody gave an end.
LASTS = timedelta(hours=2)
# Answers are taken until the meeting is this long past; after that it is the minutes' turn.
ANSWERS_UNTIL = timedelta(hours=1)
MOST_DECISIONS = 30


class MeetingKind(StrEnum):
    """At which level the meeting looks at the indicators."""

    MONTHLY = "monthly"  # by unit
    QUARTERLY = "quarterly"  # by district leader


class MeetingState(StrEnum):
    """What the meeting waits for."""

    CALLED = "called"
    HELD = "held"  # its decisions are on record
    CANCELLED = "cancelled"


class Attendance(StrEnum):
    """What an invited person answered."""

    COMES = "comes"
    AWAY = "away"
    SENDS = "sends"  # somebody else comes in their place


# Being away needs a reason, sending somebody needs a name.
NEED_WORDS = frozenset({Attendance.AWAY, Attendance.SENDS})


@dataclass(frozen=True, slots=True)
class Answers:
    """How many of the invited said what."""

    comes: int = 0
    away: int = 0
    sends: int = 0
    silent: int = 0


def count_answers(answers: Iterable[str | None]) -> Answers:
    """The answers counted."""
    found = list(answers)
    return Answers(
        comes=found.count(Attendance.COMES),
        away=found.count(Attendance.AWAY),
        sends=found.count(Attendance.SENDS),
        silent=found.count(None),
    )


def takes_answers(state: MeetingState, at: datetime, now: datetime) -> bool:
    """Whether an answer still means something."""
    return state is MeetingState.CALLED and now <= at + ANSWERS_UNTIL


def takes_decisions(state: MeetingState, at: datetime, now: datetime) -> bool:
    """Whether its decisions can be written down: from its day on."""
    return state is not MeetingState.CANCELLED and now >= at - timedelta(hours=12)


def quarter_of(month: int) -> int:
    """1 to 4."""
    return (month - 1) // 3 + 1
