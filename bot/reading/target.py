"""Targets as offices write them: "≥7%", "控制在4.5%以内", "162亿元", "不少于9个", "节点：3月…；6月…", "定性"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.kinds import Direction, Kind
from bot.reading.plain import name_key, squeezed, tidy
from bot.reading.target_kind import Wording, direction_of, kind_of
from bot.reading.target_nodes import TargetNode, has_nodes, read_nodes
from bot.reading.target_units import is_known_unit, is_unit_shaped

__all__ = ["TargetNode", "TargetRead", "read_target", "split_target"]

_LIMIT = (
    r"控制在|控制到|控制为|控制|不得?高于|不得?超过|不得?超|不得?大于|不得?多于|小于等于|低于等于|小于或等于|低于|小于|少于|"
    r"最多|至多|下降到|下降至|降低到|降低至|降到|降至|压降至|压减至|≤|<=|≦|⩽|<"
)
_DROP = r"下降|降低|减少|压减|削减|压降"
_GROWTH = r"同比增长|年均增长|比上年增长|较上年增长|增长|增速|增幅|递增"
_FLOOR = (
    r"不得?少于|不得?低于|不得?小于|大于等于|大于或等于|高于等于|大于|高于|超过|突破|至少|≥|>=|≧|⩾|>|达到|达|完成|实现|力争|"
    r"确保|争取|全年|年内|年底前?|保持在|稳定在|维持在|保持|目标值?为?|为|新增|增加|提高到|提高至|提升到|提升至|提高|提升|到|在|[:：=]"
)
_WORDS = re.compile(rf"(?P<limit>{_LIMIT})|(?P<drop>{_DROP})|(?P<growth>{_GROWTH})|(?P<floor>{_FLOOR})")
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_UNIT = r"(?:\([^()\d]*\)|[^\d()]|(?<=m)[23])*?"
_TAIL = r"(?:\(含\))?(?P<tail>及?以上|之上|及?以内|之内|及?以下|之下|左右|内)?(?:\(含\))?"
_NUMERIC = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>{_UNIT}){_TAIL}[。;,、]*")
_LIMIT_TAILS = ("以内", "之内", "以下", "之下", "内")
_MANUAL = re.compile(
    r"定性|定性(?:指标|考核|评价)|不?定量|/?按.{0,12}(?:评分|赋分|计分|打分|细则|评价|考核)(?:执行)?"
    r"|(?:全面|确保|高质量|按时|按要求|保质保量|圆满|超额)*完成.{0,16}(?:任务|目标|指标|要求|工作|计划|考核)(?:数|值)?"
    r"|完成|全面完成|按[时期]完成|按要求完成|基本同步|与经济增长(?:基本)?同步|达标|合格|优秀|达到.{0,14}(?:要求|标准|目标|水平|先进)"
    r"|(?:持续|稳步|不断|进一步|明显|有效|显著)*(?:推进|提升|改善|提高|向好|好转|增强|加强|优化|落实)"
    r"|不?[高低优]于.{0,10}(?:平均(?:水平|数)?|上年|去年|同期)(?:水平)?|(?:位居|居|进入|保持)?(?:全[国省市州区县])+.{0,4}(?:前列|前茅|上游|领先)"
)
_BY_NODE = re.compile(
    r"(?:按(?:时间|计划|工作|项目|序时)?(?:节点|进度|计划)|节点)(?:要求)?(?:有序)?(?:推进|完成|实施|落实)?"
)
_NONE_HAPPENS = re.compile(
    r"(?:确保|坚决|力争|实现)*"
    r"(?:零(?:发生|事故|死亡|新增|通报)|无(?:事故|发生|通报)|(?:不得?发生|未发生|杜绝)[^,;\d]{0,14})"
)
# A sentence around one number: "完成投资5亿元", "培育规上企业20家". Comparisons ("比去年多…", "每季度…") are none.
_SENTENCE = re.compile(
    r"(?:完成|实现|新增|培育|引进|招引|建成|新建|建设|改造|组织|开展|举办|创建|打造|培训|发放|签约|开工|竣工|争取|力争|"
    r"确保)+[^\d,;比每较前第约均]{0,12}"
)
_COMBINED_TEXT = re.compile(
    r"(?P<name>.+?)[:,]?(?P<text>定性|按节点(?:推进|完成)|"
    r"完成(?:上级|省市?|市|区|县|年度|全年)+(?:下达)?的?(?:年度)?(?:目标)?任务)"
)


@dataclass(frozen=True, slots=True)
class TargetRead:
    """A target that was understood.

    `value` is in `unit` ("2.25", "亿美元"; per cent as the number of per cent). Both are None for words and nodes.
    `remarks` are codes of what the office should know: "about" (左右), "unit_unknown" (a unit seen for the first time),
    "sentence" (the number was taken out of a sentence).
    """

    value: Decimal | None
    unit: str | None
    kind: Kind
    direction: Direction
    nodes: tuple[TargetNode, ...] = ()
    remarks: tuple[str, ...] = ()


def read_target(text: str, *, name: str, default_unit: str | None = None) -> TargetRead | None:
    """The target that a cell holds; `default_unit` is that of the column or note line. None: not understood."""
    bare = squeezed(text).rstrip("。;,")
    if not bare:
        return None
    if has_nodes(bare):
        nodes = read_nodes(text)
        return _worded(Kind.MILESTONE, nodes) if nodes else None
    if _BY_NODE.fullmatch(bare):
        return _worded(Kind.MILESTONE)
    if _NONE_HAPPENS.fullmatch(bare):
        return TargetRead(Decimal(0), squeezed(default_unit or "") or None, Kind.EVENT, Direction.LOWER)
    numeric = _read_numeric(bare, name, default_unit)
    if numeric is not None:
        return numeric
    return _worded(Kind.MANUAL) if _MANUAL.fullmatch(bare) else None


def split_target(text: str, *, default_unit: str | None = None) -> tuple[str, TargetRead, str] | None:
    """Name, target and the target's words of a cell that holds both: "增加学位5000个", "城镇登记失业率≤3%"."""
    bare = squeezed(text).rstrip("。;,")
    if match := re.fullmatch(r"(.+?)[(,:]?((?:按?节点):.+?)\)?", bare):
        return _with_name(match[1], match[2], default_unit)
    for number in reversed(list(re.finditer(rf"(?<![A-Za-z.\d]){_NUMBER}", bare))):
        numeric = _NUMERIC.fullmatch(bare, number.start())
        if numeric is None:
            continue
        name = _without_words(bare[: number.start()])
        unit = numeric["unit"] or default_unit or ""
        if name and is_known_unit(unit):
            return _with_name(name, bare[len(name) :].lstrip(":,"), default_unit)
        return None
    if match := _COMBINED_TEXT.fullmatch(bare):
        return _with_name(match["name"], match["text"], default_unit)
    return None


def _with_name(name: str, target: str, default_unit: str | None) -> tuple[str, TargetRead, str] | None:
    read = read_target(target, name=name, default_unit=default_unit)
    return (tidy(name), read, target) if read else None


def _worded(kind: Kind, nodes: tuple[TargetNode, ...] = ()) -> TargetRead:
    return TargetRead(None, None, kind, Direction.HIGHER, nodes)


def _read_numeric(bare: str, name: str, default_unit: str | None) -> TargetRead | None:
    start = re.search(rf"(?<![A-Za-z.\d]){_NUMBER}", bare)
    numeric = _NUMERIC.fullmatch(bare, start.start()) if start else None
    if start is None or numeric is None:
        return None
    lead, sentence = _without_sentence(_without_name(bare[: start.start()], name))
    words = _measure_words(lead)
    if words is None:
        return None
    tail = numeric["tail"] or ""
    limited = "limit" in words or tail.endswith(_LIMIT_TAILS)
    if limited and (tail.endswith(("以上", "之上")) or ("growth" in words and "drop" in words)):
        return None
    value, unit = Decimal(numeric["number"]), numeric["unit"] or squeezed(default_unit or "")
    if not is_unit_shaped(unit):
        return None
    wording = Wording(value, unit, limited, grows="growth" in words, drops="drop" in words)
    kind = kind_of(name, wording)
    if sentence and not is_known_unit(unit):
        return None
    said = {"about": tail == "左右", "unit_unknown": not is_known_unit(unit), "sentence": sentence}
    return TargetRead(value, unit, kind, direction_of(kind), (), tuple(code for code, true in said.items() if true))


def _measure_words(lead: str) -> set[str] | None:
    """Which sorts of words stand before the number; None when there is anything else."""
    sorts: set[str] = set()
    at = 0
    while at < len(lead):
        match = _WORDS.match(lead, at)
        if match is None or not match.lastgroup:
            return None
        sorts.add(match.lastgroup)
        at = match.end()
    return sorts


def _without_words(lead: str) -> str:
    """The lead without the measure words at its end, which belong to the number; words that a name needs stay.

    "新增", "增加" and the like stay when nothing else is left ("增加学位" is a name, "增加" is not).
    """
    for at in range(len(lead)):
        if at and _measure_words(lead[at:]):
            return lead[:at]
    return lead if _measure_words(lead) is None else ""


def _without_sentence(lead: str) -> tuple[str, bool]:
    """The measure words right before the number, and whether a sentence had to be taken off before them."""
    if _measure_words(lead) is not None:
        return lead, False
    for at in range(1, len(lead) + 1):
        if _measure_words(lead[at:]) is not None and _SENTENCE.fullmatch(lead[:at]):
            return lead[at:], True
    return lead, False


def _without_name(lead: str, name: str) -> str:
    """Some write the name again in front of the target."""
    key = name_key(name)
    for length in range(len(lead), 1, -1):
        if lead[:length].casefold() in key and _measure_words(lead[:length]) is None:
            return lead[length:]
    return lead
