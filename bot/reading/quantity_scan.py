"""Finds every number with its unit in a typed text. Which of them is the reported value is decided in quantity.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bot.reading.folding import fold
from bot.reading.measures import BASES, NEVER_AFTER, NOT_BEFORE
from bot.reading.numerals import DIGIT_CHARS, SMALL_CHARS, read_numeral, shrink


class QuantityKind(StrEnum):
    """How the number was written."""

    NUMBER = "number"
    PERCENT = "percent"
    PERMILLE = "permille"
    # 八成五, 一半: a share, written without a percent sign.
    SHARE = "share"
    # 个百分点: a change of a rate.
    POINTS = "points"


class Trend(StrEnum):
    """The word of movement before the number: 增长7.2%, 下降0.5%."""

    RISING = "rising"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` counts `unit` as typed: 86.5亿元 is 86.5 of "亿元", 百分之八十五 is 85 of "%".

    `span` is the part of the typed text, sign and unit included. A falling change is negative.
    """

    value: Decimal
    unit: str | None
    percent: bool
    span: tuple[int, int]
    kind: QuantityKind
    approximate: bool = False
    trend: Trend | None = None
    # Chinese numerals are also words (一个项目停工), so they need better company than digits do.
    spelled: bool = False


_D, _S = DIGIT_CHARS, SMALL_CHARS
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:(?:\.|。(?=[0-9]{1,2} ?(?:亿|万|%|$)))[0-9]+)?)"
_RUN = rf"(?:{_ARABIC}|[{_D}{_S}])(?:[{_D}{_S}万亿]|点(?=[{_D}])|(?<=[{_S}万亿]){_ARABIC})*"
_UNITS = "|".join(
    re.escape(word)
    + (f"(?![{NOT_BEFORE[word]}])" if word in NOT_BEFORE else "")
    + ("(?![a-z])" if word.isascii() and word != "%" else "")
    for word in sorted(BASES, key=len, reverse=True)
)
_NUMBER = re.compile(
    rf"(?P<part>[百千]分之)?(?P<run>{_RUN})(?P<more>[多余来](?=[万亿个家项件人]))? ?"
    rf"(?P<big>万亿|亿|万)?(?P<more2>[多余])? ?(?P<unit>{_UNITS})?"
)
_SHARE = re.compile(
    r"(?P<tens>[0-9]|[一二两三四五六七八九])成(?P<ones>[0-9]|[一二三四五六七八九半])?(?![立功员本效果熟为交都长绩品型份分套色])"
)
_HALF = re.compile(r"(?<=完成)(?:了|过)?(?P<half>一半)")
_SIGN = re.compile(r"(?:负 ?|(?P<dash>-) ?|(?P<plus>\+) ?)$")
_ABOUT = re.compile(r"(?:约|大约|大概|将近|接近|近|差不多|超过|超|逾|突破) ?$")
_MORE_OR_LESS = re.compile(r" ?(?:左右|上下|多|余|以上|以内|以下)(?=$|[ ,，。;；、!！)）])")
_THRESHOLD = re.compile(r" ?(?:及?以[上下内外]|之间)")
_RISING = re.compile(r"(?:增长|增加|提高|上升|提升|增幅|增)(?:了|为)?(?:约|近)? ?$")
_FALLING = re.compile(r"(?:下降|降低|减少|下滑|回落|负增长|减|降)(?:了|为)?(?:约|近)? ?$")
_RANGE_BEFORE = re.compile(r"[0-9%万亿个家] ?[-~—至到] ?$")
_RANGE_AFTER = re.compile(r" ?[-~—至] ?[0-9]")
_WORD_BEFORE = re.compile(r"[a-z&.][-.]?$|[0-9][./:]$|[a-z0-9][/_]$|[第零一二三四五六七八九唯统]$")
_NO_GROWTH = re.compile(r" ?增长")


def find_quantities(text: str) -> list[Quantity]:
    """Every quantity in `text`, left to right; dates, ranges, ordinals and parts of words are not quantities."""
    folded = fold(text)
    return [found for found in _scan(folded) if found is not None]


def _scan(text: str) -> Iterator[Quantity | None]:
    position = 0
    while position < len(text):
        share = _SHARE.match(text, position) or _HALF.match(text, position)
        if share is not None and not _WORD_BEFORE.search(text, max(0, position - 3), position):
            yield _share(text, share)
            position = share.end()
            continue
        match = _NUMBER.match(text, position)
        if match is None:
            position += 1
            continue
        yield _number(text, match)
        position = max(match.end(), position + 1)


def _share(text: str, match: re.Match[str]) -> Quantity:
    groups = match.groupdict()
    if groups.get("half"):
        value, start = Decimal(50), match.start("half")
    else:
        ones = {"半": Decimal(5)}.get(groups["ones"] or "")
        value = (_digit(groups["tens"]) * 10) + (ones if ones is not None else _digit(groups["ones"] or "零"))
        start = match.start()
    return Quantity(value, "%", True, (start, match.end()), QuantityKind.SHARE, approximate=_is_about(text, start))


def _digit(char: str) -> Decimal:
    return read_numeral(char) or Decimal(0)


def _is_about(text: str, start: int) -> bool:
    return _ABOUT.search(text, max(0, start - 5), start) is not None


def _number(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    end = start + len(match[0].rstrip())
    if _is_part_of_something(text, match, end):
        return None
    run = match["run"].replace(",", "").replace("。", ".")
    big = match["big"] or ""  # 90多亿: the magnitude stands apart from its digits
    read = _read_run(run + big)
    if read is None:
        return None
    value, magnitude = read
    unit = magnitude + (match["unit"] or "")
    quantity = _of_kind(value, unit, match, (start, end))
    about = (
        bool(match["more"] or match["more2"])
        or _is_about(text, _before_sign(text, start))
        or bool(_MORE_OR_LESS.match(text, end))
    )
    return _with_movement(
        text, replace(quantity, approximate=about, spelled=not match["run"][0].isdigit() or match["run"][0] in _D)
    )


def _is_part_of_something(text: str, match: re.Match[str], end: int) -> bool:
    """A date, an ordinal, a model number, a range, a threshold inside a name: no value of its own."""
    start = match.start()
    after = text[end : end + 2]
    if _WORD_BEFORE.search(text, max(0, start - 3), start) or _RANGE_BEFORE.search(text, max(0, start - 3), start):
        return True
    if _RANGE_AFTER.match(text, end) or re.match(r"[./:][0-9]|[a-z]", text[end : end + 2]):
        return True
    if not match["unit"] and not match["big"] and after.lstrip().startswith(NEVER_AFTER):
        return True
    if match["unit"] is None and re.match(r"个(?:[月工季多])", text[end : end + 2]):
        return True
    return bool(_THRESHOLD.match(text, end)) and not _MORE_OR_LESS.match(text, end)


def _read_run(run: str) -> tuple[Decimal, str] | None:
    """Value and magnitude: 一百二十万 is 120 of "万", 3万2千 is 3.2 of "万", 15000 is 15000 of ""."""
    for word, zeros in (("万亿", 12), ("亿", 8), ("万", 4)):
        if word not in run:
            continue
        whole = read_numeral(run)
        return None if whole is None else (shrink(whole, zeros), word)
    value = read_numeral(run)
    return None if value is None else (value, "")


def _of_kind(value: Decimal, unit: str, match: re.Match[str], span: tuple[int, int]) -> Quantity:
    if match["part"]:
        permille = match["part"] == "千分之"
        kind = QuantityKind.PERMILLE if permille else QuantityKind.PERCENT
        return Quantity(value, "‰" if permille else "%", not permille, span, kind)
    if unit == "%":
        return Quantity(value, unit, True, span, QuantityKind.PERCENT)
    if unit == "‰":
        return Quantity(value, unit, False, span, QuantityKind.PERMILLE)
    if unit in {"个百分点", "百分点", "个点"}:
        return Quantity(value, "百分点", True, span, QuantityKind.POINTS)
    return Quantity(value, unit or None, False, span, QuantityKind.NUMBER)


def _before_sign(text: str, start: int) -> int:
    sign = _SIGN.search(text, max(0, start - 2), start)
    return sign.start() if sign else start


def _with_movement(text: str, found: Quantity) -> Quantity:
    """Apply the sign and the word of movement that stand before the number."""
    start, end = found.span
    value, trend = found.value, found.trend
    before = _before_sign(text, start)
    if before < start and _is_sign(text, before, start, found):
        value, start = (value if text[before] == "+" else -value), before
    if found.unit is None and _NO_GROWTH.match(text, end) and value == 0:
        return replace(found, unit="%", percent=True, kind=QuantityKind.PERCENT, trend=Trend.RISING)
    if _FALLING.search(text, max(0, start - 8), start):
        value, trend = -abs(value), Trend.FALLING
    elif _RISING.search(text, max(0, start - 8), start):
        trend = Trend.RISING
    return replace(found, value=value, span=(start, end), trend=trend)


def _is_sign(text: str, at: int, start: int, found: Quantity) -> bool:
    """A dash straight after a name separates it from an amount (投资-98.6亿) but belongs to a rate (增速-0.5%)."""
    if text[at] != "-":
        return True
    if found.percent or found.kind is QuantityKind.PERMILLE:
        return True
    spaced = text[at + 1 : start].strip(" ") != text[at + 1 : start]
    return not spaced and (
        at == 0 or text[at - 1] in " ,，:：(（;；。" or text[max(0, at - 2) : at] in {"完成", "达到", "增长", "增速"}
    )
