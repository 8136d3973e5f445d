"""Where the name of an indicator stands in a typed report, so that its digits are never read as the value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.reading.folding import fold
from bot.reading.name_forms import compact
from bot.reading.named import NamedItem
from bot.reading.quantity import find_quantities, weigh
from bot.reading.report_nodes import read_nodes
from bot.reading.search import NameIndex

_LONGEST_NAME = 40
_SHORTEST_OPENING = 3
# A name further inside the text must be spelled out; short aliases there are ordinary words (投资方, 安全).
_SHORTEST_INSIDE = 5
_GREETING = re.compile(
    r"\s*(?:(?:收到|好的?|报告领导|报告|各?领导好?|您好|你好|更正为?|修改为?|确认|(?:截[至止]到?)?(?:今年|20[0-9]{2}年)?(?:[0-9]{1,2}[-—~至到])?[0-9]{1,2}月(?:份|底|末)?(?![0-9日底末份])|"
    r"[0-9]{1,2}[、)）]|[0-9]{1,2}\.(?![0-9])|[①-⑳]|[•*·])[\s,，:：。!！]*)*"
)
# Words that end the name and begin the telling.
_TELLING = re.compile(
    r"[\s,，。:：;；=!！?？(（]|完成|累计|累积|达到|达|实现|目前|截[至止]|现在|本月|今年|已|为|是|共|约(?=[0-9])|(?:20[0-9]{2}年)?[0-9]{1,2}(?:[-—~至到][0-9]{1,2})?月|增长|下降|提高|降低|负|[-+][0-9]"
    r"|无变化|没变|不变|同上月|与上月|和上月|跟上月|较上月|持平|没有变化|没有|没发生|未发生|未出现|零发生|0发生|为零|新增|预计"
)


@dataclass(frozen=True, slots=True)
class NameSpan:
    """The typed name: where it begins and ends in the text, and whether it is spelled as in the list."""

    start: int
    end: int
    exact: bool


def find_name(text: str, index: NameIndex) -> NameSpan | None:
    """The name at the head of `text`: as in the list, or its beginning, or the words before the telling."""
    greeting = _GREETING.match(fold(text))
    start = greeting.end() if greeting else 0
    folded = fold(text[: start + 120])
    letters = [(at, char) for at, char in enumerate(folded[start:], start) if _is_letter(char)]
    listed = _spelled(folded, letters, index) or _opening(folded, letters, index)
    words = _words(text, start, index)
    if listed is None or words is None or listed.start > start or words.end <= listed.end:
        return listed or words
    return _longer(text, listed, words, index)


def _longer(text: str, listed: NameSpan, words: NameSpan, index: NameIndex) -> NameSpan:
    """Whether the words after a listed name belong to the name (技改投资 占比) or already tell (107国道 路基贯通)."""
    if listed.exact and len(index.named(compact(text[listed.start : listed.end]))) == 1:
        item = index.named(compact(text[listed.start : listed.end]))[0]
        if compact(item.name) == compact(text[listed.start : listed.end]):
            return listed
    item_meant, several = resolve(text[words.start : words.end], index)
    if item_meant is not None and not read_nodes(text[listed.end : words.end], item_meant.nodes):
        return words
    return words if len(several) > 1 else listed


def _words(text: str, start: int, index: NameIndex) -> NameSpan | None:
    """The words up to where the telling or the value begins."""
    telling = _TELLING.search(text, min(start + 1, len(text)))
    end = telling.start() if telling else len(text)
    values = [found for found in find_quantities(text[:end]) if found.span[0] >= start]
    told = [found for found in values if not belongs_to_name(text, found.span, index) and weigh(text, found, start) > 0]
    if told:
        end = told[-1].span[0]
    return NameSpan(start, end, exact=False) if compact(text[start:end]) else None


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN"


def _spelled(text: str, letters: list[tuple[int, str]], index: NameIndex) -> NameSpan | None:
    """The longest spelling from the list at the head; further inside only a long one."""
    line = "".join(char for _, char in letters)
    best: tuple[int, int] | None = None
    for at in range(len(line)):
        shortest = 2 if at == 0 else _SHORTEST_INSIDE
        for size in range(min(_LONGEST_NAME, len(line) - at), shortest - 1, -1):
            if (
                (best is None or size > best[1])
                and index.named(line[at : at + size])
                and _ends_whole(text, letters, at + size)
            ):
                best = (at, size)
                break
        if best is not None and at == 0:
            break
    if best is None:
        return None
    return NameSpan(letters[best[0]][0], letters[sum(best) - 1][0] + 1, exact=True)


def _opening(text: str, letters: list[tuple[int, str]], index: NameIndex) -> NameSpan | None:
    """The longest beginning of a listed name at the head: 107国道 for 107国道绕城段建成通车."""
    line = "".join(char for _, char in letters[:_LONGEST_NAME])
    for size in range(len(line), _SHORTEST_OPENING - 1, -1):
        if index.beginning(line[:size]) and _ends_whole(text, letters, size):
            return NameSpan(letters[0][0], letters[size - 1][0] + 1, exact=False)
    return None


def _ends_whole(text: str, letters: list[tuple[int, str]], size: int) -> bool:
    """A name must not end inside a number: 10 of 107, 2 of 2.5."""
    if size >= len(letters):
        return True
    (here, last), (there, following) = letters[size - 1], letters[size]
    return not (last.isdigit() and following.isdigit() and text[here + 1 : there] in ("", "."))


def belongs_to_name(text: str, span: tuple[int, int], index: NameIndex) -> bool:
    """Whether a number with what follows it stands in a listed name: 107国 belongs to 107国道绕城段."""
    following = compact(text[span[1] : span[1] + 2])
    if not following or following[0].isdigit():
        return False
    piece = compact(text[span[0] : span[1]]) + following
    return any(piece in compact(hit.item.name) for hit in index.find(piece, limit=3).hits)


def resolve(typed: str, index: NameIndex) -> tuple[NamedItem | None, tuple[NamedItem, ...]]:
    """The item that a typed name means beyond doubt, else those that it may mean."""
    found = index.find(typed)
    if found.winner is not None:
        return found.winner.item, ()
    likely = [hit.item for hit in found.hits if hit.score >= found.hits[0].score - 20 and hit.score >= 60]
    return None, tuple(likely)
