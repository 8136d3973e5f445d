"""Milestone nodes in one cell: "节点：3月完成征拆；6月路基贯通；12月建成通车", shares of weight as "(30%)"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.reading.plain import squeezed, tidy

_PREFIX = re.compile(r"按?(?:时间|工作|推进)?节点[:：]")
_SPLIT = re.compile(r"[;；。\n\r]+")
_WHEN = re.compile(
    r"\s*(?:\d+[.、)]\s*|[①-⑩]\s*)?(?:(?P<month>\d{1,2})\s*月\s*(?:份|\d{1,2}日)?|第?(?P<quarter>[一二三四1-4])季度|(?P<half>上半年)|"
    r"(?P<year>下半年|年底|年末|全年))(?:底|末|上旬|中旬|下旬|初)?(?:之前|以前|前)?[:：,，]?\s*"
)
_ONE_NODE = re.compile(r"\d{1,2}月[^\d;]{2,}")
_WEIGHT = re.compile(r"[(（]\s*(\d+(?:\.\d+)?)\s*[%％]\s*[)）]\s*$")
_QUARTER_ENDS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}


@dataclass(frozen=True, slots=True)
class TargetNode:
    """What is done by the end of the month; `weight` is its share (0..1) of the whole where the cell gives one."""

    month: int
    name: str
    weight: Decimal | None = None


def has_nodes(bare: str) -> bool:
    """Whether a squeezed text is a list of nodes: said so, or every part begins with a month; one part has words."""
    if _PREFIX.match(bare) or _ONE_NODE.fullmatch(bare):
        return True
    parts = [part for part in _SPLIT.split(bare) if part]
    return len(parts) > 1 and all(_WHEN.match(part) for part in parts)


def read_nodes(text: str) -> tuple[TargetNode, ...] | None:
    """The nodes in the order written; None when a part has no month or no words, or the weights do not add up."""
    body = _PREFIX.sub("", text.strip(), count=1)
    nodes: list[TargetNode] = []
    for part in _SPLIT.split(body):
        if not squeezed(part):
            continue
        node = _read_node(tidy(part))
        if node is None:
            return None
        nodes.append(node)
    weights = [node.weight for node in nodes if node.weight is not None]
    if weights and (len(weights) != len(nodes) or sum(weights) != 1):
        return None
    return tuple(nodes) or None


def _read_node(part: str) -> TargetNode | None:
    when = _WHEN.match(part)
    if when is None:
        return None
    if when["month"]:
        month = int(when["month"])
    elif when["quarter"]:
        month = _QUARTER_ENDS[when["quarter"]]
    else:
        month = 6 if when["half"] else 12
    name = part[when.end() :].rstrip(" ,，、")
    weight = None
    if found := _WEIGHT.search(name):
        weight = Decimal(found[1]) / 100
        name = name[: found.start()].strip()
    return TargetNode(month, name, weight) if name and 1 <= month <= 12 else None
