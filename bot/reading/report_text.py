"""Takes a typed report apart: which indicator, which value, what is wrong, who should help."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.reading.folding import fold
from bot.reading.name_forms import compact
from bot.reading.named import NamedItem
from bot.reading.nothing_happened import nothing_happened_span, says_nothing_of
from bot.reading.quantity import (
    Quantity,
    QuantityKind,
    Trend,
    find_quantities,
    is_bounded,
    same_as_last_span,
    stands_alone,
    weigh,
)
from bot.reading.report_lines import report_lines
from bot.reading.report_names import NameSpan, belongs_to_name, find_name, resolve
from bot.reading.report_nodes import read_nodes, without_nodes
from bot.reading.report_remarks import joined, read_remarks
from bot.reading.search import NameIndex
from bot.reading.units import UnitMismatch, fit

_TELLS_FALL = re.compile(r"下降|降低|减少|压减|削减")
# A shorter word than this names another indicator than the one spoken about only if it is its listed name.
_SHORTEST_OTHER = 4
_MONTH = re.compile(r"([0-9]{1,2})月")
_CLAUSE_START = re.compile(r"(?:^|[,，。;；!！\n])\s*")


@dataclass(frozen=True, slots=True)
class ReportText:
    """What one reply says about one indicator; every field may be missing.

    `indicator_hint` is the typed name, `item` the indicator it names beyond doubt, `candidates` those it may name.
    `coordinate` is the whole request for help, `coordinate_leader` the post or unit named in it. `remark` holds
    figures beside the value (同比增长5%), `month` the month that the value is said to reach (1-10月 is 10). Spans of
    quantities point into `text`.
    """

    text: str
    indicator_hint: str | None = None
    item: NamedItem | None = None
    candidates: tuple[NamedItem, ...] = ()
    quantity: Quantity | None = None
    same_as_last: bool = False
    nodes_done: tuple[str, ...] = ()
    problem: str | None = None
    coordinate: str | None = None
    coordinate_leader: str | None = None
    measure: str | None = None
    expected: Quantity | None = None
    remark: str | None = None
    month: int | None = None

    @property
    def has_value(self) -> bool:
        """Whether something was reported, and not only told."""
        return self.quantity is not None or self.same_as_last or bool(self.nodes_done)


def read_report(text: str, names: Sequence[NamedItem] | NameIndex, about: NamedItem | None = None) -> ReportText | None:
    """One report from `text`; None where there is nothing in it.

    `about` is the indicator that the text answers to when it names none itself.
    """
    if not re.search(r"\w", text):
        return None
    index = names if isinstance(names, NameIndex) else NameIndex(names)
    name, item, candidates = _name(text, index, about)
    start = name.end if name is not None else 0
    same = _same_span(text, start)
    item, candidates, quantity = _settle(text, name, index, (item, candidates), after_same=same is not None)
    if item is not None and item.incidents and same is None:
        quantity = _none_happened(text, name, quantity)
    report = ReportText(
        text=text,
        indicator_hint=text[name.start : name.end].strip() if name is not None else None,
        item=item,
        candidates=candidates,
        quantity=quantity,
        same_as_last=quantity is None and same is not None,
        nodes_done=read_nodes(text[start:], item.nodes) if item is not None else (),
        month=_month(text, name, quantity) if quantity is not None else None,
    )
    return _with_remarks(report, start, quantity.span if quantity is not None else same)


def _month(text: str, name: NameSpan | None, quantity: Quantity) -> int | None:
    """The month in the words that lead to the value or to the name; None for a month that something else is about."""
    start, folded = (name.end if name is not None else 0), fold(text)
    before = folded[start : quantity.span[0]]
    telling = _TELLING_ONLY.search(before)
    leads = [before[telling.start() :] if telling else ""]
    if name is not None and _TELLING_ONLY.fullmatch(folded[: name.start]):
        leads.append(folded[: name.start])
    found = [int(month) for lead in leads for month in _MONTH.findall(lead)]
    return found[0] if found and 1 <= found[0] <= 12 else None


def _none_happened(text: str, name: NameSpan | None, quantity: Quantity | None) -> Quantity | None:
    """A zero where the words say that nothing happened; a number beside them goes before them."""
    if name is not None and name.start > 0 and says_nothing_of(text[: name.start]):
        span = (0, name.end)
    else:
        start = name.end if name is not None else 0
        found = nothing_happened_span(text[start:])
        if found is None:
            return quantity
        span = (found[0] + start, found[1] + start)
    if quantity is not None and quantity.span[0] >= span[1]:
        return quantity
    return Quantity(Decimal(0), None, False, span, QuantityKind.NUMBER)


def _with_remarks(report: ReportText, start: int, value: tuple[int, int] | None) -> ReportText:
    """Sort what stands before the value and after it."""
    text = report.text
    nodes = report.item.nodes if report.item is not None else ()
    if value is None:
        said = [read_remarks(without_nodes(text[start:], nodes), start)]
    else:
        before = _without_telling(text[start : value[0]])
        said = [
            read_remarks(without_nodes(part, nodes), at) for part, at in ((before, start), (text[value[1] :], value[1]))
        ]
    return replace(
        report,
        problem=joined([clause for part in said for clause in part.problem]),
        coordinate=joined([clause for part in said for clause in part.coordinate]),
        coordinate_leader=next((part.leader for part in said if part.leader), None),
        measure=joined([clause for part in said for clause in part.measure]),
        expected=next((part.expected for part in said if part.expected), None),
        remark=joined([clause for part in said for clause in part.statistics]),
    )


def _name(
    text: str, index: NameIndex, about: NamedItem | None
) -> tuple[NameSpan | None, NamedItem | None, tuple[NamedItem, ...]]:
    """The typed name with what it means. Words that mean nothing are no name when we know what is spoken about."""
    only = about or (next(iter(index)) if len(index) == 1 else None)
    name = find_name(text, index)
    if name is None:
        return None, only, ()
    typed = compact(text[name.start : name.end])
    if about is not None and not name.exact and len(typed) < _SHORTEST_OTHER:
        begun = [] if len(typed) < 2 or _TELLING_ONLY.fullmatch(typed) else index.beginning(typed)
        return (name, begun[0], ()) if len(begun) == 1 and begun[0] != about else (None, about, ())
    item, candidates = resolve(text[name.start : name.end], index)
    if item is None and not candidates:
        return (None, only, ()) if not name.exact else (name, only, ())
    if about is not None and about in candidates:
        return name, about, ()
    return name, item, candidates


def _same_span(text: str, start: int) -> tuple[int, int] | None:
    """Where a clause says that nothing changed."""
    for match in _CLAUSE_START.finditer(text, start):
        span = same_as_last_span(text[match.end() :])
        if span is not None:
            return span[0] + match.end(), span[1] + match.end()
    span = same_as_last_span(text[start:])
    return (span[0] + start, span[1] + start) if span is not None else None


_Named = tuple[NamedItem | None, tuple[NamedItem, ...]]


def _settle(
    text: str, name: NameSpan | None, index: NameIndex, named: _Named, *, after_same: bool
) -> tuple[NamedItem | None, tuple[NamedItem, ...], Quantity | None]:
    """Choose the value; its unit may decide between several names."""
    item, candidates = named
    quantity = _value(text, name, index, item, after_same)
    if item is None and candidates and quantity is not None and quantity.unit is not None:
        fitting = [one for one in candidates if _fits(quantity, one) > 0]
        if len(fitting) == 1:
            item, candidates = fitting[0], ()
    if quantity is not None and item is not None and quantity.trend is not None and _TELLS_FALL.search(item.name):
        # The name itself counts a fall: 能耗 下降3.2% reports 3.2, 能耗 上升1% reports -1.
        falls = quantity.trend is Trend.FALLING
        quantity = replace(quantity, value=abs(quantity.value) if falls else -abs(quantity.value))
    return item, candidates, quantity


def _value(
    text: str, name: NameSpan | None, index: NameIndex, item: NamedItem | None, after_same: bool
) -> Quantity | None:
    start = name.end if name is not None else 0
    # The name becomes letters that mean nothing: its digits and words (下降) do not touch the value.
    masked = "名" * start + text[start:]
    best: tuple[int, int, Quantity] | None = None
    for found in find_quantities(masked):
        points = weigh(masked, found, start)
        fitting = _fits(found, item) if item is not None else 0
        alone = stands_alone(masked, found, start)
        if points <= 0 or (after_same and not alone) or (fitting < 0 and not alone and not is_bounded(masked, found)):
            continue
        if start == 0 and not alone and belongs_to_name(text, found.span, index):
            continue
        entry = (points + 3 * fitting, -found.span[0], found)
        if best is None or entry[:2] > best[:2]:
            best = entry
    return best[2] if best is not None else None


def _fits(found: Quantity, item: NamedItem) -> int:
    """1: in a unit of the indicator; 0: nothing known, or a share of its target; -1: of something else."""
    if item.measure is None or found.unit is None:
        return 0
    fitted = fit(found, item.measure, None)
    if isinstance(fitted, UnitMismatch):
        return 0 if fitted.why == "no_target" else -1
    return 1


_TELLING_ONLY = re.compile(
    r"(?:[\s,，。:：;；!！、=()（）\-+约]|完成投资|完成额|完成值|完成|累计|累积|合计|共计|总计|共|达到|达|实现|目前|截[至止]到?|到|现在|本月|当月|今年|全年|全区|"
    r"(?:20[0-9]{2}年)?(?:[0-9]{1,2}[-—~至到])?[0-9]{1,2}月(?:份|底|末)?|已经|已|为|是|有|了|大约|大概|将近|接近|近|仅|只|报|增速|同比|增长|下降|提高|数据|数值|值|数|新增|实际|的|就|才|指标|情况)*$"
)


def _without_telling(text: str) -> str:
    """What stands before the value without the words that only lead to it: 征地慢，目前累计完成 -> 征地慢."""
    match = _TELLING_ONLY.search(text)
    return text[: match.start()] if match else text


def read_reports(text: str, names: Sequence[NamedItem] | NameIndex, about: NamedItem | None = None) -> list[ReportText]:
    """One report for each indicator that `text` names; lines that name none continue the one before."""
    index = names if isinstance(names, NameIndex) else NameIndex(names)
    found = (read_report(line, index, about if at == 0 else None) for at, line in enumerate(report_lines(text, index)))
    return [report for report in found if report is not None]
