"""Which answer each result of a task's or a problem's use case gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.presenters import problems, task_notes, tasks
from bot.presenters.reply import Reply

PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    tasks.TaskLists: tasks.present_lists,
    tasks.TaskGiven: tasks.present_given,
    tasks.TaskDone: tasks.present_done,
    tasks.TaskPreview: tasks.present_task_preview,
    tasks.TaskWords: tasks.present_words,
    task_notes.TaskNoted: task_notes.present_noted,
    problems.ProblemOfWhat: problems.present_problem_step,
    problems.ProblemWords: problems.present_problem_step,
    problems.ProblemRaised: problems.present_problem_step,
    problems.ProblemDecided: problems.present_problem_step,
}
