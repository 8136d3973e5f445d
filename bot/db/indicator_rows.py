"""Single indicators as a question needs them, however many the year has: each through an index. Reads only."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, BindParameter, bindparam, select, union

from bot.db.indicators import CycleKey, KnownIndicator
from bot.db.looking import Among, Look, Question
from bot.db.tables import Category, Indicator, IndicatorUnit, Node, PlanPoint, Post, Target, Unit
from bot.db.yardsticks import IndicatorFacts, NodeFact, TargetFact
from bot.domain.kinds import Direction, Kind, Side
from bot.domain.rights import Subject

# The indicators that were read last. Nothing in one changes, and a changed year has another revision, so an entry is
# never wrong and only grows old. One takes about two kilobytes.
KEPT = 2_000
_kept: OrderedDict[tuple[CycleKey, date, int], KnownIndicator] = OrderedDict()
_CYCLE: BindParameter[int] = bindparam("cycle_id", type_=BigInteger)
# The sum keeps both engines from reading the whole year through its index where a few ids are given.
_LISTED = (Indicator.cycle_id + 0 == _CYCLE, Indicator.closed_at.is_(None))


@dataclass(frozen=True)
class _Row:
    """An indicator's own row with the names beside it."""

    facts: IndicatorFacts
    aliases: tuple[str, ...]
    category: str | None
    post_id: int | None
    post: str | None


def _row(aliases: list[object], category: str | None, post_id: int | None, post: str | None, *own: Any) -> _Row:
    key, name, kind, direction, unit, weight, start_month, due = own
    end_month = max(due.month, start_month) if due else 12
    facts = IndicatorFacts(key, name, Kind(kind), Direction(direction), unit, weight, start_month, end_month, due=due)
    return _Row(facts, tuple(str(alias) for alias in aliases), category, post_id, post)


_INDICATORS = Question(
    select(
        Indicator.aliases,
        Category.name,
        Post.id,
        Post.name,
        Indicator.id,
        Indicator.name,
        Indicator.kind,
        Indicator.direction,
        Indicator.unit_of_measure,
        Indicator.weight,
        Indicator.start_month,
        Indicator.due,
    )
    .outerjoin(Post, Post.id == Indicator.responsible_post_id)
    .outerjoin(Category, Category.id == Indicator.category_id)
    .where(Among(Indicator.id, "ids"), *_LISTED),
    _row,
)
_UNITS = Question(
    select(IndicatorUnit.indicator_id, IndicatorUnit.side, Unit.id, Unit.name)
    .join(Unit, Unit.id == IndicatorUnit.unit_id)
    .where(Among(IndicatorUnit.indicator_id, "ids"))
    .order_by(IndicatorUnit.indicator_id, IndicatorUnit.position),
    lambda key, *part: (key, part),
)
_TARGETS = Question(
    select(Target.indicator_id, Target.effective_from, Target.value, Target.text)
    .where(Among(Target.indicator_id, "ids"))
    .order_by(Target.effective_from),
    lambda key, *target: (key, TargetFact(*target)),
)
_NODES = Question(
    select(Node.indicator_id, Node.position, Node.month, Node.name, Node.weight)
    .where(Among(Node.indicator_id, "ids"))
    .order_by(Node.position),
    lambda key, *node: (key, NodeFact(*node)),
)
_CURVES = Question(
    select(PlanPoint.indicator_id, PlanPoint.month, PlanPoint.share)
    .where(Among(PlanPoint.indicator_id, "ids"))
    .order_by(PlanPoint.month),
    lambda key, *point: (key, point),
)


async def known(look: Look, cycle: CycleKey, on: date, ids: Sequence[int]) -> dict[int, KnownIndicator]:
    """These indicators of the year as of a day, by id; closed ones and those of other years are left out."""
    found = {key: item for key in ids if (item := _kept.get((cycle, on, key)))}
    missing = [key for key in ids if key not in found]
    if missing:
        for item in await _read(look, cycle, on, missing):
            found[item.id] = _kept[cycle, on, item.id] = item
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


async def _read(look: Look, cycle: CycleKey, on: date, ids: list[int]) -> list[KnownIndicator]:
    rows = await look.all(_INDICATORS, ids=ids, cycle_id=cycle.id)
    units = await _by_indicator(look, _UNITS, ids)
    targets = await _by_indicator(look, _TARGETS, ids)
    nodes = await _by_indicator(look, _NODES, ids)
    curves = await _by_indicator(look, _CURVES, ids)
    return [
        _known(
            replace(row.facts, targets=tuple(targets[key]), nodes=tuple(nodes[key]), curve=tuple(curves[key])),
            row,
            units[key],
            on,
        )
        for row in rows
        for key in [row.facts.id]
    ]


async def _by_indicator(look: Look, question: Question[tuple[int, Any]], ids: list[int]) -> dict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for key, part in await look.all(question, ids=ids):
        found[key].append(part)
    return found


def _known(facts: IndicatorFacts, row: _Row, units: list[tuple[str, int, str]], on: date) -> KnownIndicator:
    leading = [(key, name) for side, key, name in units if side == Side.LEAD]
    cooperating = [(key, name) for side, key, name in units if side == Side.COOPERATING]
    return KnownIndicator(
        facts=facts,
        on=on,
        aliases=row.aliases,
        category=row.category,
        responsible_post_id=row.post_id,
        responsible_post=row.post,
        lead_units=tuple(name for _, name in leading),
        lead_unit_ids=tuple(key for key, _ in leading),
        cooperating_units=tuple(name for _, name in cooperating),
        subject=Subject(
            lead_unit_ids=frozenset(key for key, _ in leading),
            cooperating_unit_ids=frozenset(key for key, _ in cooperating),
            responsible_post_ids=frozenset([row.post_id] if row.post_id is not None else []),
        ),
    )


_part = select(IndicatorUnit.indicator_id).where(Among(IndicatorUnit.unit_id, "unit_ids"))
_post = select(Indicator.id).where(Among(Indicator.responsible_post_id, "post_ids"))
_OWN = Question(
    select(Indicator.id)
    .where(Indicator.id.in_(union(_post, _part.where(IndicatorUnit.side == Side.LEAD.value))), *_LISTED)
    .order_by(Indicator.position, Indicator.id),
    int,
)
_INVOLVED = Question(
    select(Indicator.id)
    .where(Indicator.id.in_(union(_post, _part)), *_LISTED)
    .order_by(Indicator.position, Indicator.id)
    .limit(bindparam("count")),
    int,
)


async def own_ids(look: Look, cycle: CycleKey, post_ids: Sequence[int], unit_ids: Sequence[int]) -> list[int]:
    """The indicators that these posts are responsible for or these units lead, in the order of the lists."""
    return await look.all(_OWN, cycle_id=cycle.id, post_ids=post_ids, unit_ids=unit_ids)


async def involved_ids(
    look: Look, cycle: CycleKey, post_ids: Sequence[int], unit_ids: Sequence[int], count: int
) -> list[int]:
    """The first of those that these posts or units have any part in, in the order of the lists."""
    return await look.all(_INVOLVED, cycle_id=cycle.id, post_ids=post_ids, unit_ids=unit_ids, count=count)


_FIRST = Question(
    select(Indicator.name)
    .where(Indicator.cycle_id == _CYCLE, Indicator.closed_at.is_(None))
    .order_by(Indicator.position, Indicator.id)
    .limit(bindparam("count")),
    str,
)


async def first_names(look: Look, cycle: CycleKey, count: int) -> list[str]:
    """The names at the head of the year's lists."""
    return await look.all(_FIRST, cycle_id=cycle.id, count=count)
