"""Short pushes: a problem for a leader, a directive for a unit, an urging for a contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.period import Period
from bot.presenters.actions import ReportNoChange, ShowCard, ShowOpenReports
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.tasks import problem_buttons, step_buttons
from bot.presenters.words import label, render

TEXT_LENGTH = 1000
LINES = 20
QUICK_BUTTONS = 5
BUTTON_NAME = 14


@dataclass(frozen=True)
class ProblemNote:
    """A problem that needs a leader."""

    indicator_id: int
    name: str
    text: str
    coordinate: str
    lead_units: tuple[str, ...]
    contacts: tuple[str, ...]
    may_direct: bool
    problem_id: int = 0


def present_problem(note: ProblemNote) -> Reply:
    """What is wrong and what is asked of the leader."""
    return Reply(
        render(
            "push/problem",
            note=note,
            title=shortened(note.name),
            lead=some_names(note.lead_units),
            contacts=some_names(note.contacts),
            text=shortened(note.text, TEXT_LENGTH),
            coordinate=shortened(note.coordinate, TEXT_LENGTH),
        ),
        rows(
            problem_buttons(note.problem_id, may_direct=note.may_direct),
            [Button(label("warning.details"), ShowCard(note.indicator_id).pack())],
        ),
    )


@dataclass(frozen=True)
class DirectiveNote:
    """A leader's directive. `post`: of the leader."""

    indicator_id: int
    name: str
    text: str
    post: str
    moment: datetime
    lead_units: tuple[str, ...]
    for_unit: bool
    task_id: int = 0


def present_directive(note: DirectiveNote) -> Reply:
    """The leader's words as they were typed."""
    return Reply(
        render(
            "push/directive",
            note=note,
            title=shortened(note.name),
            text=shortened(note.text, TEXT_LENGTH),
            lead=some_names(note.lead_units),
        ),
        rows(
            step_buttons(note.task_id) if note.for_unit else [],
            [Button(label("warning.details"), ShowCard(note.indicator_id).pack())],
        ),
    )


@dataclass(frozen=True)
class UrgeNote:
    """What a contact is urged to report. `days_overdue`: negative before the due date. `repeatable`: ids.

    `words`: the office's own sentence.
    """

    period: Period
    due: date
    days_overdue: int
    indicator_ids: tuple[int, ...]
    names: tuple[str, ...]
    repeatable: frozenset[int] = frozenset()
    words: str = ""


def present_urge(note: UrgeNote) -> Reply:
    """The person's own list, to be answered where it stands."""
    quick = [
        [Button(label("push.no_change", name=shortened(name, BUTTON_NAME)), _same(note.period, indicator_id))]
        for indicator_id, name in zip(note.indicator_ids, note.names, strict=True)
        if indicator_id in note.repeatable
    ]
    fill_in = [Button(label("push.fill_in"), ShowOpenReports(0).pack())]
    return Reply(
        render(
            "push/urge",
            note=note,
            names=[shortened(name) for name in note.names[:LINES]],
            example=shortened(note.names[0], 20),
        ),
        rows(*(quick if len(quick) <= QUICK_BUTTONS else []), fill_in),
    )


def _same(period: Period, indicator_id: int) -> str:
    return ReportNoChange(indicator_id, period.year, period.month).pack()
