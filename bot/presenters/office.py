"""What the office is told about leaves and silences: one sentence each, and their lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.presenters.actions_console import EndLeave
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.words import label, month_day, render

MOST_BUTTONS = 12


@dataclass(frozen=True)
class OfficeSaid:
    """A sentence of templates/words/office.toml with what it names."""

    code: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """A line of a list: who or what, from when until when, and what else there is to say."""

    about: str
    first: date
    last: date
    more: str
    by: str = ""
    id: int = 0


@dataclass(frozen=True)
class LeaveList:
    """Who is away, now or soon."""

    lines: tuple[Span, ...]


@dataclass(frozen=True)
class SilenceList:
    """What is silenced."""

    lines: tuple[Span, ...]


def present_office(said: OfficeSaid) -> Reply:
    """The sentence."""
    return Reply(render("reply/office_said", text=label(f"office.{said.code}", **said.values)))


def present_leaves(found: LeaveList) -> Reply:
    """Who is away, each with a button that ends it early."""
    buttons = [[Button(label("office.end_leave", person=line.about), EndLeave(line.id).pack())] for line in found.lines]
    return Reply(render("reply/leaves", lines=found.lines), rows(*buttons[:MOST_BUTTONS]))


def present_silences(found: SilenceList) -> Reply:
    """What is silenced."""
    return Reply(render("reply/silences", lines=found.lines))


def day(value: date) -> str:
    """A day in words."""
    return month_day(value)


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    OfficeSaid: present_office,
    LeaveList: present_leaves,
    SilenceList: present_silences,
}
