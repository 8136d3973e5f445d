"""From what was read out of a typed text to the item of a draft: the value in the indicator's unit, or a trouble."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from bot.db.indicators import KnownIndicator
from bot.db.types import LARGEST, SCALE
from bot.domain.kinds import Kind
from bot.domain.reporting import Doubt, check_value
from bot.domain.scheme import ReportChecks
from bot.presenters.report_said import Trouble
from bot.reading.named import NamedItem
from bot.reading.quantity import Quantity
from bot.reading.report_text import ReportText
from bot.reading.units import UnitMismatch, Why, fit
from bot.services.desk import Slot
from bot.services.report_draft import DraftItem

INCIDENTS = frozenset({Kind.EVENT, Kind.CONTROL_CUMULATIVE})
_SMALLEST = Decimal(1).scaleb(-SCALE)


def named(item: KnownIndicator) -> NamedItem:
    """The indicator as the readers know it."""
    return NamedItem(
        id=item.id,
        name=item.name,
        aliases=item.aliases,
        measure=item.unit,
        owners=item.lead_units,
        nodes=tuple(node.name for node in item.nodes),
        incidents=item.kind in INCIDENTS,
    )


def first_item(slot: Slot) -> DraftItem:
    """Where a report begins: what is in for the month, else nothing; a milestone's nodes as they stood last."""
    base = slot.report
    if base is not None:
        return DraftItem(
            indicator_id=slot.indicator.id,
            period=str(slot.period),
            ready=True,
            value=base.value,
            nodes=base.nodes_done,
            no_change=base.no_change,
            problem=base.problem,
            measure=base.measure,
            coordinate=base.coordinate,
            leader_post_id=base.coordinate_post_id,
            leader=base.coordinate_post,
            base=base.id,
        )
    nodes = slot.last.nodes_done if slot.last else ()
    item = DraftItem(slot.indicator.id, str(slot.period), nodes=nodes)
    if slot.indicator.nodes:
        return replace(item, ready=True, value=slot.indicator.share_of(nodes))
    return item


def same_as_last(slot: Slot, item: DraftItem) -> DraftItem | Trouble:
    """Last month's value and words; what needed coordination then is not asked for again."""
    last = slot.last
    if last is None or (last.value is None and not last.nodes_done):
        return Trouble("no_last", {"name": slot.indicator.name})
    return replace(
        item,
        ready=True,
        value=last.value,
        nodes=last.nodes_done,
        no_change=True,
        said_month=None,
        problem=item.problem or last.problem,
        measure=item.measure or last.measure,
    )


def with_text(slot: Slot, item: DraftItem, read: ReportText) -> DraftItem | Trouble:
    """The item with what the text says. A trouble says why its value cannot be taken; its words are kept by `told`."""
    item = told(item, read)
    if read.same_as_last:
        return same_as_last(slot, item)
    if slot.indicator.nodes:
        return _with_nodes(slot.indicator, item, read)
    if read.quantity is not None:
        return with_quantity(slot, replace(item, said_month=read.month), read.quantity)
    if slot.indicator.kind is Kind.MANUAL and (read.problem or read.measure or read.remark):
        # Judged by hand: words alone are a report.
        return replace(item, ready=True, problem=item.problem or read.remark)
    return item


def told(item: DraftItem, read: ReportText) -> DraftItem:
    """The item with the words of the text beside its value."""
    return replace(
        item,
        problem=read.problem or item.problem,
        measure=read.measure or item.measure,
        coordinate=read.coordinate or item.coordinate,
    )


def with_quantity(slot: Slot, item: DraftItem, quantity: Quantity) -> DraftItem | Trouble:
    """The item with this value, in the indicator's own unit."""
    fitted = fit(quantity, slot.indicator.unit, slot.indicator.target)
    if isinstance(fitted, UnitMismatch):
        return _mismatch(slot, fitted)
    value = fitted.value.quantize(_SMALLEST, ROUND_HALF_UP) if abs(fitted.value) < LARGEST else fitted.value
    if abs(value) >= LARGEST:
        return Trouble("too_large", {"name": slot.indicator.name, "unit": slot.indicator.unit or ""})
    note = fitted.note.value if fitted.note else ("rounded" if value != fitted.value else None)
    return replace(item, ready=True, value=_plain(value), no_change=False, note=note)


def doubts_of(slot: Slot, item: DraftItem, checks: ReportChecks) -> tuple[Doubt, ...]:
    """What is asked about before the value is taken; nothing for a value that was taken before."""
    if item.value is None or item.no_change:
        return ()
    if slot.report is not None and slot.report.value == item.value:
        return ()
    previous = slot.last.value if slot.last else None
    found = check_value(
        item.value, previous, slot.indicator.yardstick(item.nodes), unit=slot.indicator.unit or "", checks=checks
    )
    other_month = item.said_month is not None and item.said_month != slot.period.month
    return (Doubt.OTHER_MONTH, *found) if other_month else found


def _with_nodes(indicator: KnownIndicator, item: DraftItem, read: ReportText) -> DraftItem:
    """Nodes that the text calls done are added; a rate says nothing about which nodes, so it asks for ticks."""
    by_name = {node.name: node.position for node in indicator.nodes}
    done = tuple(sorted({*item.nodes, *(by_name[name] for name in read.nodes_done if name in by_name)}))
    note = "tick_nodes" if read.quantity is not None and not read.nodes_done else None
    return replace(item, ready=True, nodes=done, value=indicator.share_of(done), no_change=False, note=note)


def toggled(indicator: KnownIndicator, item: DraftItem, position: int) -> DraftItem:
    """The item with this node ticked, or not ticked any more."""
    done = tuple(sorted(set(item.nodes) ^ {position}))
    return replace(item, nodes=done, value=indicator.share_of(done), no_change=False, note=None, ready=True)


def _mismatch(slot: Slot, found: UnitMismatch) -> Trouble:
    params = {"name": slot.indicator.name, "typed": found.typed, "unit": found.wanted or ""}
    return Trouble(f"unit_{found.why.value}" if found.why is not Why.OTHER_UNIT else "unit_other", params)


def _plain(value: Decimal) -> Decimal:
    """Without trailing zeros, and never in scientific notation."""
    return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
