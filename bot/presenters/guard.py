"""What the guard says before any handler is reached."""

from __future__ import annotations

from bot.presenters.reply import Button, Reply, rows
from bot.presenters.words import label, render


def present_stranger() -> Reply:
    """The one polite sentence for an unknown account."""
    return Reply(render("reply/guard_stranger"))


def present_flood() -> Reply:
    """Said once to somebody who writes faster than a person can."""
    return Reply(render("reply/guard_flood"))


def present_group(username: str) -> Reply:
    """A command in a group: we talk in private."""
    button = Button(label("guard.private_chat"), url=f"https://t.me/{username}")
    return Reply(render("reply/guard_group"), rows([button]))


def present_bind_in_group() -> Reply:
    """The command belongs into the group itself."""
    return Reply(render("reply/guard_bind_in_group"))


def present_other_role() -> Reply:
    """A command of another role."""
    return Reply(render("reply/guard_other_role"))
