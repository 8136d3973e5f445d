"""The words of the column 指标性质, both ways, with a plan curve: "累计（计划：6月30%，9月70%，12月100%）"."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from bot.domain.kinds import Kind
from bot.reading.plain import squeezed
from bot.sheets.cells import bare_number
from bot.sheets.records import CurvePoint

# The first word of each kind is the one that is written.
_WORDS: dict[Kind, str] = {
    Kind.CUMULATIVE: "累计 累计型 累计值 总量",
    Kind.GROWTH: "增速 增速型 增长率 增长",
    Kind.LEVEL: "水平 水平型 比率 比例",
    Kind.MILESTONE: "项目 项目型 节点 节点型 里程碑",
    Kind.CONTROL_CUMULATIVE: "控制累计 控制累计型 累计控制",
    Kind.CONTROL_LEVEL: "控制水平 控制水平型 水平控制",
    Kind.EVENT: "事件 事件型 零发生",
    Kind.MANUAL: "定性 定性型 人工",
}
_KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_NATURE = re.compile(r"(?P<word>[^()]+?)(?:\((?:进度)?计划(?:曲线)?:?(?P<curve>.*)\))?")
_STEP = re.compile(r"(?:到|至)?(?P<month>\d{1,2})月(?:底|末)?(?:完成|达到|达)?(?P<share>\d+(?:\.\d+)?)%")


def read_nature(text: str) -> tuple[Kind, tuple[CurvePoint, ...]] | None:
    """Kind and plan curve; None when the word is unknown or the curve makes no sense."""
    match = _NATURE.fullmatch(squeezed(text))
    if match is None or match["word"] not in _KIND_OF:
        return None
    curve = _read_curve(match["curve"]) if match["curve"] is not None else ()
    return None if curve is None else (_KIND_OF[match["word"]], curve)


def write_nature(kind: Kind, curve: tuple[CurvePoint, ...]) -> str:
    """The words that read_nature reads back."""
    word = _WORDS[kind].split()[0]
    steps = "，".join(f"{point.month}月{bare_number(point.share * 100)}%" for point in curve)
    return f"{word}（计划：{steps}）" if steps else word


def _read_curve(text: str) -> tuple[CurvePoint, ...] | None:
    points: list[CurvePoint] = []
    for part in re.split(r"[,;、]", text.strip(",;、。")):
        step = _STEP.fullmatch(part)
        if step is None:
            return None
        points.append(CurvePoint(int(step["month"]), Decimal(step["share"]) / 100))
    rising = all(left.month < right.month and left.share <= right.share for left, right in pairwise(points))
    sane = all(1 <= point.month <= 12 and point.share <= 1 for point in points)
    return tuple(points) if rising and sane else None
