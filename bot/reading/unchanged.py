""" "As last month", in the words of a phone: 同上月, 无变化, 与上月持平."""

from __future__ import annotations

import re

from bot.reading.folding import fold

_SAME = re.compile(
    r"(?:数据|数|值|本月|本期|这个月|本次|目前|暂时|暂|仍然|仍|还是|依然|情况)*"
    r"(?:(?:[与和跟同较比]?(?:上月份?|上个月|上期|上次|上周期|前期)(?:的?数据|数|报数|相比)?(?:一样|相同|一致|持平|不变|无变化|没变化|没变|没有变化)?)"
    r"|(?:无|没有|没|未|无任何|没啥|没什么)新?(?:变化|变动|变|动|进展|更新|增加|新增)|不变|持平|维持不变|保持不变|照旧|照上月|同上|原样)"
    r"[了啦吧哦的]*"
)
_ALL = re.compile(r"(?:以上|其他|其余)?(?:全部|全都|都|均|所有|各项)(?:的?(?:指标|项目|数据))?(?:都|均)?")
_EDGES = " ,，.。:：;；!！~\"'()（）-"


def same_as_last_span(text: str) -> tuple[int, int] | None:
    """Where a clause at the head of `text` says "as last month": 同上月, 无变化, 与上月持平; None where it does not."""
    folded = fold(text)
    start = len(folded) - len(folded.lstrip(_EDGES))
    match = _SAME.match(folded, start)
    if match is None or re.match(r"\w", folded[match.end() :]):
        return None
    return match.span()


def same_as_last(text: str) -> bool:
    """Whether the whole `text` says that nothing changed. 0增长 does not: it is a growth of zero."""
    span = same_as_last_span(text)
    return span is not None and not re.search(r"\w", fold(text)[span[1] :])


def all_same_as_last(text: str) -> bool:
    """Whether the whole `text` says that nothing changed anywhere: 全部无变化, 都同上月."""
    match = _ALL.match(fold(text).strip(_EDGES))
    return match is not None and same_as_last(fold(text).strip(_EDGES)[match.end() :])
