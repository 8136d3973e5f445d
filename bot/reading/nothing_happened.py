"""That nothing happened, as people say it of accidents and incidents: 没有, 无, 未发生, 零发生."""

from __future__ import annotations

import re

from bot.reading.folding import fold

_WHEN = (
    r"(?:本月|本期|这个月|当月|今年以来|今年|全年|截[至止]目前|目前|到目前为止|全区|继续|仍然?|均|都|暂时?|[,，:： ])*"
)
_NOTHING = r"(?:没有?|无|未|零|0)(?:发生|出现)|零(?:事故|死亡|案件|事件)|没有|无|没|为零|为0"
_WHAT = r"(?:过|任何|相关|此类|该类|事件|事故|案件|死亡|情况|情形|现象|的|了|啦)*"
_AFTER_NAME = re.compile(rf"{_WHEN}(?:{_NOTHING}){_WHAT}(?!\w)")
_BEFORE_NAME = re.compile(rf"{_WHEN}(?:(?:没有?|未)(?:发生|出现)|没有|无|零)(?:过|任何|一起|新的)*")


def nothing_happened_span(text: str) -> tuple[int, int] | None:
    """Where the head of `text` says that nothing happened; None where it does not."""
    match = _AFTER_NAME.match(fold(text))
    return match.span() if match is not None else None


def says_nothing_of(text: str) -> bool:
    """Whether `text` is what stands before a name to say that it did not happen: 本月未发生."""
    return _BEFORE_NAME.fullmatch(fold(text)) is not None
