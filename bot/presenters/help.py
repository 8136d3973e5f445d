"""What a person can do, by role, with examples."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.kinds import Role
from bot.presenters.reply import Reply
from bot.presenters.words import label, render


@dataclass(frozen=True)
class Help:
    """`example`: an indicator that this person answers for; None when there is none."""

    role: Role
    posts: tuple[str, ...]
    example: str | None


def present_help(found: Help) -> Reply:
    """The commands of the role, each with what to type."""
    text = render(
        "reply/help",
        role=found.role.value,
        posts=label("push.comma").join(found.posts),
        example=found.example or label("ask.example"),
    )
    return Reply(text)
