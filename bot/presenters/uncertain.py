"""Messages of which nobody knows whether they arrived: what the office is told, and its list of them."""

from __future__ import annotations

from datetime import datetime

from bot.db.telling import Notice
from bot.domain.pushes import Priority, PushKind
from bot.presenters.words import render


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
