"""The units in one cell: "区住建局、区交通局", one per line, "▲区发改局、区财政局", "区经信局等"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.reading.plain import plain

_SEPARATORS = re.compile(r"[、,;/\n\r|]+")
_AND_OTHERS = re.compile(r"(?<=[局委办部会院中心司区所队社团县市室厅处站行])等(?=区|有关|相关|各|单位|部门|$)")
_LABEL = re.compile(r"^(?:牵头(?:责任)?单位|责任单位|配合单位|牵头|配合)\s*:")
_NONE = frozenset({"", "-", "--", "—", "——", "无", "/", "\\"})
_MARKS = "▲★△☆*"


@dataclass(frozen=True, slots=True)
class Offices:
    """`marked` are those with the lead mark ▲; `open_ended` when the cell ends in 等 ("and others")."""

    names: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    open_ended: bool = False


def is_none(text: str) -> bool:
    """Whether a cell says "none": empty, "/", "—", "无"."""
    return plain(text) in _NONE


def read_offices(text: str) -> Offices:
    """The units named in a cell, in order and once each; brackets stay with their unit: "区商务局(区药发中心)"."""
    if is_none(text):
        return Offices()
    names: list[str] = []
    marked: list[str] = []
    others = False
    for part in _split(text):
        bare = _LABEL.sub("", plain(part)).replace(" ", "").strip("。.:")
        is_marked = bare.startswith(tuple(_MARKS)) or bare.endswith(tuple(_MARKS))
        for name in _AND_OTHERS.split(bare.strip(_MARKS)):
            if name and name not in _NONE and name not in names:
                names.append(name)
                if is_marked:
                    marked.append(name)
        others = others or bool(_AND_OTHERS.search(bare))
    return Offices(tuple(names), tuple(marked), others)


def _split(text: str) -> list[str]:
    """Parts between separators outside brackets, and between spaces where both sides are whole names."""
    parts: list[str] = []
    depth, current = 0, ""
    for char in text.replace("，", ",").replace("；", ";").replace("（", "(").replace("）", ")"):
        depth = max(depth + (char == "(") - (char == ")"), 0)
        if depth == 0 and _SEPARATORS.fullmatch(char):
            parts.append(current)
            current = ""
        else:
            current += char
    parts.append(current)
    return [piece for part in parts for piece in _at_spaces(part)]


def _at_spaces(part: str) -> list[str]:
    pieces = plain(part).split(" ")
    return pieces if len(pieces) > 1 and all(len(piece) >= 3 for piece in pieces) else [part]
