"""Whether a text can hold a value at all: most questions do not, and then nobody has to take them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.reading.folding import fold
from bot.reading.numerals import DIGIT_CHARS, SMALL_CHARS
from bot.reading.report_nodes import may_tell_nodes

# Every quantity has a digit in it, every 同上月 and every 没有发生 one of these words.
_SIGN = re.compile(
    rf"[0-9{DIGIT_CHARS}{SMALL_CHARS}]|上月|上个月|上期|上次|上周期|前期|无|没|未|不变|持平|照旧|照上月|同上|原样"
)


def may_report(text: str, nodes: Iterable[str]) -> bool:
    """False only where `text` holds no quantity, no "as last month", no "nothing happened" and none of the nodes."""
    return _SIGN.search(fold(text)) is not None or may_tell_nodes(text, nodes)
