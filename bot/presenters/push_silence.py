"""What the office hears when silences are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.presenters.reply import Reply
from bot.presenters.shortening import shortened
from bot.presenters.words import render

LINES = 6


@dataclass(frozen=True)
class EndedSilence:
    """A silence that is over. `held`: how many reminders it held back, by indicator."""

    about: str
    until: date
    reason: str
    by: str
    held: tuple[tuple[str, int], ...]


def present_ended_silences(ended: Sequence[EndedSilence]) -> Reply:
    """Each with its reason and what it held back."""
    return Reply(render("push/silence", ended=ended[:LINES], more=len(ended) - LINES, lines=LINES, short=shortened))
