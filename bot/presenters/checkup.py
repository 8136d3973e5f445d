"""Findings in words: text and hint of each id are in templates/words/checkup.toml."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.checkup import Finding, Level
from bot.presenters.words import label

ITEMS_SHOWN = 5
_LEVELS = {"E": Level.ERROR, "W": Level.WARNING, "I": Level.INFO}


def listing(items: Sequence[str]) -> str:
    """The first few of what a finding is about."""
    shown = label("lists.listing").join(items[:ITEMS_SHOWN])
    return f"{shown}…" if len(items) > ITEMS_SHOWN else shown


def finding(area: str, number: str, **values: object) -> Finding:
    """The finding `baton.<area>.<number>`, such as ("db", "E001"); its letter is its level."""
    return Finding(
        id=f"baton.{area}.{number}",
        level=_LEVELS[number[0]],
        text=label(f"checkup.{area}.{number}.text", **values),
        hint=label(f"checkup.{area}.{number}.hint", **values),
    )
