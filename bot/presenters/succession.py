"""Change of post: what would change, and the code to forward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.presenters.actions import CancelDraft
from bot.presenters.actions_console import ConfirmChange
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import some_names
from bot.presenters.words import label, render


@dataclass(frozen=True)
class Succession:
    """A change of post before it is made. `known_as`: the post of somebody of that name who is there already.

    `other_posts`: those that the predecessor keeps. `draft`: an unfinished one goes along.
    """

    post: str
    before: str | None
    other_posts: tuple[str, ...]
    person: str
    known_as: str | None
    bound: bool
    orders: int
    tasks: int
    draft: bool
    version: int


@dataclass(frozen=True)
class SuccessionDone:
    """The post has a new holder. `code`: in clear, the only moment at which it is known; None for who is bound."""

    post: str
    before: str | None
    person: str
    code: str | None
    expires_at: datetime | None
    link: str | None = None


@dataclass(frozen=True)
class SuccessionUsage:
    """The words are not enough."""


def _present_preview(found: Succession) -> Reply:
    text = render("reply/succession", found=found, others=some_names(found.other_posts))
    confirm = Button(label("succession.confirm"), ConfirmChange(found.version).pack())
    return Reply(text, rows([confirm, Button(label("succession.drop"), CancelDraft(found.version).pack())]))


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    Succession: _present_preview,
    SuccessionDone: lambda said: Reply(render("reply/succession_done", said=said)),
    SuccessionUsage: lambda _: Reply(label("succession.usage")),
}
