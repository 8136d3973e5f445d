"""A draft, or a stored report, as the lines that a person sees: what the rules would say of it. Stores nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.numbers import rounded
from bot.domain.scheme import Scheme
from bot.presenters.report_said import AskField, Line, NextUp, NodeMark, Preview, Trouble
from bot.services.desk import Desk, Slot
from bot.services.evaluating import Verdict, judge
from bot.services.report_draft import DraftItem, ReportDraft
from bot.services.report_reading import doubts_of

PLACES = 2
# Beyond this a rate says only that the unit is wrong; showing more digits helps nobody.
MOST_POINTS = Decimal(10**6)
_CENT = Decimal(1).scaleb(-PLACES)


@dataclass(frozen=True)
class Seen:
    """What a preview is made from."""

    session: AsyncSession
    desk: Desk
    now: datetime


def points(value: Fraction | Decimal | None) -> Decimal | None:
    """Percentage points for showing."""
    if isinstance(value, Decimal):
        # As stored: the same rounding without the way through a fraction.
        return min(max(value, -MOST_POINTS), MOST_POINTS).quantize(_CENT, ROUND_HALF_UP)
    return None if value is None else rounded(min(max(value, Fraction(-MOST_POINTS)), Fraction(MOST_POINTS)), PLACES)


async def line_of(seen: Seen, slot: Slot, item: DraftItem) -> Line:
    """The item with what the rules would say."""
    verdict = await judge(seen.session, slot.indicator.id, slot.period, item.value, item.nodes, seen.now)
    return line_with(seen.desk.year.scheme, slot, item, verdict)


def line_with(scheme: Scheme, slot: Slot, item: DraftItem, verdict: Verdict) -> Line:
    """The item with what the rules said."""
    indicator, last = slot.indicator, slot.last
    return Line(
        indicator_id=indicator.id,
        name=indicator.name,
        period=str(slot.period),
        unit=indicator.unit or "",
        kind=verdict.measure.kind.value,
        value=item.value,
        no_change=item.no_change,
        progress=points(verdict.measure.progress),
        pace=points(verdict.measure.pace * 100),
        gap=points(verdict.measure.gap),
        grade=verdict.grade,
        grade_word=scheme.grade(verdict.grade).word,
        target=verdict.target,
        nodes=tuple(
            NodeMark(node.position, node.month, node.name, node.position in item.nodes) for node in indicator.nodes
        ),
        last_value=last.value if last else None,
        last_period=last.period if last else None,
        is_correction=item.base is not None,
        old=slot.report.value if slot.report else None,
        problem=item.problem,
        measure=item.measure,
        coordinate=item.coordinate,
        leader=item.leader,
        note=item.note,
        said_month=item.said_month,
        doubts=tuple(doubt.value for doubt in doubts_of(slot, item, scheme.checks)),
    )


async def preview_of(seen: Seen, draft: ReportDraft, version: int, notice: str | None = None) -> Preview:
    """The preview of a draft; items without a value are left out, their troubles are in the draft."""
    lines = []
    early = False
    for item in draft.items:
        slot = seen.desk.slot(item.indicator_id, item.period)
        if slot is None or not item.ready:
            continue
        early = early or slot.early
        lines.append(await line_of(seen, slot, item))
    own = seen.desk.own_ids
    return Preview(
        version=version,
        lines=tuple(lines),
        troubles=draft.troubles,
        early=early,
        on_behalf=any(line.indicator_id not in own for line in lines),
        notice=notice,
    )


def ask_field(
    slot: Slot, field: str, version: int, trouble: Trouble | None = None, *, others: bool = False
) -> AskField:
    """The question for a field of an item. `others`: more are asked for."""
    return AskField(
        version=version,
        field=field,
        indicator_id=slot.indicator.id,
        name=slot.indicator.name,
        unit=slot.indicator.unit or "",
        kind=slot.indicator.kind.value,
        period=str(slot.period),
        target=slot.indicator.target,
        last_value=slot.last.value if slot.last else None,
        last_period=slot.last.period if slot.last else None,
        same=can_repeat(slot),
        current=slot.report.value if slot.report else None,
        trouble=trouble,
        others=others,
    )


def can_repeat(slot: Slot) -> bool:
    """Whether "as last month" means something."""
    return slot.report is None and slot.last is not None and slot.last.value is not None


def next_up(slot: Slot | None) -> NextUp | None:
    """The slot as what comes next."""
    if slot is None:
        return None
    return NextUp(
        indicator_id=slot.indicator.id,
        name=slot.indicator.name,
        period=str(slot.period),
        same=can_repeat(slot),
        last_value=slot.last.value if slot.last else None,
        unit=slot.indicator.unit or "",
    )
