"""Which kind of indicator a target makes, from the indicator's name, the unit and the words around the number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.kinds import Direction, Kind
from bot.reading.plain import squeezed
from bot.reading.target_units import SCORES, is_rate

_GROWTH_NAME = re.compile(r"(?:增长率|增速|增幅|增长)(?:目标|指标)?(?:\(.*\))?$")
_DROP_NAME = re.compile(r"(?:下降|降低|降幅|下降率|减少|压减)(?:率|幅度)?(?:\(.*\))?$")
_LEVEL_NAME = re.compile(
    r"(?:占比|比重|比例|比率|[^效]率|强度|浓度|密度|测评|测评得分|满意度|指数|得分|分值|覆盖度|知晓度|均值)(?:\(.*\))?$|[占]\S*比重|浓度"
)
_WORKS_NAME = re.compile(r"(?:建成通车|通车|贯通|建成投用|建成投产|投产达效|主体完工)(?:\(.*\))?$")
_LOWER_KINDS = frozenset({Kind.CONTROL_CUMULATIVE, Kind.CONTROL_LEVEL, Kind.EVENT})


@dataclass(frozen=True, slots=True)
class Wording:
    """A number with its unit and what the words around it say: at most, a growth, a drop."""

    value: Decimal
    unit: str
    limited: bool = False
    grows: bool = False
    drops: bool = False


def kind_of(name: str, wording: Wording) -> Kind:
    """The kind that the words speak for; a list that states the kind (指标性质) goes before it."""
    bare = squeezed(name)
    rate = is_rate(wording.unit)
    level = rate or wording.unit in SCORES or "/" in wording.unit or bool(_LEVEL_NAME.search(bare))
    if wording.value == 0 and not level and not wording.grows:
        return Kind.EVENT
    if wording.limited:
        return Kind.CONTROL_LEVEL if level else Kind.CONTROL_CUMULATIVE
    if wording.drops or _DROP_NAME.search(bare):
        return Kind.LEVEL if level else Kind.CUMULATIVE
    if rate and (wording.grows or _GROWTH_NAME.search(bare)):
        return Kind.GROWTH
    if level:
        return Kind.LEVEL
    return Kind.MILESTONE if _WORKS_NAME.search(bare) else Kind.CUMULATIVE


def direction_of(kind: Kind) -> Direction:
    """Limits and events are better low, all else high: a drop is counted as a drop, the more the better."""
    return Direction.LOWER if kind in _LOWER_KINDS else Direction.HIGHER
