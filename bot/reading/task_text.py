"""What people type about tasks: 办结：…, 进展 …, 督办 区发改局 12-15前 完成用地报批."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.reading.folding import fold
from bot.reading.order_text import read_day

_STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\s*(?:{words})(?P<mark>[\s:,，。;；]*)(?P<rest>.*)", re.DOTALL), event)
    for words, event in (
        (r"确认办结|同意办结|准予办结", "confirm"),
        (r"(?:已经?)?(?:办结|办好|办完|落实|完成)(?:了|完毕)?(?!率|情况)", "report_done"),
        (r"(?:最新|办理|工作)?进展(?:情况)?", "progress"),
        (r"退回(?:重办)?|不同意办结", "give_back"),
        (r"催办|催一下", "urge"),
    )
)
_GIVE = re.compile(r"\s*(?P<word>督办|整改|对接)(?=[\s:,，])[\s:,，]*(?P<rest>.+)", re.DOTALL)
_GIVEN_KINDS = {"督办": "supervision", "整改": "rectification", "对接": "liaison"}
# 12-15前, 12月15日之前, 月底前: a day that says that it is a limit.
_DAY = r"[0-9０-９年月日.\-/／－]+(?:底|中旬|上旬)?|(?:本|下个?)?月底|年底"
_DUE = re.compile(rf"(?:(?:于|在)?(?P<day>{_DAY})(?:之?前|以?内|完成)?)(?=[\s,，;；]|$)")
_SOURCE = re.compile(r"来源[:：\s]*(?P<source>[^\s,，;；]+)")


@dataclass(frozen=True)
class StepText:
    """A step on a task and the words with it."""

    event: str
    text: str


@dataclass(frozen=True)
class GiveText:
    """A task to be given: its kind, the words before and after the due date, the due date, its source."""

    kind: str
    words: str
    due: date | None
    source: str


def read_step(text: str) -> StepText | None:
    """The step that a reply to a task means; None for other words."""
    folded = fold(text)
    for pattern, event in _STEPS:
        match = pattern.match(folded)
        if match is not None:
            return StepText(event, text[match.start("rest") :].strip())
    return None


def read_given(text: str, today: date) -> GiveText | None:
    """A task that the office types; None for other words."""
    match = _GIVE.match(fold(text))
    if match is None:
        return None
    rest = text[match.start("rest") :].strip()
    source = _SOURCE.search(fold(rest))
    if source is not None:
        said = rest[source.start("source") : source.end("source")]
        rest = f"{rest[: source.start()]} {rest[source.end() :]}".strip()
    due, words = due_in(rest, today)
    return GiveText(_GIVEN_KINDS[match["word"]], words, due, said if source is not None else "")


def due_in(rest: str, today: date) -> tuple[date | None, str]:
    """The due date that the words name, and the words without it."""
    for match in _DUE.finditer(fold(rest)):
        day = read_day(match["day"], today)
        if day is not None:
            return day, " ".join(f"{rest[: match.start()]} {rest[match.end() :]}".split())
    return None, " ".join(rest.split())
