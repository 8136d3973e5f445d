"""The indicators of a year with everything that cards, lists and reports need. Functions never commit."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.people import subjects_of
from bot.db.revision import is_changed
from bot.db.tables import Category, Indicator, IndicatorUnit, Post, Unit
from bot.db.yardsticks import IndicatorFacts, NodeFact, facts_of
from bot.domain.kinds import Kind, Side
from bot.domain.measure import Yardstick, effective_kind
from bot.domain.rights import Subject


@dataclass(frozen=True)
class CycleKey:
    """An appraisal year as it was read; `revision` tells whether its indicators are still the same."""

    id: int
    revision: str


# The years that were read last: this year, and on the days around New Year the one before. Nothing in it changes, and
# a changed year has another revision, so an entry is never wrong and only grows old.
_KEPT = 4
_kept: OrderedDict[tuple[CycleKey, date], tuple[KnownIndicator, ...]] = OrderedDict()


@dataclass(frozen=True)
class KnownIndicator:
    """An indicator in force, as of a day: `on` decides which version of its target counts."""

    facts: IndicatorFacts
    on: date
    aliases: tuple[str, ...]
    category: str | None
    responsible_post_id: int | None
    responsible_post: str | None
    lead_units: tuple[str, ...]
    lead_unit_ids: tuple[int, ...]
    cooperating_units: tuple[str, ...]
    subject: Subject

    @property
    def id(self) -> int:
        """Its row."""
        return self.facts.id

    @property
    def name(self) -> str:
        """As the list has it."""
        return self.facts.name

    @property
    def unit(self) -> str | None:
        """Its unit of measure."""
        return self.facts.unit_of_measure

    @property
    def nodes(self) -> tuple[NodeFact, ...]:
        """The steps of a milestone."""
        return self.facts.nodes

    @property
    def target(self) -> Decimal | None:
        """The target in force on the day."""
        found = self.facts.target_on(self.on)
        return found.value if found else None

    @property
    def target_text(self) -> str:
        """The target as the list has it, for targets that are no number."""
        found = self.facts.target_on(self.on)
        return found.text if found else ""

    @cached_property
    def kind(self) -> Kind:
        """The kind that decides the arithmetic."""
        return effective_kind(self.yardstick())

    def yardstick(self, nodes_done: Collection[int] = ()) -> Yardstick:
        """What it is measured against, with these nodes done (by position)."""
        return self.facts.yardstick(self.on, nodes_done)

    def share_of(self, nodes_done: Collection[int]) -> Decimal | None:
        """The part of the nodes' weight that is done, in per cent with six places; None without nodes."""
        whole = sum((node.weight for node in self.nodes), Decimal(0))
        if not whole:
            return None
        done = sum((node.weight for node in self.nodes if node.position in nodes_done), Decimal(0))
        return (100 * done / whole).quantize(Decimal("0.000001"))


async def of_cycle(session: AsyncSession, cycle: CycleKey, on: date) -> tuple[KnownIndicator, ...]:
    """The year's indicators as of a day, in the order of its lists; closed ones are left out.

    Read once for each revision of the year. Within a transaction that changes indicators they are read anew.
    """
    if is_changed(session):
        return await _read(session, cycle.id, on)
    found = _kept.get((cycle, on))
    if found is None:
        found = _kept[cycle, on] = await _read(session, cycle.id, on)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


async def one_of_cycle(session: AsyncSession, cycle: CycleKey, on: date, indicator_id: int) -> KnownIndicator | None:
    """That indicator of the year; None for one that is closed or of another year."""
    return next((item for item in await of_cycle(session, cycle, on) if item.id == indicator_id), None)


async def _read(session: AsyncSession, cycle_id: int, on: date) -> tuple[KnownIndicator, ...]:
    query = (
        select(Indicator.id, Indicator.aliases, Category.name, Post.id, Post.name)
        .outerjoin(Post, Post.id == Indicator.responsible_post_id)
        .outerjoin(Category, Category.id == Indicator.category_id)
        .where(Indicator.cycle_id == cycle_id, Indicator.closed_at.is_(None))
        .order_by(Indicator.position, Indicator.id)
    )
    rows = (await session.execute(query)).all()
    found = [row[0] for row in rows]
    facts = await facts_of(session, found)
    subjects = await subjects_of(session, found)
    units = await _units(session, found)
    return tuple(
        KnownIndicator(
            facts=facts[indicator_id],
            on=on,
            aliases=tuple(str(alias) for alias in aliases),
            category=category,
            responsible_post_id=post_id,
            responsible_post=post,
            lead_units=tuple(name for side, _, name in units[indicator_id] if side == Side.LEAD),
            lead_unit_ids=tuple(unit_id for side, unit_id, _ in units[indicator_id] if side == Side.LEAD),
            cooperating_units=tuple(name for side, _, name in units[indicator_id] if side == Side.COOPERATING),
            subject=subjects[indicator_id],
        )
        for indicator_id, aliases, category, post_id, post in rows
    )


async def lock(session: AsyncSession, indicator_id: int) -> None:
    """Hold the indicator until the end of the transaction, so that two reports of it come one after the other.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name != "sqlite":
        await session.execute(select(Indicator.id).where(Indicator.id == indicator_id).with_for_update())


async def _units(session: AsyncSession, ids: list[int]) -> defaultdict[int, list[tuple[str, int, str]]]:
    query = (
        select(IndicatorUnit.indicator_id, IndicatorUnit.side, Unit.id, Unit.name)
        .join(Unit, Unit.id == IndicatorUnit.unit_id)
        .where(IndicatorUnit.indicator_id.in_(ids))
        .order_by(IndicatorUnit.indicator_id, IndicatorUnit.position)
    )
    found: defaultdict[int, list[tuple[str, int, str]]] = defaultdict(list)
    for indicator_id, side, unit_id, name in await session.execute(query):
        found[indicator_id].append((side, unit_id, name))
    return found
