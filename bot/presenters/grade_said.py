"""The office's own grade: shown before it counts, and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.presenters.actions import Action, CancelDraft
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.words import label, render


@dataclass(frozen=True)
class ConfirmGrade(Action):
    """Set the grade that the draft of this version holds."""

    prefix: ClassVar[str] = "gset"
    version: int


@dataclass(frozen=True)
class GradeSaid:
    """What a wish comes to. `before`/`after`: words of grades; None where there is no verdict yet. Months as text."""

    indicator_id: int
    name: str
    since: str
    until: str | None
    reason: str
    before: str | None
    after: str | None
    lifts: bool = False


@dataclass(frozen=True)
class GradePreview:
    """The wish, before it is confirmed. `version`: of the draft."""

    said: GradeSaid
    version: int


@dataclass(frozen=True)
class GradeUsage:
    """The words are not enough to know what is meant."""


def present_preview(found: GradePreview) -> Reply:
    """What would change, with the button that does it."""
    buttons = [
        Button(label("grade.confirm"), ConfirmGrade(found.version).pack()),
        Button(label("grade.drop"), CancelDraft(found.version).pack()),
    ]
    return Reply(render("reply/grade_preview", said=found.said), rows(buttons))


def present_set(said: GradeSaid) -> Reply:
    """What holds now."""
    return Reply(render("reply/grade_set", said=said))


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    GradePreview: present_preview,
    GradeSaid: present_set,
    GradeUsage: lambda _usage: Reply(label("grade.usage")),
}
