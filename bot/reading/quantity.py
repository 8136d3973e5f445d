"""The value that a text reports. Values are exact decimals; spans point into the typed text."""

from __future__ import annotations

import re

from bot.reading.folding import fold
from bot.reading.quantity_scan import Quantity, QuantityKind, Trend, find_quantities
from bot.reading.unchanged import same_as_last, same_as_last_span

__all__ = [
    "Quantity",
    "QuantityKind",
    "Trend",
    "find_quantities",
    "is_bounded",
    "read_quantity",
    "same_as_last",
    "same_as_last_span",
    "stands_alone",
    "weigh",
]

_VERB = re.compile(r"(?:完成|达到|达|实现|累计|合计|共|为|是|到|至|仅|只有|有|新增|报|[:=]) ?(?:投资|额|了|数)? ?$")
_CONTRAST = re.compile(
    r"(?:目标|任务|计划|预计|预期|力争|有望|去年|上年|同期|上月|上个月|还差|差|缺口|缺|剩余|剩|不足|低于|高于|超出|(?<![同环])比|从|由|其中|排名|位列|居|总投资)[^,，。;；]{0,6}$"
)
_ASIDE = re.compile(r"(?:同比|环比|较|占比|占|完成率|进度)[^,，。;；]{0,5}$")
_HEAD = re.compile(r"[ ,，:：;；。.、=约近超达完成了累计为是共到至已经目前现在截底本月\-+负增长下降提高同比]*")
_SEPARATOR = re.compile(r"[,，。;；!！\n]")
_BOUNDARY = re.compile(r"$|[ ,，。;；、!！?？)）\n]|左右|多|余|了")


def weigh(text: str, found: Quantity, start: int = 0) -> int:
    """How much `found` looks like *the* value reported in `text` from `start` on; 0 and less means not at all."""
    folded = fold(text)
    at = found.span[0]
    before = folded[max(start, at - 16) : at]
    at_head = _HEAD.fullmatch(folded, start, at) is not None
    after_verb = _VERB.search(before) is not None
    led = at_head or after_verb
    if not led and ((found.spelled and not found.percent) or _SEPARATOR.search(folded, start, at)):
        return 6 if stands_alone(folded, found, start) else 0
    if found.unit is None and not (led or is_bounded(folded, found)):
        return 0
    points = 2 + 4 * at_head + 3 * after_verb + (not found.spelled) + (found.unit is not None)
    points -= 6 * (_CONTRAST.search(before) is not None)
    points -= 2 * (_ASIDE.search(before) is not None) + 2 * (found.kind is QuantityKind.POINTS)
    return points


def is_bounded(text: str, found: Quantity) -> bool:
    """Whether nothing hangs on the quantity: 3个 in 3个项目 is not bounded."""
    return _BOUNDARY.match(fold(text), found.span[1]) is not None


def stands_alone(text: str, found: Quantity, start: int = 0) -> bool:
    """Whether its clause holds nothing but the quantity."""
    folded = fold(text)
    before = _SEPARATOR.split(folded[start : found.span[0]])[-1]
    after = _SEPARATOR.split(folded[found.span[1] :])[0]
    return _HEAD.fullmatch(before) is not None and not after.strip(" 了左右多余")


def read_quantity(text: str) -> Quantity | None:
    """The quantity that `text` reports, or None where it holds none."""
    weighed = [(weigh(text, found), -found.span[0], found) for found in find_quantities(text)]
    best = max(weighed, key=lambda entry: entry[:2], default=None)
    return best[2] if best is not None and best[0] > 0 else None
