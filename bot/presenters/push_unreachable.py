"""What the office is told about somebody whom messages cannot reach."""

from __future__ import annotations

from datetime import datetime

from bot.db.reachability import REASON, LostContact
from bot.db.telling import Notice
from bot.domain.kinds import Role
from bot.domain.pushes import Priority, PushKind
from bot.presenters.words import render

# Whoever is there of these: the office can telephone.
TOLD = (Role.OFFICE, Role.ADMIN)


def unreachable_notice(lost: LostContact, now: datetime, urgent_too: int = 0) -> Notice:
    """The notice. `urgent_too`: urgent messages that failed besides those that were still queued."""
    urgent = lost.urgent + urgent_too
    text = render("push/unreachable", person=lost.person, post=lost.post, cancelled=lost.cancelled, urgent=urgent)
    return Notice(
        kind=PushKind.UNREACHABLE,
        text=text,
        key=f"unreachable:{lost.account_id}:{now.isoformat()}",
        reason=REASON,
        now=now,
        priority=Priority.ROUTINE,
        second=urgent > 0,
    )
