"""What the office types about people and silences: who is away and who stands in, what is held back until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.reading.folding import fold
from bot.reading.order_text import read_day

_DAY = r"(?:20\d\d[年./-])?\d{1,2}(?:月|[./-])\d{1,2}[日号]?"
_LEAVE = re.compile(r"\s*(?P<who>\S+?)\s*(?:请假|出差|外出|休假)\s*[:,，]?\s*(?P<rest>.*)", re.DOTALL)
_SPAN = re.compile(
    rf"(?:自|从)?\s*(?P<first>{_DAY}|今天|今日)?\s*(?P<to>到|至|~|—|–|--|-(?=\s*\d))?\s*(?P<last>{_DAY})?"
)
_ACTS = r"(?:代理|代为处理|代办|代班|代管|顶班|代)"
_STAND_INS = (
    re.compile(rf"(?:由|请|让)\s*(?P<who>[^\s,。;]{{2,12}}?)\s*{_ACTS}?[\s。.]*$"),
    re.compile(rf"(?:^|[\s,])(?P<who>[^\s,。;]{{2,12}}?)\s*{_ACTS}[\s。.]*$"),
)
_UNTIL = re.compile(
    rf"\s*(?:到|至|截至|截止到?|直到)\s*(?P<day>{_DAY}|\d{{1,2}}月(?:份|底|末|中旬|上旬|下旬)?|年底|月底|本月底|下月底?)\s*(?:止|前|为止)?"
)


@dataclass(frozen=True, slots=True)
class LeaveText:
    """A leave as typed; what was not understood is None or empty."""

    person: str
    first: date | None
    last: date | None
    stand_in: str


@dataclass(frozen=True, slots=True)
class SilenceText:
    """A silence as typed: of what, until when, why."""

    about: str
    until: date | None
    reason: str


def read_leave(text: str, today: date) -> LeaveText:
    """ "王强 请假 11-20至11-25 由李明代"; without a first day from today on, with one day for that day."""
    folded = fold(text)
    match = _LEAVE.match(folded)
    if match is None:
        return LeaveText("", None, None, "")
    person = text[match.start("who") : match.end("who")]
    rest = folded[match.start("rest") :].strip()
    stand_in = next((found for pattern in _STAND_INS if (found := pattern.search(rest))), None)
    days = _SPAN.search(rest[: stand_in.start()] if stand_in else rest)
    first = _day(days["first"] if days else None, today)
    last = _day(days["last"] if days else None, today)
    if days is not None and first is None and last is not None:
        first = today
    if first is not None and last is None:
        last = first
    return LeaveText(person, first, last, stand_in["who"] if stand_in else "")


def _day(words: str | None, today: date) -> date | None:
    if not words:
        return None
    return today if words.startswith("今") else read_day(words, today)


def read_silence(text: str, today: date) -> SilenceText:
    """ "固定资产投资 至12-01 等统计口径": what stands before the day is the subject, what follows the reason."""
    match = _UNTIL.search(fold(text))
    if match is None:
        about, _, reason = text.strip().partition(" ")
        return SilenceText(about.strip(), None, reason.strip())
    about = text[: match.start()].strip(" ,，:：")
    reason = text[match.end() :].strip(" ,，。:：")
    return SilenceText(about, read_day(match["day"], today), re.sub(r"^(?:因为?|原因(?:是|为)?)[\s:：]*", "", reason))
