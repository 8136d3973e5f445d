"""Which milestones a text says are reached: 征拆完成了 for the node 完成征拆."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.reading.folding import fold
from bot.reading.name_forms import compact
from bot.reading.quantity import find_quantities

_COMMON = re.compile(
    r"完成|建成|已经|已|全部|全面|全线|顺利|实现|达到|正式|工作|任务|[0-9一二两三四五六七八九十]+[个项家条段]?|年底|月底|[底前月了的]"
)
_NOT_YET = re.compile(
    r"未|没|尚|预计|计划|正在|下月|下个月|推进中|力争|即将|有望|准备|不能|无法|不了|难以|滞后|延期|推迟|拟|争取|将(?!军)|在建|启动|过半|一半|滞缓|卡|等待|受阻|影响|慢"
)
_CLAUSE = re.compile(r"[,，。;；!！\n ]+")


def read_nodes(text: str, nodes: Sequence[str]) -> tuple[str, ...]:
    """The nodes that `text` reports as done, in their own order; a clause that says "not yet" reports nothing."""
    done = {node for clause in _CLAUSE.split(text) if _is_done(clause) for node in nodes if _mentions(clause, node)}
    return tuple(node for node in nodes if node in done)


def _is_done(clause: str) -> bool:
    if _NOT_YET.search(fold(clause)):
        return False
    return not any(found.percent and found.value < 100 for found in find_quantities(clause))


def may_tell_nodes(text: str, nodes: Iterable[str]) -> bool:
    """False only where no clause of `text` can mention one of the nodes: a letter of each is missing in it."""
    letters = frozenset(compact(text))
    return any(_letters_of(node) <= letters for node in nodes)


@lru_cache(maxsize=4096)
def _letters_of(node: str) -> frozenset[str]:
    wanted = compact(node)
    core = _COMMON.sub("", wanted)
    return frozenset(wanted if len(core) < 2 else core)


def _mentions(clause: str, node: str) -> bool:
    said, wanted = compact(clause), compact(node)
    core = _COMMON.sub("", wanted)
    if len(core) < 2:
        return wanted in said
    return core in said or core in _COMMON.sub("", said)


def without_nodes(text: str, nodes: Sequence[str]) -> str:
    """`text` without the clauses that report a node as done: what is left tells of problems and plans."""
    pieces = re.split(r"([,，。;；!！\n ]+)", text)
    kept = [
        piece + mark
        for piece, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True)
        if not (_is_done(piece) and any(_mentions(piece, node) for node in nodes))
    ]
    return "".join(kept)
