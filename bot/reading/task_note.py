"""What is recorded on a task besides its steps: measures, publication, the call-back of an opinion, a contact made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.reading.folding import fold
from bot.reading.order_text import read_day

_APART = r"(?=[\s:,，。;；]|$)[\s:,，。;；]*"
_VERDICT = r"(?P<verdict>不满意|不太满意|基本满意|满意|较满意|非常满意)"
_CALLED_BACK = re.compile(rf"\s*(?:电话|已)?回访(?:结果|情况)?[\s:,，]*{_VERDICT}{_APART}(?P<rest>.*)", re.DOTALL)
_PUBLISHED = re.compile(r"\s*(?:已)?(?:公示|公开|张榜)(?:情况)?[\s:,，]*(?P<rest>.*)", re.DOTALL)
_MEASURE = re.compile(rf"\s*(?:整改|采取)?(?:的)?措施{_APART}(?P<rest>.+)", re.DOTALL)
_CONTACTED = re.compile(r"\s*(?:已|已经)(?:对接|联系|沟通|走访)(?:了)?[\s:,，]*(?P<rest>.*)", re.DOTALL)
_NEXT = re.compile(
    r"下(?:次|一次|步)(?:对接|联系|沟通)?(?:时间)?(?:定于|在|于)?[\s:,，]*"
    r"(?P<day>[0-9年月日.\-/]+(?:底|中旬|上旬)?)"
)
_PLAIN = ((_PUBLISHED, "published"), (_MEASURE, "measure"))


@dataclass(frozen=True, slots=True)
class NoteText:
    """A record on a task. `satisfied`: of a call-back; `next_day`: when the next contact is due."""

    what: str
    words: str
    satisfied: bool | None = None
    next_day: date | None = None


def read_note(text: str, today: date) -> NoteText | None:
    """回访 满意, 公示 …, 措施 …, 已对接 … 下次 1-15; None for other words."""
    folded = fold(text)
    if match := _CALLED_BACK.match(folded):
        words = text[match.start("rest") : match.end("rest")].strip()
        return NoteText("called_back", words, satisfied="不" not in match["verdict"])
    for pattern, what in _PLAIN:
        if match := pattern.match(folded):
            return NoteText(what, text[match.start("rest") :].strip())
    if match := _CONTACTED.match(folded):
        following = _NEXT.search(folded)
        day = _coming(following["day"], today) if following else None
        end = following.start() if following and day else len(text)
        return NoteText("contacted", text[match.start("rest") : end].strip(" ,，。;；"), next_day=day)
    return None


def _coming(words: str, today: date) -> date | None:
    """1-15 said in December is next January."""
    day = read_day(words, today)
    if day is not None and day < today and not words.startswith("20"):
        return day.replace(year=day.year + 1)
    return day
