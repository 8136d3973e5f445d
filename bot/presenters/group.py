"""Groups bound by the office."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.db.telling import Notice
from bot.domain.pushes import Priority, PushKind
from bot.presenters.actions_console import EndGroup
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened
from bot.presenters.words import label, render


@dataclass(frozen=True)
class GroupCodeIssued:
    """A code in clear: this is the only moment at which it is known."""

    code: str
    unit: str
    expires_at: datetime


@dataclass(frozen=True)
class GroupBound:
    """A group is bound."""

    title: str
    unit: str


@dataclass(frozen=True)
class GroupShown:
    """A bound group. `by`: who bound it."""

    group_id: int
    title: str
    unit: str
    by: str
    at: datetime


@dataclass(frozen=True)
class GroupList:
    """Every bound group."""

    groups: tuple[GroupShown, ...]


@dataclass(frozen=True)
class GroupUnbound:
    """A binding ended."""

    title: str


def group_gone_notice(group_id: int, title: str, cancelled: int, now: datetime) -> Notice:
    """What the office is told when the bot was put out of a group."""
    return Notice(
        kind=PushKind.UNREACHABLE,
        text=render("push/group_gone", title=title, cancelled=cancelled),
        key=f"group_gone:{group_id}",
        reason="left_group",
        now=now,
        priority=Priority.ROUTINE,
    )


def _present_list(found: GroupList) -> Reply:
    buttons = [
        [Button(label("group.unbind", title=shortened(item.title, 20)), EndGroup(item.group_id).pack())]
        for item in found.groups
    ]
    return Reply(render("reply/groups", groups=found.groups), rows(*buttons))


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    GroupCodeIssued: lambda said: Reply(render("reply/group_code", said=said)),
    GroupBound: lambda said: Reply(render("reply/group_bound", said=said)),
    GroupList: _present_list,
    GroupUnbound: lambda said: Reply(render("reply/group_unbound", said=said)),
}
