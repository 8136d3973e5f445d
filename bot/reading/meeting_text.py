"""What is typed around a dispatch meeting: its call, an answer to it, its decisions one per line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

from bot.reading.folding import fold
from bot.reading.order_text import read_day
from bot.reading.task_text import due_in

_DAY = re.compile(
    r"(?:20\d\d\s*[年./-]\s*)?\d{1,2}\s*(?:月\s*\d{1,2}\s*[日号]?|[./-]\s*\d{1,2}\s*[日号]?)(?![\d:])|今天|明天|后天"
)
_TIME = re.compile(
    r"(?P<half>上午|下午|晚上|早上|中午)?\s*(?P<hour>\d{1,2})\s*(?::\s*(?P<minute>\d{2})|[点时]\s*(?:(?P<said>\d{1,2})\s*分?|(?P<thirty>半))?)"
)
_WORD = re.compile(r"\s*(?:发起|召开|开|新开)?\s*调度会?(?:议)?(?=[\s:,，]|$)[\s:,，]*")
_KIND = re.compile(r"(?P<quarterly>季度(?:调度)?|每季)|(?P<monthly>月度(?:调度)?|每月)")
_PLACE = re.compile(r"(?:地点|在)\s*[:：]?\s*(?P<place>[^\s,，;；]+)")
_ROOM = re.compile(r".*(?:会议室|室|厅|楼|会议中心|礼堂|视频|会场|中心|现场)(?:\d*)$")
_SPLIT = re.compile(r"[\s,，;；、]+")
_SOON = {"今天": 0, "明天": 1, "后天": 2}
_SENDS = (
    r"\s*(?:派人|派|委派|由|安排|请)[\s:,，]*(?P<rest>\S{2,20}?)"
    r"(?:同志)?(?:代为?|替我?)?(?:参加|参会|出席|代会)[\s。.]*$"
)
_ANSWER: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s*(?:我|按时|准时|本人)?(?:参加|参会|出席|到会)(?:会议)?[\s。.!！]*$"), "comes"),
    (re.compile(r"\s*(?:请假|不能参加|无法参加|参加不了|不参加)[\s:,，。]*(?P<rest>.*)$", re.DOTALL), "away"),
    (re.compile(_SENDS), "sends"),
    (re.compile(r"\s*派人(?:参加)?[\s:,，]*(?P<rest>.*)$", re.DOTALL), "sends"),
)
_DECISION_WORD = re.compile(r"\s*(?:会议)?(?:决定|议定|明确)(?:事项)?(?=[\s:,，。、\n\d(（一]|$)[\s:,，。]*")
_NUMBERING = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．:：]|[-·•●①-⑳])\s*(?!\d)")
# 12月底前完成5个项目: a date with what is to be done written on to it.
_GLUED = re.compile(r"(?:\d[\d年月日.\-/]*(?:底|中旬|上旬)?|月底|年底)(?:之?前|以?内)(?=\S)")
EDGES = " \t:：,，。;；、"
_APART = re.compile(r"[、,，;；和与及/]")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩ "
_OF_UNIT = re.compile(r"^(?:由|请|责成)\s*")


@dataclass(frozen=True, slots=True)
class CallText:
    """A meeting as typed; what was not said is None or empty. `names`: words that may be units, leaders or a place."""

    quarterly: bool | None
    day: date | None
    at: time | None
    place: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerText:
    """An answer to an invitation; `words`: why away, or who comes."""

    answer: str
    words: str


@dataclass(frozen=True, slots=True)
class DecisionText:
    """A line of the minutes: `words` begin with who does it."""

    line: str
    words: str
    due: date | None


def is_call(text: str) -> bool:
    """Whether it is about calling a meeting: 调度 12-10 14:30 …; 调度 3次 is not."""
    match = _WORD.match(fold(text))
    if match is None:
        return False
    return read_call(text[match.end() :], date(2000, 1, 1)).day is not None


def read_call(text: str, today: date) -> CallText:
    """The parts of a call, in any order; the word 调度 before them may be missing."""
    folded = fold(text)
    start = _WORD.match(folded)
    at = start.end() if start else 0
    folded, rest = folded[at:], text[at:]
    folded, rest, kind = _cut(_KIND, folded, rest)
    folded, rest, when = _cut(_DAY, folded, rest)
    folded, rest, clock = _cut(_TIME, folded, rest)
    folded, rest, where = _cut(_PLACE, folded, rest)
    names = [word for word in _SPLIT.split(rest) if word]
    place = rest_of(where, "place")
    if not place:
        room = next((word for word in names if _ROOM.fullmatch(fold(word))), None)
        if room is not None:
            place = room
            names.remove(room)
    return CallText(
        quarterly=None if kind is None else kind.match["quarterly"] is not None,
        day=_day(when.match.group(), today) if when else None,
        at=_time(clock.match) if clock else None,
        place=place,
        names=tuple(names),
    )


@dataclass(frozen=True, slots=True)
class _Cut:
    """A part that was found, with its words as typed."""

    match: re.Match[str]
    typed: str


def _cut(pattern: re.Pattern[str], folded: str, text: str) -> tuple[str, str, _Cut | None]:
    """The texts without the part, a space in its place so that its neighbours stay apart."""
    match = pattern.search(folded)
    if match is None:
        return folded, text, None
    start, end = match.span()
    found = _Cut(match, text[start:end])
    return f"{folded[:start]} {folded[end:]}", f"{text[:start]} {text[end:]}", found


def rest_of(found: _Cut | None, group: str) -> str:
    """A named part of what was cut out, as typed."""
    if found is None:
        return ""
    start = found.match.start(group) - found.match.start()
    return found.typed[start : found.match.end(group) - found.match.start()]


def _day(words: str, today: date) -> date | None:
    if words in _SOON:
        return date.fromordinal(today.toordinal() + _SOON[words])
    day = read_day(words, today)
    # 1-10 typed in December is next January.
    if day is not None and day.year == today.year and not re.match(r"20\d\d", words) and (today - day).days > 180:
        return day.replace(year=day.year + 1)
    return day


def _time(match: re.Match[str]) -> time | None:
    hour = int(match["hour"])
    minute = 30 if match["thirty"] else int(match["minute"] or match["said"] or 0)
    if match["half"] in ("下午", "晚上") and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_answer(text: str) -> AnswerText | None:
    """参加, 请假 原因, 派人 李明; None for other words."""
    folded = fold(text)
    for pattern, answer in _ANSWER:
        match = pattern.match(folded)
        if match is not None:
            words = text[match.start("rest") : match.end("rest")].strip() if "rest" in match.groupdict() else ""
            return AnswerText(answer, words)
    return None


def is_decisions(text: str) -> bool:
    """Whether it begins like the decisions of a meeting."""
    match = _DECISION_WORD.match(fold(text))
    return match is not None and match.end() < len(text)


def read_decisions(text: str, today: date) -> tuple[DecisionText, ...]:
    """One decision per line; numbering and the word 决定 before a line do not count."""
    found = []
    for line in text.splitlines():
        words = line.strip().lstrip(_CIRCLED)
        for pattern in (_NUMBERING, _DECISION_WORD, _NUMBERING, _OF_UNIT):
            match = pattern.match(fold(words))
            words = words[match.end() :] if match else words
        if words:
            due, rest = due_in(_GLUED.sub(r" \g<0> ", words), today)
            found.append(DecisionText(line.strip(), rest, due))
    return tuple(found)


def apart(words: str) -> list[str]:
    """Names that are written together: 区发改局、区财政局."""
    return [part for part in _APART.split(words) if part]
