"""What the office types under a reminder: 附言 请今天下班前报, 明天9点发, 14:30发."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.reading.folding import fold
from bot.reading.numerals import read_numeral
from bot.reading.order_text import read_day

_WORDS = re.compile(r"\s*(?:加?附言|留言|加一句)[\s:,，]*(?P<rest>.*)", re.DOTALL)
_HALVES = r"早上|上午|中午|下午|晚上|今晚|明早|明晚"
_NUMBER = r"\d{1,2}|[一二三四五六七八九十两]{1,3}"
_WHEN = re.compile(
    rf"\s*(?:定时|预约)?[\s:]*(?P<day>今天|今日|明天|明日|后天|(?:20\d\d[年./-])?\d{{1,2}}(?:月|[./-])\d{{1,2}}[日号]?)?\s*"
    rf"(?P<half>{_HALVES})?\s*(?P<hour>{_NUMBER})\s*(?:[:点时](?P<minute>\d{{1,2}}|半)?(?:分)?整?)\s*(?:再?发(?:送|出)?|催)?[\s。.]*"
)
_AT_ONCE = re.compile(r"\s*(?:取消定时|不定时|马上发|立即发|现在发)[\s。.]*")
_RECORD = re.compile(r"\s*(?:查看)?催[办报](?:的)?(?:记录|台账|情况)[\s。.]*")
_MATTERS = (
    (re.compile(r"\s*催(?:办)?\s*(?:一下)?(?:预警单?|签收|反馈)[\s。.]*"), "order"),
    (re.compile(r"\s*催(?:办)?\s*(?:一下)?(?:任务|督办|交办事项|批示|待办)[\s。.]*"), "task"),
    (re.compile(r"\s*催(?:交|报|办)?\s*(?:一下)?(?:台账|佐证|佐证材料)[\s。.]*"), "evidence"),
)
_DAYS = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2}


@dataclass(frozen=True, slots=True)
class UrgeText:
    """The office's own sentence ("" takes it away), or a time (None with `at_once`)."""

    words: str | None = None
    at: datetime | None = None
    at_once: bool = False


def read_urge(text: str, now: datetime, zone: ZoneInfo) -> UrgeText | None:
    """What the words say of the reminder that is open; None for other words."""
    folded = fold(text)
    match = _WORDS.fullmatch(folded)
    if match is not None:
        return UrgeText(words=" ".join(text[match.start("rest") :].split()))
    if _AT_ONCE.fullmatch(folded):
        return UrgeText(at_once=True)
    moment = read_moment(text, now, zone)
    return UrgeText(at=moment) if moment is not None else None


def is_record(text: str) -> bool:
    """Whether the record of urgings is wanted."""
    return _RECORD.fullmatch(fold(text)) is not None


def matter_named(text: str) -> str | None:
    """What is to be urged for, where the words are nothing but that: 催预警, 催任务, 催台账."""
    folded = fold(text)
    return next((matter for pattern, matter in _MATTERS if pattern.fullmatch(folded)), None)


def read_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """A day and a time of day, "明天9点", "14:30", "12-01 下午3点半"; without a day the next such time. In UTC."""
    match = _WHEN.fullmatch(fold(text))
    if match is None:
        return None
    half, local = match["half"] or "", now.astimezone(zone)
    hour, minute = _number(match["hour"]), 30 if match["minute"] == "半" else int(match["minute"] or 0)
    if hour is not None and hour < 12 and half in ("下午", "晚上", "今晚", "明晚"):
        hour += 12
    if hour is None or hour > 23 or minute > 59:
        return None
    day = _day(match["day"], half, local.date())
    if day is None:
        return None
    found = datetime.combine(day, time(hour, minute), zone)
    if match["day"] is None and half not in ("明早", "明晚", "今晚") and found <= local:
        found = datetime.combine(day + timedelta(days=1), time(hour, minute), zone)
    return found.astimezone(now.tzinfo)


def _number(words: str) -> int | None:
    if words.isdigit():
        return int(words)
    found = read_numeral(words.replace("两", "二"))
    return int(found) if found is not None and found == int(found) else None


def _day(words: str | None, half: str, today: date) -> date | None:
    if words is None:
        return today + timedelta(days=1 if half.startswith("明") else 0)
    if words in _DAYS:
        return today + timedelta(days=_DAYS[words])
    return read_day(words, today)
