"""Problems that a unit raises: put before a leader, decided, the answer to who raised them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.presenters.actions import CancelDraft, ShowCard
from bot.presenters.actions_tasks import ChooseProblem
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, render

TEXT = 300
BUTTON_NAME = 18


@dataclass(frozen=True)
class ProblemOfWhat:
    """Which indicator is the problem of? `version`: of the draft."""

    choices: tuple[tuple[int, str], ...]
    version: int


@dataclass(frozen=True)
class ProblemWords:
    """What is the problem? `version`: of the draft."""

    indicator: str
    version: int


@dataclass(frozen=True)
class ProblemRaised:
    """A problem is put before a leader. `told`: by name; empty where nobody can be reached."""

    indicator: str
    text: str
    post: str | None
    told: tuple[str, ...]


@dataclass(frozen=True)
class ProblemDecided:
    """The leader has noted the problem; `told`: who raised it."""

    indicator: str
    text: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class ProblemNoted:
    """The decision, for who raised the problem."""

    indicator: str
    text: str
    post: str
    decision: str
    indicator_id: int


def present_problem_step(said: ProblemOfWhat | ProblemWords | ProblemRaised | ProblemDecided) -> Reply:
    """The next question, or what was done."""
    if isinstance(said, ProblemOfWhat):
        keys = [
            [Button(shortened(name, BUTTON_NAME), ChooseProblem(key, said.version).pack())]
            for key, name in said.choices
        ]
        return Reply(render("reply/task_words", what="problem_of", title=""), rows(*keys))
    if isinstance(said, ProblemWords):
        text = render("reply/task_words", what="problem", title=shortened(said.indicator))
        return Reply(text, rows([Button(label("tasks.cancel"), CancelDraft(said.version).pack())]))
    kind = "raised" if isinstance(said, ProblemRaised) else "decided"
    post = said.post if isinstance(said, ProblemRaised) else None
    return Reply(
        render(
            "reply/problem_done",
            kind=kind,
            title=shortened(said.indicator),
            text=shortened(said.text, TEXT),
            post=post,
            told=some_names(said.told),
        )
    )


def _choice(indicator_id: int, name: str, version: int) -> Button:
    return Button(shortened(name, BUTTON_NAME), ChooseProblem(indicator_id, version).pack())


def present_problem_noted(noted: ProblemNoted) -> Reply:
    """The push to who raised it."""
    text = render(
        "push/problem_decided", noted=noted, title=shortened(noted.indicator), text=shortened(noted.text, TEXT)
    )
    return Reply(text, rows([Button(label("warning.details"), ShowCard(noted.indicator_id).pack())]))
