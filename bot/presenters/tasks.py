"""Tasks: what waits for whom, one task with its thread, the messages about its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.tasks import TaskEvent, TaskState
from bot.presenters.actions import CancelDraft, ShowCard
from bot.presenters.actions_tasks import DecideProblem, ExportTasks, GiveTask, PrintTask, ShowTask, ShowTasks, StepTask
from bot.presenters.reply import Button, Reply, Rows, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, render

PAGE = 8
BUTTON_NAME = 18
LINE_TEXT = 60
NOTE_TEXT = 500
THREAD_SHOWN = 12


@dataclass(frozen=True)
class TaskLine:
    """A task in a list. `days_left`: calendar days to its due date, negative past it."""

    id: int
    version: int
    kind: str
    text: str
    state: str
    receiver: str
    giver: str
    due: date | None
    days_left: int | None
    indicator_id: int | None
    indicator: str | None
    source: str = ""


@dataclass(frozen=True)
class ProblemLine:
    """A problem that waits for the leader."""

    id: int
    indicator_id: int
    indicator: str
    text: str


@dataclass(frozen=True)
class TaskLists:
    """What waits for a person: to do, to confirm, given to others and open; problems to decide.

    `year`: set for the office, which may take all tasks as a workbook.
    """

    mine: tuple[TaskLine, ...]
    to_confirm: tuple[TaskLine, ...]
    given: tuple[TaskLine, ...]
    problems: tuple[ProblemLine, ...]
    page: int = 0
    year: int | None = None


@dataclass(frozen=True)
class TaskCard:
    """A task with its thread (moment, event, person, text) and the steps that this person may take.

    `prints`: whether they may have its sheet.
    """

    line: TaskLine
    thread: tuple[tuple[datetime, str, str, str], ...]
    steps: tuple[TaskEvent, ...]
    prints: bool = False


@dataclass(frozen=True)
class TaskGiven:
    """A task is on its way. `moved`: the date that was asked for, where it fell on a day off."""

    line: TaskLine
    told: tuple[str, ...]
    untold: tuple[str, ...]
    moved: date | None = None


@dataclass(frozen=True)
class TaskDone:
    """A step was taken; `told`: who hears of it."""

    event: TaskEvent
    line: TaskLine
    text: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class TaskPreview:
    """A task as the office is about to give it."""

    line: TaskLine
    people: tuple[str, ...]
    untold: tuple[str, ...]
    version: int


@dataclass(frozen=True)
class TaskWords:
    """Words are asked for: of a step on a task, or of a problem."""

    what: str
    title: str
    version: int


@dataclass(frozen=True)
class TaskNote:
    """A step on a task, for whoever is told of it."""

    event: TaskEvent
    line: TaskLine
    text: str
    person: str
    post: str
    moment: datetime
    for_receiver: bool


def _state(line: TaskLine) -> str:
    return label(f"tasks.state.{line.state}")


def _due(line: TaskLine) -> str:
    if line.due is None:
        return ""
    waits = line.state in (TaskState.GIVEN, TaskState.IN_HAND, TaskState.RETURNED)
    late = line.days_left is not None and line.days_left < 0 and waits
    key = "tasks.late" if late else "tasks.due"
    return label(key, month=line.due.month, day=line.due.day, days=abs(line.days_left or 0))


def present_lists(found: TaskLists) -> Reply:
    """What waits, the nearest due date first, with a button for each."""
    order: tuple[TaskLine | ProblemLine, ...] = (*found.problems, *found.mine, *found.to_confirm, *found.given)
    pages = max(1, -(-len(order) // PAGE))
    page = min(max(found.page, 0), pages - 1)
    here = order[page * PAGE : (page + 1) * PAGE]
    text = render(
        "reply/tasks",
        found=found,
        problems=[
            (number, item, shortened(item.text, LINE_TEXT))
            for number, item in enumerate(found.problems, 1)
            if item in here
        ],
        sections=[
            (key, [(item, shortened(item.text, LINE_TEXT), _due(item), _state(item)) for item in lines if item in here])
            for key, lines in (("mine", found.mine), ("to_confirm", found.to_confirm), ("given", found.given))
        ],
        page=page,
        pages=pages,
    )
    keys = [_item_buttons(item, found.problems) for item in here]
    turns = [("report.button.back", page - 1)] * (page > 0) + [("report.button.on", page + 1)] * (page + 1 < pages)
    turning = [Button(label(key), ShowTasks(to).pack()) for key, to in turns]
    sheet = [Button(label("tasks.export"), ExportTasks(found.year).pack())] if found.year else []
    return Reply(text, rows(*keys, turning, sheet))


def _item_buttons(item: TaskLine | ProblemLine, problems: Sequence[ProblemLine]) -> list[Button]:
    """A task opens; a problem is decided where it stands, by its number in the list."""
    if isinstance(item, TaskLine):
        words = f"{label(f'tasks.kind.{item.kind}')} {shortened(item.text, BUTTON_NAME)}"
        return [Button(words, ShowTask(item.id).pack())]
    number = problems.index(item) + 1
    buttons = problem_buttons(item.id, may_direct=True)
    return [Button(label("tasks.numbered", number=number, what=one.text), one.data) for one in buttons]


def present_task(card: TaskCard) -> Reply:
    """The task with its thread and the steps that may be taken."""
    shown = card.thread[-THREAD_SHOWN:]
    text = render(
        "reply/task",
        line=card.line,
        kind=label(f"tasks.kind.{card.line.kind}"),
        state=_state(card.line),
        due=_due(card.line),
        thread=[
            (at, label(f"tasks.event.{event}"), person, shortened(words, 200)) for at, event, person, words in shown
        ],
        hidden=len(card.thread) - len(shown),
    )
    sheet = [Button(label("paper.task_sheet"), PrintTask(card.line.id).pack())] if card.prints else []
    return Reply(text, rows(*_steps(card.line.id, card.steps), _about(card.line), sheet))


def _steps(task_id: int, steps: Sequence[TaskEvent]) -> list[list[Button]]:
    keys = [Button(label(f"tasks.step.{event}"), StepTask(task_id, event.value).pack()) for event in steps]
    return [keys[:3], keys[3:]]


def _about(line: TaskLine) -> list[Button]:
    return [Button(label("warning.details"), ShowCard(line.indicator_id).pack())] if line.indicator_id else []


def present_given(given: TaskGiven) -> Reply:
    """Who is told of a new task."""
    return Reply(
        render(
            "reply/task_given",
            given=given,
            kind=label(f"tasks.kind.{given.line.kind}"),
            due=_due(given.line),
            told=some_names(given.told),
            untold=some_names(given.untold),
        ),
        rows([Button(label("tasks.open"), ShowTask(given.line.id).pack())]),
    )


def present_done(done: TaskDone) -> Reply:
    """A step was taken."""
    text = render(
        "reply/task_done",
        done=done,
        event=done.event.value,
        title=shortened(done.line.text, LINE_TEXT),
        told=some_names(done.told),
        state=_state(done.line),
    )
    return Reply(text, rows([Button(label("tasks.open"), ShowTask(done.line.id).pack())]))


def present_task_preview(preview: TaskPreview) -> Reply:
    """The task before it leaves."""
    text = render(
        "reply/task_preview",
        line=preview.line,
        kind=label(f"tasks.kind.{preview.line.kind}"),
        due=_due(preview.line),
        people=some_names(preview.people),
        untold=some_names(preview.untold),
    )
    keys = [
        Button(label("tasks.give"), GiveTask(preview.version).pack()),
        Button(label("tasks.cancel"), CancelDraft(preview.version).pack()),
    ]
    return Reply(text, rows(keys))


def present_words(asked: TaskWords) -> Reply:
    """The question for the words of a step or of a problem."""
    text = render("reply/task_words", what=asked.what, title=shortened(asked.title, LINE_TEXT))
    return Reply(text, rows([Button(label("tasks.cancel"), CancelDraft(asked.version).pack())]))


def present_task_note(note: TaskNote) -> Reply:
    """The push about a step, to be answered where it stands."""
    text = render(
        "push/task",
        note=note,
        event=note.event.value,
        kind=label(f"tasks.kind.{note.line.kind}"),
        text=shortened(note.text, NOTE_TEXT),
        title=shortened(note.line.text, NOTE_TEXT),
        due=_due(note.line),
    )
    return Reply(text, rows(*_answers(note), _about(note.line)))


def _answers(note: TaskNote) -> Rows:
    if not note.for_receiver:
        return rows(*_steps(note.line.id, (TaskEvent.CONFIRM, TaskEvent.GIVE_BACK)))
    if note.event is TaskEvent.CONFIRM:
        return rows([Button(label("tasks.open"), ShowTask(note.line.id).pack())])
    return rows(*_steps(note.line.id, (TaskEvent.REPORT_DONE, TaskEvent.PROGRESS)))


def problem_buttons(problem_id: int, *, may_direct: bool) -> list[Button]:
    """What a leader may do about a problem, on its push."""
    decisions = ("directed", "forwarded", "noted") if may_direct else ("noted",)
    return [Button(label(f"tasks.decide.{one}"), DecideProblem(problem_id, one).pack()) for one in decisions]


def step_buttons(task_id: int) -> list[Button]:
    """What a unit may answer to a new task, where it stands."""
    return _steps(task_id, (TaskEvent.REPORT_DONE, TaskEvent.PROGRESS))[0]
