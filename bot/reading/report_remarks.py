"""What a report says besides its value: the problem, who should help, what comes next, what the year will bring."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.reading.folding import fold
from bot.reading.quantity import Quantity, QuantityKind, find_quantities

_HEADING = (
    r"(?P<coordinate>需要?(?:领导|上级|区里)?(?:协调|帮助|支持)(?:解决)?的?(?:事项|问题)?)|"
    r"(?P<measure>(?:下一?步|下一?阶段|整改|具体|主要)?(?:工作)?(?:措施|打算|计划|安排))|"
    r"(?P<problem>存在的?(?:主要)?(?:问题|困难)|(?:主要)?(?:问题|困难|原因))"
)
_HEADED = re.compile(rf"\s*(?:{_HEADING})[:：]\s*")
# A heading begins a clause, whatever stands before it: 98.6 问题：征地慢 措施：每周调度.
_NO_HEADING = rf"(?!\s+(?:{re.sub('[?]P<[a-z]+>', '?:', _HEADING)})[:：])"
_CLAUSE = re.compile(rf"(?:{_NO_HEADING}[^,，。;；!！\n])+[,，。;；!！\n]*")
_HELP = (
    r"帮忙|帮助|协助|协调|出面|支持|研究|解决|督促|过问|关心|调度|牵头|推动|指导|给予|批准|审批|约谈|催办|催一下|协商"
)
_PLEA = re.compile(
    rf"(?<![申邀聘])(?P<ask>恳请|敬请|提请|拟请|请求|烦请|请(?![示假款教客])|希望|需要?|盼|建议|望)"
    rf"(?P<who>[^请,，。;；!！]{{0,16}}?)(?P<help>{_HELP})"
)
_FIRM = ("请", "恳请", "敬请", "提请", "拟请", "请求", "烦请")
_SOMEBODY = re.compile(
    r"(?:长|书记|主任|局|委|办|部|领导|主席|镇|乡|街道|公司|政府|院|中心|队|会|总|厅|常委|专员|区里|市里|省里|同志|单位|部门)$"
)
_NOBODY = {
    "领导",
    "区领导",
    "上级",
    "各级",
    "相关部门",
    "有关部门",
    "部门",
    "各部门",
    "相关单位",
    "有关单位",
    "单位",
    "区里",
    "上级领导",
    "各位领导",
}
_MANNER = re.compile(
    r"(?:能够?|予以|尽快|抓紧|亲自|再|进一步|一并|来|帮着|及时|多|给|一下|尽早|加大|统筹|帮我们?|为我们?)+$"
)
_NEXT = re.compile(
    r"\s*(?:下一?步(?:将|拟|打算|计划|措施|工作)?|下一?阶段|接下来|后续|拟|计划|将|打算|措施|已安排|准备)[:：]?"
)
_TROUBLE = re.compile(r"\s*(?:存在(?:的)?(?:主要)?问题|(?:主要)?问题|困难|原因|因为|因|由于|但|主要是)")
_TROUBLE_WORD = re.compile(r"^(?:存在的?(?:主要)?问题|(?:主要)?问题|困难|原因)(?:是|在于|有)?[:：]?")
_OUTLOOK = re.compile(r"(?:预计|预期|预测|力争|有望|确保|争取)")
_STATISTIC = re.compile(
    r"\s*(?:(?:其中|同比|环比|较|比|占|完成率|进度|增速|增幅|增长|下降|全年目标|年度目标|目标|任务|全年任务|排名|位列|位居|时序|序时)\S*)"
)
_LEADING = " \t,，。:：;；!！、了元的左右)）"
_TRAILING = " \t,，。:：;；!！、(（"
_OPENING, _CLOSING = re.compile(r"[(（]"), re.compile(r"[)）]")


@dataclass(slots=True)
class Remarks:
    """Clauses by their purpose, in the order typed. `leader` is None where nobody in particular was asked."""

    problem: list[str] = field(default_factory=list)
    coordinate: list[str] = field(default_factory=list)
    leader: str | None = None
    measure: list[str] = field(default_factory=list)
    expected: Quantity | None = None
    statistics: list[str] = field(default_factory=list)


def read_remarks(text: str, shift: int = 0) -> Remarks:
    """Sort the clauses of `text`; `shift` is where it begins in the message that spans point into."""
    remarks = Remarks()
    planning = False
    for match in _CLAUSE.finditer(text):
        clause = match[0]
        planning = _sort_clause(clause, match.start() + shift, remarks, planning)
        if re.search(r"[。;；\n]", clause):
            planning = False
    return remarks


def _sort_clause(clause: str, at: int, remarks: Remarks, planning: bool) -> bool:
    """Put one clause where it belongs; gives whether the next one still tells of plans."""
    headed = _HEADED.match(clause.lstrip(_LEADING))
    if headed is not None and headed.lastgroup != "problem":
        return _under_heading(headed, clause, remarks)
    plea = _plea(clause)
    if plea is not None:
        leader, start = plea
        remarks.coordinate.append(clause[start:])
        remarks.leader = remarks.leader or leader
        clause = clause[:start]
        if _NEXT.fullmatch(fold(clause)):
            return planning
    if not clause.strip(_LEADING + _TRAILING):
        return planning
    outlook = _outlook(clause, at)
    if outlook is not None:
        remarks.expected = remarks.expected or outlook
        return planning
    if _TROUBLE.match(clause):
        planning = False
    elif _NEXT.match(clause) or planning:
        remarks.measure.append(clause)
        return True
    elif _is_statistic(clause):
        remarks.statistics.append(clause)
        return False
    remarks.problem.append(_TROUBLE_WORD.sub("", clause.lstrip(_LEADING)))
    return planning


def _under_heading(headed: re.Match[str], clause: str, remarks: Remarks) -> bool:
    """A clause that says itself what it is."""
    said = clause.lstrip(_LEADING)[headed.end() :]
    if headed.lastgroup == "measure":
        remarks.measure.append(said)
        return True
    plea = _plea(said)
    remarks.coordinate.append(said)
    remarks.leader = remarks.leader or (plea[0] if plea else None)
    return False


def _plea(clause: str) -> tuple[str | None, int] | None:
    for match in _PLEA.finditer(fold(clause)):
        who = clause[match.start("who") : match.end("who")].strip()
        who = _MANNER.sub("", who)
        if match["ask"] not in _FIRM and not _SOMEBODY.search(who) and match["help"] not in ("协调", "出面"):
            continue
        named = who and who not in _NOBODY and (match["ask"] in _FIRM or _SOMEBODY.search(who))
        return (who if named else None), match.start()
    return None


def _outlook(clause: str, at: int) -> Quantity | None:
    marker = _OUTLOOK.search(clause)
    if marker is None:
        return None
    found = [entry for entry in find_quantities(clause) if entry.span[0] >= marker.end() and not entry.spelled]
    values = [entry for entry in found if entry.kind is not QuantityKind.POINTS]
    if not values:
        return None
    last = values[-1]
    return Quantity(
        last.value,
        last.unit,
        last.percent,
        (last.span[0] + at, last.span[1] + at),
        last.kind,
        last.approximate,
        last.trend,
    )


def _is_statistic(clause: str) -> bool:
    return bool(_STATISTIC.fullmatch(clause.strip(_LEADING + _TRAILING))) and bool(find_quantities(clause))


def joined(clauses: list[str]) -> str | None:
    """The clauses as one text without punctuation at its ends; None where there is nothing."""
    text = "".join(clauses).strip(_TRAILING).lstrip(_LEADING).strip()
    while text.endswith((")", "）")) and len(_OPENING.findall(text)) < len(_CLOSING.findall(text)):
        # Its other half stands before what was taken out.
        text = text[:-1].rstrip(_TRAILING)
    return text or None
