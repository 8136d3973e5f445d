"""Units of measure as offices write them: "亿元", "万人次", "微克/立方米", "条(段)", "例(未处理)"."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.reading.measures import BASES, MAGNITUDES, RATIO

SCALES = {word: Decimal(size) for word, size in MAGNITUDES.items()} | {"": Decimal(1)}
# Units that lists use and that no typed value is converted from or into.
_UNCONVERTED = (
    "位 克 毫克 升 兆瓦 日 月 年 位次 名次 期 乡 街道 羽 尾 棵 类 群 根 口 眼 架 趟 标台 车位 泊位 点 站 店 "
    "标准箱 标箱 车次 条次 人年 人天 分贝 摄氏度 mg l ml mw kva db teu"
)
_BASES = frozenset(BASES) | frozenset(_UNCONVERTED.split())
RATES = frozenset(word for word, base in BASES.items() if base.family == RATIO)
SCORES = frozenset({"分"})
_SHAPE = re.compile(r"(?:[\u4e00-\u9fff%‰°A-Za-zμ/·()]|(?<=m)[23]){1,12}")
# Words of a sentence, not of a unit: "9个以上并完成验收".
_NOT_IN_UNIT = re.compile(r"以上|以下|以内|左右|力争|确保|其中|同比|完成|达到|不[低高少超]|[和或并且及约至到超]")
# A date, not an amount: "6月底前", "12月".
_DATE = re.compile(r"[年月日号季](?!度?$).*|月份?|号")
_PAREN_TAIL = re.compile(r"\([^()]*\)$")


def split_scale(unit: str) -> tuple[Decimal, str]:
    """A unit as factor and base: "万元" -> (10000, "元"); a unit that is no scaled one is its own base."""
    for word, factor in SCALES.items():
        base = unit[len(word) :]
        if unit.startswith(word) and _is_base(base):
            return factor, base
    return Decimal(1), unit


def is_known_unit(unit: str) -> bool:
    """Whether every part of the unit is a word from the list, with or without a scale before it."""
    bare = _PAREN_TAIL.sub("", unit)
    return bool(bare) and all(_is_base(split_scale(part)[1]) for part in bare.split("/"))


def is_unit_shaped(unit: str) -> bool:
    """Whether the text could be a unit at all: a few letters or characters, no digits, no words of a sentence."""
    if is_known_unit(unit) and unit not in ("月", "日"):
        return True
    return bool(_SHAPE.fullmatch(unit)) and not (_NOT_IN_UNIT.search(unit) or _DATE.fullmatch(unit))


def is_rate(unit: str | None) -> bool:
    """Per cent, per mille or percentage points."""
    return unit in RATES


def _is_base(word: str) -> bool:
    return word.lower() in _BASES
