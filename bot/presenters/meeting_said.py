"""What the use cases of a dispatch meeting result in, for their answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.meeting import Answers, quarter_of
from bot.presenters.words import label


@dataclass(frozen=True)
class MeetingNamed:
    """A meeting as everything names it. `at` is local time in the office's zone."""

    id: int
    kind: str
    at: datetime
    place: str
    state: str
    version: int

    @property
    def title(self) -> str:
        """2026年第四季度绩效指标调度会, 2026年12月绩效指标调度会."""
        quarter = label(f"meeting.quarter.{quarter_of(self.at.month)}")
        return label(f"meeting.title.{self.kind}", year=self.at.year, month=self.at.month, quarter=quarter)

    @property
    def when(self) -> str:
        """12月10日（周四）14:30."""
        return label(
            "meeting.when",
            month=self.at.month,
            day=self.at.day,
            weekday=label(f"meeting.weekday.{self.at.weekday()}"),
            time=f"{self.at:%H:%M}",
        )


@dataclass(frozen=True)
class CallAsked:
    """Something is missing before the meeting can be called: day, time, place."""

    missing: tuple[str, ...]
    version: int


@dataclass(frozen=True)
class CallPreview:
    """The meeting before the invitations leave. `by_default`: nobody was named, so the scope is what is behind."""

    meeting: MeetingNamed
    units: tuple[str, ...]
    leaders: tuple[str, ...]
    people: tuple[str, ...]
    untold: tuple[str, ...]
    unread: tuple[str, ...]
    by_default: bool
    day_off: bool
    version: int


@dataclass(frozen=True)
class MeetingCalled:
    """The invitations are on their way."""

    meeting: MeetingNamed
    told: int
    untold: tuple[str, ...]


@dataclass(frozen=True)
class MeetingList:
    """The last meetings."""

    meetings: tuple[MeetingNamed, ...]


@dataclass(frozen=True)
class Guest:
    """An invited person with their answer."""

    person: str
    post: str
    answer: str | None
    text: str
    bound: bool


@dataclass(frozen=True)
class MeetingCard:
    """A meeting for the office."""

    meeting: MeetingNamed
    guests: tuple[Guest, ...]
    answers: Answers
    decisions: tuple[tuple[str, str, date | None, str], ...]  # text, who, due, state
    may_decide: bool
    may_answer: bool


@dataclass(frozen=True)
class Answered:
    """What an invited person's answer was taken as."""

    meeting: MeetingNamed
    answer: str
    text: str


@dataclass(frozen=True)
class AnswerAsked:
    """Being away needs a reason, sending somebody a name."""

    meeting: MeetingNamed
    answer: str
    version: int


@dataclass(frozen=True)
class Urged:
    """Who was asked for an answer; `already`: nobody is asked twice in a day."""

    meeting: MeetingNamed
    told: tuple[str, ...]
    already: int
    untold: tuple[str, ...]


@dataclass(frozen=True)
class CancelAsked:
    """Whether the meeting is to be cancelled."""

    meeting: MeetingNamed
    people: int


@dataclass(frozen=True)
class MeetingCancelled:
    """The meeting is off; `told`: how many hear of it."""

    meeting: MeetingNamed
    told: int


@dataclass(frozen=True)
class DecisionLine:
    """A decision that can be given: who does it, by when, what. `moved`: its date fell on a day off."""

    who: str
    due: date | None
    text: str
    moved: bool = False


@dataclass(frozen=True)
class MinutesAsked:
    """The decisions are awaited."""

    meeting: MeetingNamed
    version: int


@dataclass(frozen=True)
class MinutesPreview:
    """The decisions so far, and the lines that could not be read: (line, code in errors_meeting)."""

    meeting: MeetingNamed
    lines: tuple[DecisionLine, ...]
    unread: tuple[tuple[str, str], ...]
    version: int


@dataclass(frozen=True)
class DecisionsGiven:
    """The decisions are tasks now."""

    meeting: MeetingNamed
    count: int
    told: tuple[str, ...]
    untold: tuple[str, ...]


@dataclass(frozen=True)
class Invitation:
    """What an invited person is told. `own`: (indicator, grade word) of theirs to speak about; `last`: their open
    decisions of the meeting before, (text, due words)."""

    meeting: MeetingNamed
    own: tuple[tuple[str, str], ...]
    last: tuple[tuple[str, date | None], ...]
    by: str
