"""Units of measure as offices write them: "亿元", "万人次", "微克/立方米", "条(段)", "例(未处理)"."""

from __future__ import annotations

import re
from decimal import Decimal

SCALES = {
    "万亿": Decimal(10) ** 12,
    "千亿": Decimal(10) ** 11,
    "百亿": Decimal(10) ** 10,
    "十亿": Decimal(10) ** 9,
    "亿": Decimal(10) ** 8,
    "千万": Decimal(10) ** 7,
    "百万": Decimal(10) ** 6,
    "十万": Decimal(10) ** 5,
    "万": Decimal(10) ** 4,
    "千": Decimal(10) ** 3,
    "百": Decimal(10) ** 2,
    "": Decimal(1),
}
_WORDS = (
    "元 美元 欧元 港元 日元 个 家 户 人 人次 名 位 件 项 次 起 例 宗 场 篇 部 台 套 辆 条 段 座 "
    "处 所 栋 幢 间 亩 公顷 平方米 平方公里 平方千米 公里 千米 米 吨 千克 公斤 斤 克 毫克 微克 立方米 "
    "升 方 度 千瓦 千瓦时 兆瓦 小时 课时 学时 分钟 天 日 月 年 分 位次 名次 张 本 册 期 批 批次 班 "
    "支 队 村 镇 乡 街道 社区 小区 头 只 羽 尾 株 棵 盏 床 学位 床位 单 笔 份 类 种 对 组 群 片 "
    "块 根 口 眼 艘 架 趟 标台 车位 泊位 点 站 店 倍 吨标准煤 标准箱 标箱 户次 件次 家次 车次 场次 "
    "班次 条次 人年 人天 % ‰ 个百分点 百分点 个点 分贝 摄氏度 m m2 m3 km km2 kg t mg "
    "ug μg l ml kw mw kwh kva db teu "
)
_BASES = frozenset(_WORDS.split())
RATES = frozenset({"%", "‰", "个百分点", "百分点", "个点"})
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
