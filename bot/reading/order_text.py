"""What people type around a warning order: an answer in one message, a day, a request for more time."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.reading.deadline import read_deadline
from bot.reading.folding import fold

_DAY = r"(?:20\d\d\s*[年./-]\s*)?\d{1,2}\s*(?:月\s*\d{1,2}\s*[日号]?|[./-]\s*\d{1,2}\s*[日号]?)"
_MONTH = r"(?:20\d\d\s*年\s*)?\d{1,2}\s*月份?(?:底|末|中旬|下旬|上旬|初)?|年底|年末|本月底?|当月底?|下个?月底?"
_WHEN = rf"(?P<when>{_DAY}|{_MONTH})"
_BACK = r"(?:恢复|达标|赶上|追上|补齐|扭转|达到序时|达序时|转为?正常|回到序时)(?:正常|进度|序时|水平)*"
_LEAD = r"(?:预计|力争|争取|计划|确保|拟|承诺)?\s*(?:于|在|到|至)?\s*"
_RECOVERY = re.compile(
    rf"{_LEAD}{_WHEN}\s*(?:之?前|内)?\s*(?:可以?|能|基本|全面)?\s*{_BACK}|"
    rf"(?:预计|计划|拟)?(?:恢复|达标)(?:正常)?(?:月份|时间|期限)?\s*[:为是]?\s*(?P<stated>{_DAY}|{_MONTH})"
)
_HEADING = re.compile(
    r"(?P<cause>(?:落后|滞后|主要)?原因(?:是|为|在于|分析)?|存在(?:的)?问题)|"
    r"(?P<measure>(?:整改|下一?步|主要|采取(?:的)?|拟采取(?:的)?)?措施(?:是|为)?|整改方案|下一?步(?:工作)?打算)|"
    r"(?P<help>需要?(?:领导|区领导|上级)?(?:协调|支持)(?:的)?(?:事项|问题)?)"
)
_EDGES = " \t\r\n,，。.:：;；、"
_FOR_DAYS = re.compile(r"(?P<count>\d{1,3})\s*个?\s*(?P<unit>工作日|天|日|周|星期|个?月)")
_FIRST_DAY = re.compile(rf"[\s到至:,]*(?P<day>{_DAY}|\d{{1,2}}\s*月份?(?:底|末|中旬|下旬|上旬)?|年底|月底|下个?月底?)")
_PROGRESS = re.compile(r"(?:目前|当前|现有|工作)?(?:进展|进度)(?:是|为|情况)?[\s:]*")
_NUMBER = re.compile(
    r"^\s*(?:第|预警|预警单|[〔\[(（]\d{4}[〕\])）]|№|no\.?)*\s*(?P<number>\d{1,5})\s*号(?:单|预警单?)?[\s:,]*"
)


@dataclass(frozen=True, slots=True)
class AnswerText:
    """An answer as typed; what was not said is empty. `recovery`: the last day meant."""

    cause: str = ""
    measure: str = ""
    recovery: date | None = None
    help: str = ""


@dataclass(frozen=True, slots=True)
class ExtensionText:
    """A request for more time as typed. `until`: a day; `workdays`: instead of it, so many working days more."""

    until: date | None = None
    workdays: int | None = None
    days: int | None = None
    reason: str = ""
    progress: str = ""


def read_day(text: str, today: date) -> date | None:
    """The last day that the text means: 9月, 12-15, 年底, 下月; None where it names none."""
    bare = re.sub(r"\s+", "", fold(text)).strip(_EDGES)
    bare = re.sub(rf"^(?:预计|力争|争取|计划|确保)?(?:于|在|到|至)?|(?:之?前|内)?(?:可以?|能)?{_BACK}$", "", bare)
    if re.fullmatch(r"(?:本|当)月底?|月底", bare):
        return _month_end(today.year, today.month)
    if re.fullmatch(r"下个?月底?", bare):
        following = today.replace(day=1) + timedelta(days=32)
        return _month_end(following.year, following.month)
    return read_deadline(bare, today.year)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def looks_like_answer(text: str) -> bool:
    """Whether it begins like an answer: 原因…, 措施…."""
    match = _HEADING.match(fold(text).lstrip(_EDGES))
    return match is not None and match["help"] is None


def read_answer(text: str, today: date) -> AnswerText:
    """Cause, measure, recovery and help from one message. Words before any heading are the cause."""
    typed, recovery = text, None
    found = _RECOVERY.search(fold(text))
    if found is not None:
        recovery = read_day(found["when"] or found["stated"], today)
        if recovery is not None:
            typed = text[: found.start()] + " ；" + text[found.end() :]
    parts = {"cause": "", "measure": "", "help": ""}
    folded = fold(typed)
    marks = [match for match in _HEADING.finditer(folded) if _begins(folded, match.start())]
    parts["cause"] = typed[: marks[0].start()].strip(_EDGES) if marks else typed.strip(_EDGES)
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        name = str(mark.lastgroup)
        words = typed[mark.end() : following.start() if following else len(typed)].strip(_EDGES)
        parts[name] = "；".join(filter(None, (parts[name], words)))
    return AnswerText(parts["cause"], parts["measure"], recovery, parts["help"])


def _begins(text: str, at: int) -> bool:
    """A heading begins the text or a clause; 采取措施 within a sentence is none."""
    return not text[:at].strip() or text[at - 1] in " \t\n,，。;；、:"


def read_extension(text: str, today: date) -> ExtensionText:
    """Until when and why: "12-15 等批复", "到12月底，等批复，进展：已报市局", "5个工作日 等批复"."""
    folded = fold(text)
    until, workdays, days, rest = None, None, None, text
    span = _FOR_DAYS.match(folded.lstrip(_EDGES))
    if (match := _FIRST_DAY.match(folded)) is not None:
        until = read_day(match["day"], today)
        rest = text[match.end() :] if until else text
    elif span is not None:
        count, unit = int(span["count"]), span["unit"]
        scale = {"周": 7, "星期": 7}.get(unit, 30 if unit.endswith("月") else 1)
        workdays, days = (count, None) if unit == "工作日" else (None, count * scale)
        rest = text[len(folded) - len(folded.lstrip(_EDGES)) + span.end() :]
    progress = ""
    if (mark := _PROGRESS.search(fold(rest))) is not None:
        progress, rest = rest[mark.end() :].strip(_EDGES), rest[: mark.start()]
    reason = re.sub(r"^(?:因为?|原因(?:是|为)?|由于|理由(?:是|为)?)[\s:：]*", "", rest.strip(_EDGES)).strip(_EDGES)
    return ExtensionText(until, workdays, days, re.sub(r"^(?:日|号|前)+", "", reason).strip(_EDGES), progress)


def read_number(text: str) -> tuple[int, str] | None:
    """The number of an order at the beginning, and what follows: "3号 原因…" -> (3, "原因…")."""
    match = _NUMBER.match(fold(text))
    return (int(match["number"]), text[match.end() :].strip()) if match else None
