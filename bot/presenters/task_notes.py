"""Records on a task besides its steps."""

from __future__ import annotations

from dataclasses import dataclass

from bot.presenters.actions_tasks import ShowTask, StepTask
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.tasks import LINE_TEXT, TaskLine
from bot.presenters.words import label, render


@dataclass(frozen=True)
class TaskNoted:
    """A record was kept; `what`: measure, published, called_back, not_satisfied or contacted."""

    what: str
    line: TaskLine
    text: str
    told: tuple[str, ...] = ()


def present_noted(done: TaskNoted) -> Reply:
    """What was written down, and what is next."""
    text = render("reply/task_noted", done=done, title=shortened(done.line.text, LINE_TEXT), told=some_names(done.told))
    confirm = done.what == "called_back" and done.line.state == "reported"
    keys = [Button(label("tasks.step.confirm"), StepTask(done.line.id, "confirm").pack())] if confirm else []
    return Reply(text, rows(keys, [Button(label("tasks.open"), ShowTask(done.line.id).pack())]))
