"""The month until which a grade set by the office holds, at the beginning of its reason: 至12月, 到2026年12月底."""

from __future__ import annotations

import re

from bot.domain.period import Period

_UNTIL = re.compile(r"^[至到]\s*(?:(?P<year>\d{4})\s*[-年]\s*)?(?P<month>\d{1,2})\s*月?(?:份|底|止)*(?=[\s,，:：。]|$)")
_EDGES = " ,，:：。;；"


def read_until(text: str, year: int) -> tuple[Period | None, str]:
    """The month, of `year` where none is named, and the rest of the words; None and all of them without one."""
    match = _UNTIL.match(text)
    if match is None or not 1 <= int(match["month"]) <= 12:
        return None, text
    return Period(int(match["year"] or year), int(match["month"])), text[match.end() :].strip(_EDGES)
