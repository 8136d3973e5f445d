"""A year's own working days, kept as text on its row so that every use case reads them with the year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import orjson

# The day, whether the office works on it, and why.
Day = tuple[date, bool, str]


def days_of(text: str) -> tuple[Day, ...]:
    """The days in order; none for the empty text."""
    return tuple((date.fromisoformat(day), bool(works), str(note)) for day, works, note in orjson.loads(text or "[]"))


def text_of(days: Iterable[Day]) -> str:
    """The stored form; the same days always give the same text."""
    found = [[day.isoformat(), works, note] for day, works, note in sorted(days)]
    return orjson.dumps(found).decode() if found else ""
