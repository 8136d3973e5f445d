"""Typed words of review: 通过 名称, 退回 名称 原因, 全部通过, 封存 10月, 重开 10月 原因, 补充 名称 情况."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class ReviewWord(StrEnum):
    """What the words ask for."""

    APPROVE = "approve"
    AGREE = "agree"  # 同意: said of orders as well
    RETURN = "return"
    ALL = "all"
    CLOSE = "close"
    REOPEN = "reopen"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class ReviewText:
    """`rest`: the name with what follows; `month`: 1..12 where one stands there, 0 for none."""

    word: ReviewWord
    rest: str = ""
    month: int = 0
    whole: str = ""  # the month and the rest, as typed


_BREAK = r"[\s:,，：。;；]"
_BARE, _WITH_REST = r"^\s*(?:{})\s*$", rf"^\s*(?:{{}})(?:{_BREAK}+(?P<rest>.+))?\s*$"
_WORDS: tuple[tuple[re.Pattern[str], ReviewWord], ...] = tuple(
    (re.compile((_BARE if word is ReviewWord.ALL else _WITH_REST).format(words), re.DOTALL), word)
    for words, word in (
        (r"(?:全部|一键|批量)(?:审核)?(?:通过|审签|同意)|无异常的?(?:全部)?通过", ReviewWord.ALL),
        (r"(?:审核)?通过|审签(?:通过)?", ReviewWord.APPROVE),
        (r"(?:审核)?同意", ReviewWord.AGREE),
        (r"退回(?:重报)?|驳回", ReviewWord.RETURN),
        (r"(?:数据)?封存", ReviewWord.CLOSE),
        (r"重开|重新打开|解除封存|取消封存", ReviewWord.REOPEN),
        (r"补充(?:情况|说明)?", ReviewWord.NOTE),
    )
)
_MONTH = re.compile(r"^(?P<month>1[0-2]|0?[1-9])\s*月(?:份|数据|的数据)?[\s,，:：。;；]*")


def read_review(text: str) -> ReviewText | None:
    """The words of review in a line; None for any other line."""
    for pattern, word in _WORDS:
        match = pattern.match(text)
        if match is None:
            continue
        rest = (match.groupdict().get("rest") or "").strip()
        month = _MONTH.match(rest)
        if month is not None:
            return ReviewText(word, rest[month.end() :].strip(), int(month["month"]), rest)
        return ReviewText(word, rest, whole=rest)
    return None


def month_after(words: str) -> tuple[int, str]:
    """A month at the beginning of the words, and what follows; 0 for none."""
    match = _MONTH.match(words)
    return (int(match["month"]), words[match.end() :].strip()) if match else (0, words)


def without_breaks(words: str) -> str:
    """The words without the spaces and marks around them."""
    return words.strip(" \n\t,，:：。;；")
