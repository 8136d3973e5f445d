"""Buttons of tasks and problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.presenters.actions import Action


@dataclass(frozen=True)
class ShowTasks(Action):
    """A page of what waits for the person."""

    prefix: ClassVar[str] = "tasks"
    page: int


@dataclass(frozen=True)
class ShowTask(Action):
    """A task with its thread."""

    prefix: ClassVar[str] = "task"
    task_id: int


@dataclass(frozen=True)
class StepTask(Action):
    """A step on a task; what needs words asks for them."""

    prefix: ClassVar[str] = "tstep"
    task_id: int
    event: str


@dataclass(frozen=True)
class GiveTask(Action):
    """Give the task of the draft."""

    prefix: ClassVar[str] = "tgive"
    version: int


@dataclass(frozen=True)
class DecideProblem(Action):
    """What a leader does about a problem: directed, forwarded or noted."""

    prefix: ClassVar[str] = "prob"
    problem_id: int
    decision: str


@dataclass(frozen=True)
class ChooseProblem(Action):
    """The indicator that a problem is about. `version`: of the draft."""

    prefix: ClassVar[str] = "probof"
    indicator_id: int
    version: int


@dataclass(frozen=True)
class ExportTasks(Action):
    """All tasks of the year as a workbook, for the office."""

    prefix: ClassVar[str] = "taskxls"
    year: int


@dataclass(frozen=True)
class PrintTask(Action):
    """The task's sheet as a Word document, for the office."""

    prefix: ClassVar[str] = "tasksheet"
    task_id: int
