"""Deadlines as offices write them: "12月底前", "2025.12.31", "第三季度", "全年", "持续推进"."""

from __future__ import annotations

import calendar
import re
from datetime import date

from bot.reading.plain import squeezed

_WHOLE_YEAR = re.compile(
    r"(?:全年|本年|年内|当年|年底|年末|年终|持续|长期|常态|按?节点|按进度|按时序|按计划|按要求|每[月季年周])"
    r"(?:度|内|底|末|完成|推进|坚持|实施|化|进行|开展|落实|要求|时间|序)*"
)
_TAIL = re.compile(r"(?:\(含\))?(?:之?前|以前|完成|完工|到位)*[。;,.]*$")
_DAY = re.compile(
    r"(?:(?P<year>20\d{2}|今|本|当|次|明)(?:年度?|[./\-]))?(?P<month>\d{1,2})(?:月|[./\-])(?P<day>\d{1,2})[日号]?"
    r"(?:00:00:00)?"
)
_COMPACT = re.compile(r"(?P<year>20\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_MONTH = re.compile(
    r"(?:(?P<year>20\d{2}|今|本|当|次|明)(?:年度?|[./\-]))?(?P<month>\d{1,2})月?份?(?P<part>底|末|上旬|中旬|下旬|初)?"
)
_QUARTER = re.compile(
    r"(?:(?P<year>20\d{2}|今|本|当|次|明)年度?)?第?(?P<quarter>[1-4一二三四前])(?:三)?季度?(?:底|末)?"
)
_HALF = re.compile(r"(?:(?P<year>20\d{2}|今|本|当|次|明)年度?)?(?P<half>[上下])半年(?:底|末)?")
_YEAR_ONLY = re.compile(r"(?P<year>20\d{2}|今|本|当|次|明)年度?(?:底|末|内|全年)?")
_RANGE = re.compile(r"(?:(?:20\d{2}年)?\d{1,2}月?份?)[-—–~至到]+(?=(?:20\d{2}年)?\d{1,2}月)")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "前": 3}
_PART_DAYS = {"上旬": 10, "中旬": 20, "初": 10}
_NEXT_YEAR = ("次", "明")


def read_deadline(text: str, year: int) -> date | None:
    """The last day meant, `year` being the year that is not written; None when the text names no day.

    Words without a day ("全年", "持续推进", "节点") mean 31 December.
    """
    bare = _TAIL.sub("", squeezed(text))
    if not bare:
        return None
    if _WHOLE_YEAR.fullmatch(bare):
        return date(year, 12, 31)
    if match := _RANGE.match(bare):
        bare = bare[match.end() :]
    return _day(bare, year) or _month(bare, year) or _span(bare, year)


def _day(bare: str, year: int) -> date | None:
    match = _DAY.fullmatch(bare) or _COMPACT.fullmatch(bare)
    if match is None:
        return None
    return _date(_year(match["year"], year), int(match["month"]), int(match["day"]))


def _month(bare: str, year: int) -> date | None:
    match = _MONTH.fullmatch(bare)
    if match is None or ("月" not in bare and not match["year"]):
        return None
    on, month = _year(match["year"], year), int(match["month"])
    return _date(on, month, _PART_DAYS.get(match["part"] or "")) if 1 <= month <= 12 else None


def _span(bare: str, year: int) -> date | None:
    if match := _QUARTER.fullmatch(bare):
        word = match["quarter"]
        quarter = _QUARTERS[word] if word in _QUARTERS else int(word)
        return _date(_year(match["year"], year), quarter * 3, None)
    if match := _HALF.fullmatch(bare):
        return _date(_year(match["year"], year), 6 if match["half"] == "上" else 12, None)
    if match := _YEAR_ONLY.fullmatch(bare):
        return date(_year(match["year"], year), 12, 31)
    return None


def _year(word: str | None, year: int) -> int:
    if word in _NEXT_YEAR:
        return year + 1
    return int(word) if word and word.isdigit() else year


def _date(year: int, month: int, day: int | None) -> date | None:
    """The date, or the last day of the month without a day; None for 31 February and the like."""
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return date(year, month, last)
    return date(year, month, day) if 1 <= day <= last else None
