"""Cuts a message into the reports of single indicators: by lines, and where a new name brings its value."""

from __future__ import annotations

import re

from bot.reading.folding import fold
from bot.reading.quantity import find_quantities, same_as_last_span
from bot.reading.report_names import find_name, resolve
from bot.reading.search import NameIndex

_BREAK = re.compile(r"(?P<strong>[\n;；。]+)|(?P<weak>[,，、](?![0-9]{3}(?![0-9])))")
_NUMBERING = re.compile(r"^[ \t]*(?:[(（]?[0-9]{1,2}[、)）]|[0-9]{1,2}\.(?![0-9])|[①-⑳•*·])[ \t]*", re.MULTILINE)
# Words that only say until when belong to the name that follows: 截至11月底，固定资产投资完成98.6亿.
_WHEN = re.compile(
    r"\s*(?:截[至止]到?|到)?(?:今年|本年|20[0-9]{2}年)?(?:[0-9]{1,2}[-~至到])?[0-9]{1,2}月(?:份|底|末|[0-9]{1,2}日)?(?:为止)?\s*"
    r"|\s*(?:截[至止]|到)?(?:目前|现在|今日|今天)(?:为止)?\s*|\s*(?:本月|今年以来)\s*"
)
_LEAD = re.compile(r"[\s:：为是完成累计达到已约]*")


def report_lines(text: str, index: NameIndex) -> list[str]:
    """The parts of `text`, each about one indicator; what names none stays with the part before it."""
    text = _NUMBERING.sub("", text)
    parts: list[str] = []
    start = 0
    for match in _BREAK.finditer(text):
        following = _BREAK.search(text, match.end())
        clause = text[match.end() : following.start() if following else len(text)]
        only_when = _WHEN.fullmatch(fold(text[start : match.start()])) is not None
        if not only_when and _brings_value(clause, index, strict=match["strong"] is None):
            parts.append(text[start : match.start()])
            start = match.end()
    parts.append(text[start:])
    return [part.strip() for part in parts if re.search(r"\w", part)]


def _brings_value(clause: str, index: NameIndex, strict: bool) -> bool:
    """Whether a clause opens with a name and tells its value; after a mere comma nothing else may stand in it."""
    name = find_name(clause, index)
    if name is None or name.start > len(clause) - len(clause.lstrip()) + 4:
        return False
    item, candidates = resolve(clause[name.start : name.end], index)
    if item is None and not candidates:
        return False
    rest = clause[name.end :]
    lead = _LEAD.match(rest)
    told = rest[lead.end() if lead else 0 :]
    if same_as_last_span(told) is not None:
        return True
    found = find_quantities(told)
    if not strict:
        nodes = item is not None and bool(item.nodes)
        return bool(found) or nodes
    return len(found) == 1 and found[0].span[0] == 0 and not told[found[0].span[1] :].strip(" 了左右")
