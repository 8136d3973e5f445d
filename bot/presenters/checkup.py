"""Findings in words: text and hint of each id are in templates/words/checkup.toml."""

from __future__ import annotations

from bot.domain.checkup import Finding, Level
from bot.presenters.words import label

_LEVELS = {"E": Level.ERROR, "W": Level.WARNING, "I": Level.INFO}


def finding(area: str, number: str, **values: object) -> Finding:
    """The finding `baton.<area>.<number>`, such as ("db", "E001"); its letter is its level."""
    return Finding(
        id=f"baton.{area}.{number}",
        level=_LEVELS[number[0]],
        text=label(f"checkup.{area}.{number}.text", **values),
        hint=label(f"checkup.{area}.{number}.hint", **values),
    )
