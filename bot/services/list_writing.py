"""Writes what a year's lists change: indicators with their targets and units, points, bonus items, reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import lists, orders
from bot.db.calendars import text_of
from bot.db.pushes import cancel_queued
from bot.db.tables import (
    Appraisal,
    BonusItem,
    Category,
    Cycle,
    Indicator,
    IndicatorUnit,
    Node,
    OrderEvent,
    PlanPoint,
    Point,
    Target,
)
from bot.domain.kinds import Side
from bot.domain.orders import OrderEvent as OrderStep
from bot.domain.orders import OrderState, advance
from bot.reading.plain import name_key
from bot.services.cause import Cause, Change, audit
from bot.services.list_diff import IndicatorChange, NewIndicator, YearDiff
from bot.services.places import Places
from bot.sheets.records import BonusRow, IndicatorRow, PointRow

AN_EQUAL_SHARE = Decimal(1)
# Why an order was closed, beside the bases that the office has.
NOT_LISTED = "not_listed"


@dataclass
class Writing:
    """One import being written into one year."""

    session: AsyncSession
    cause: Cause
    cycle: Cycle
    today: date
    places: Places
    appraisals: dict[str, Appraisal] = field(default_factory=dict)
    categories: dict[tuple[int, str], Category] = field(default_factory=dict)

    @property
    def effective_from(self) -> date:
        """From when a changed target holds: today, kept within the year."""
        first, last = date(self.cycle.year, 1, 1), date(self.cycle.year, 12, 31)
        return min(max(self.today, first), last)


async def write_year(writing: Writing, diff: YearDiff) -> None:
    """Write all changes of the year's lists, each with its line in the audit."""
    if diff.calendar:
        _put_calendar(writing, diff)
    await _meet(writing, diff)
    position = await lists.highest_position(writing.session, Indicator, writing.cycle.id)
    for place, new in enumerate(diff.added, start=position + 1):
        await _add(writing, new, place)
    for change in diff.changed:
        await _change(writing, change)
    for known in diff.gone:
        known.row.closed_at = writing.cause.now
        known.row.row_version += 1
        _note(writing, "close_indicator", "indicator", known.row.id, before={"name": known.row.name})
    await writing.session.flush()
    await _close_orders(writing, [known.row.id for known in diff.gone])
    await _write_points(writing, diff)
    await _write_bonuses(writing, diff)


async def _close_orders(writing: Writing, indicator_ids: list[int]) -> None:
    """Nobody answers for a warning of an indicator that is not on the lists any more."""
    for order in (await orders.open_orders(writing.session, indicator_ids)).values():
        order.state = advance(OrderState(order.state), OrderStep.CLOSE).value
        order.closed_at, order.close_basis = writing.cause.now, NOT_LISTED
        order.row_version += 1
        event = OrderEvent(order_id=order.id, at=writing.cause.now, event="closed", detail={"basis": NOT_LISTED})
        writing.session.add(event)
        await cancel_queued(writing.session, subject_kind="order", subject_id=order.id)


def _put_calendar(writing: Writing, diff: YearDiff) -> None:
    before = writing.cycle.calendar
    writing.cycle.calendar = text_of((row.day, row.works, row.note) for row in diff.calendar.days)
    change = Change("change_calendar", "cycle", writing.cycle.id, {"days": before}, {"days": writing.cycle.calendar})
    audit(writing.session, writing.cause, change)


async def _meet(writing: Writing, diff: YearDiff) -> None:
    rows = [new.row for new in diff.added] + [change.row for change in diff.changed]
    units = {unit for row in rows for unit in (*row.lead_units, *row.cooperating_units)}
    await writing.places.meet(units, {row.responsible_leader for row in rows if row.responsible_leader})
    appraisals, categories = await lists.appraisal_tree(writing.session, writing.cycle.id)
    writing.appraisals = {item.name: item for item in appraisals}
    writing.categories = {(item.appraisal_id, item.name): item for item in categories}


async def _add(writing: Writing, new: NewIndicator, position: int) -> None:
    row = new.row
    indicator = new.closed.row if new.closed else Indicator(cycle_id=writing.cycle.id, position=position, aliases=[])
    indicator.closed_at = None
    indicator.list_title = new.list_title
    await _fill(writing, indicator, row)
    writing.session.add(indicator)
    await writing.session.flush()
    await _put_target(writing, indicator, row, first=new.closed is None)
    await _put_parts(writing, indicator, row)
    action = "reopen_indicator" if new.closed else "add_indicator"
    _note(writing, action, "indicator", indicator.id, after=_words(row))


async def _change(writing: Writing, change: IndicatorChange) -> None:
    indicator, said = change.known.row, change.known.said
    await _fill(writing, indicator, change.row)
    indicator.row_version += 1
    if (said.target, said.target_text) != (change.row.target, change.row.target_text):
        await _put_target(writing, indicator, change.row, first=False)
    await _put_parts(writing, indicator, change.row)
    _note(writing, "change_indicator", "indicator", indicator.id, before=_words(said), after=_words(change.row))


async def _fill(writing: Writing, indicator: Indicator, row: IndicatorRow) -> None:
    appraisal = await _appraisal(writing, row.appraisal) if row.appraisal else None
    category = await _category(writing, row, appraisal)
    leader = await writing.places.leader_post(row.responsible_leader) if row.responsible_leader else None
    indicator.appraisal_id = appraisal.id if appraisal else None
    indicator.category_id = category.id if category else None
    indicator.name = row.name
    indicator.kind, indicator.direction = row.kind.value, row.direction.value
    indicator.unit_of_measure, indicator.weight = row.unit, row.weight
    indicator.responsible_post_id = leader.id if leader else None
    indicator.due, indicator.due_text = row.due, row.due_text or None
    indicator.scoring_text = row.scoring_text or None


async def _appraisal(writing: Writing, name: str) -> Appraisal:
    if name not in writing.appraisals:
        appraisal = Appraisal(cycle_id=writing.cycle.id, name=name, position=len(writing.appraisals) + 1)
        writing.session.add(appraisal)
        await writing.session.flush()
        writing.appraisals[name] = appraisal
    return writing.appraisals[name]


async def _category(writing: Writing, row: IndicatorRow, appraisal: Appraisal | None) -> Category | None:
    if not row.category:
        return None
    # A list of one appraisal does not name it; its categories hang on one without a name.
    parent = appraisal or await _appraisal(writing, "")
    key = (parent.id, row.category)
    if key not in writing.categories:
        category = Category(appraisal_id=parent.id, name=row.category, position=len(writing.categories) + 1)
        writing.session.add(category)
        await writing.session.flush()
        writing.categories[key] = category
    return writing.categories[key]


async def _put_target(writing: Writing, indicator: Indicator, row: IndicatorRow, *, first: bool) -> None:
    """A new version from today; the first one holds from the year's first day. A second change of a day replaces."""
    day = date(writing.cycle.year, 1, 1) if first else writing.effective_from
    target = None if first else await lists.target_from(writing.session, indicator.id, day)
    if target is None:
        target = Target(indicator_id=indicator.id, effective_from=day)
        writing.session.add(target)
    target.value, target.text, target.recorded_at = row.target, row.target_text, writing.cause.now


async def _put_parts(writing: Writing, indicator: Indicator, row: IndicatorRow) -> None:
    session = writing.session
    for table in (IndicatorUnit, PlanPoint):
        await session.execute(delete(table).where(table.indicator_id == indicator.id))
    for side, names in ((Side.LEAD, row.lead_units), (Side.COOPERATING, row.cooperating_units)):
        for position, name in enumerate(dict.fromkeys(names)):
            unit = await writing.places.unit(name)
            session.add(IndicatorUnit(indicator_id=indicator.id, unit_id=unit.id, side=side.value, position=position))
    session.add_all(PlanPoint(indicator_id=indicator.id, month=at.month, share=at.share) for at in row.curve)
    await session.execute(delete(Node).where(Node.indicator_id == indicator.id))
    session.add_all(
        Node(
            indicator_id=indicator.id,
            position=place,
            month=node.month,
            name=node.name,
            weight=node.weight if node.weight is not None else AN_EQUAL_SHARE,
        )
        for place, node in enumerate(row.nodes, start=1)
    )
    await session.flush()


async def _write_points(writing: Writing, diff: YearDiff) -> None:
    if not (diff.points_added or diff.points_changed or diff.points_gone):
        return
    stored = await lists.indicators_of(writing.session, writing.cycle.id)
    ids = {name_key(item.row.name): item.row.id for item in stored if item.row.closed_at is None}
    for row, title in diff.points_added:
        point = Point(indicator_id=ids[name_key(row.indicator)], kind=row.kind.value, list_title=title)
        _fill_point(point, row)
        writing.session.add(point)
    for point, row in diff.points_changed:
        _fill_point(point, row)
    for point in diff.points_gone:
        point.closed_at = writing.cause.now
    _note_tally(writing, "points", (diff.points_added, diff.points_changed, diff.points_gone))


def _fill_point(point: Point, row: PointRow) -> None:
    point.text, point.project, point.person = row.text, row.project, row.person
    point.start, point.due = row.start, row.due


async def _write_bonuses(writing: Writing, diff: YearDiff) -> None:
    if not (diff.bonuses_added or diff.bonuses_changed or diff.bonuses_gone):
        return
    position = await lists.highest_position(writing.session, BonusItem, writing.cycle.id)
    for place, (row, title) in enumerate(diff.bonuses_added, start=position + 1):
        item = BonusItem(cycle_id=writing.cycle.id, category=row.category or "", name=row.name, list_title=title)
        item.position = place
        _fill_bonus(item, row)
        writing.session.add(item)
    for item, row in diff.bonuses_changed:
        _fill_bonus(item, row)
    for item in diff.bonuses_gone:
        item.closed_at = writing.cause.now
    _note_tally(writing, "bonuses", (diff.bonuses_added, diff.bonuses_changed, diff.bonuses_gone))


def _fill_bonus(item: BonusItem, row: BonusRow) -> None:
    item.units, item.cap, item.closed_at = list(row.units), row.cap, None


def _note(
    writing: Writing,
    action: str,
    kind: str,
    subject_id: int | None,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit(writing.session, writing.cause, Change(action, kind, subject_id, before, after))


def _note_tally(writing: Writing, kind: str, changes: tuple[Sequence[object], ...]) -> None:
    counts: dict[str, object] = dict(zip(("added", "changed", "gone"), map(len, changes), strict=True))
    _note(writing, f"import_{kind}", "cycle", writing.cycle.id, after=counts)


def _words(row: IndicatorRow) -> dict[str, object]:
    """What the audit keeps of an indicator, as texts."""
    return {
        "name": row.name,
        "target": row.target_text if row.target is None else f"{row.target:f}",
        "unit": row.unit,
        "kind": row.kind.value,
        "direction": row.direction.value,
        "weight": None if row.weight is None else f"{row.weight:f}",
        "lead_units": list(row.lead_units),
        "cooperating_units": list(row.cooperating_units),
        "responsible_leader": row.responsible_leader,
        "due": row.due.isoformat(),
    }
