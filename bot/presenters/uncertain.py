"""Messages of which nobody knows whether they arrived: what the office is told, and its list of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.db.telling import Notice
from bot.domain.pushes import Priority, PushKind
from bot.presenters.actions import SettleUncertain
from bot.presenters.plain import plain_text
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened
from bot.presenters.words import label, render, words_under

HEAD_LENGTH = 40


def uncertain_notice(now: datetime) -> Notice:
    """Told once an hour, however many there are: the list has them all."""
    return Notice(
        kind=PushKind.UNCERTAIN,
        text=render("push/uncertain"),
        key=f"uncertain:{now:%Y-%m-%dT%H}",
        reason="uncertain",
        now=now,
        priority=Priority.ROUTINE,
    )


@dataclass(frozen=True)
class UncertainPush:
    """A push without a receipt. `tried_at`: when it was sent last."""

    push_id: int
    kind: str
    person: str | None
    post: str | None
    text: str
    tried_at: datetime


@dataclass(frozen=True)
class UncertainList:
    """The oldest of them. `settled`: what has just been decided about which, True for a repetition."""

    pushes: tuple[UncertainPush, ...]
    more: int
    settled: tuple[int, bool] | None = None


def present_uncertain(found: UncertainList) -> Reply:
    """The list, each with its two buttons; the same words typed do the same."""
    kinds = words_under("uncertain.kind")
    lines = [
        (push, kinds.get(push.kind, kinds["other"]), shortened(plain_text(push.text).split("\n")[0], HEAD_LENGTH))
        for push in found.pushes
    ]
    buttons = [
        [
            Button(
                label(f"uncertain.{word}", number=push.push_id), SettleUncertain(push.push_id, word == "again").pack()
            )
            for word in ("again", "leave")
        ]
        for push in found.pushes
    ]
    return Reply(render("reply/uncertain", found=found, lines=lines), rows(*buttons))


def settling_typed(words: list[str]) -> tuple[int, bool] | None:
    """What "补发 12" or "作罢 12" asks for: the push, and whether it goes again. None for other words."""
    if len(words) != 2 or not words[1].isascii() or not words[1].isdigit() or len(words[1]) > 18:
        return None
    for word, again in (("again", True), ("leave", False)):
        if words[0] == label(f"uncertain.{word}", number="").strip():
            return int(words[1]), again
    return None
