"""A small district with real rows: two leaders, two units, an office, three indicators, everybody bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from bot.db.engine import Database
from bot.db.people import KnownActor, actor_of_person
from bot.db.tables import (
    Account,
    Cycle,
    DecisionRow,
    Indicator,
    IndicatorUnit,
    Node,
    Person,
    Post,
    Push,
    Report,
    SchemeVersion,
    Target,
    Tenure,
    Unit,
    WarningOrder,
)
from bot.domain.period import Period
from bot.services.cause import Cause
from bot.services.evaluating import Verdict, evaluate, evaluate_all
from bot.services.sweep_report import SweepReport
from bot.services.sweeping import run_due

SCHEME = (Path(__file__).parents[2] / "samples" / "scheme.toml").read_text(encoding="utf-8")
ZONE = ZoneInfo("Asia/Shanghai")
# (post, unit, role, title, deputy), person
CAST = {
    "mayor": ("区长", None, "leader", "区长", False),
    "leader": ("常务副区长", None, "leader", "常务副区长", False),
    "other leader": ("分管工业副区长", None, "leader", "分管工业副区长", False),
    "head": ("区发改局主要负责人", "区发改局", "head", "主要负责人", False),
    "contact": ("区发改局联络员", "区发改局", "contact", "联络员", False),
    "deputy": ("区工信局分管负责人", "区工信局", "head", "分管负责人", True),
    "other head": ("区工信局主要负责人", "区工信局", "head", "主要负责人", False),
    "other contact": ("区工信局联络员", "区工信局", "contact", "联络员", False),
    "director": ("区督查绩效办主任", "区督查绩效办", "office", "主任", False),
    "clerk": ("区督查绩效办干事", "区督查绩效办", "office", "干事", False),
}
INVESTMENT, UPGRADES, ROAD = "固定资产投资", "工业技改投资", "绕城公路"


def at(text: str) -> datetime:
    """A moment in office time, "2026-11-24 09:00", as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@dataclass
class District:
    """The rows by short name."""

    db: Database
    persons: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    indicators: dict[str, int] = field(default_factory=dict)
    chats: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)

    async def actor(self, who: str) -> KnownActor:
        async with self.db.read() as session:
            found = await actor_of_person(session, self.persons[who], frozenset({"区委书记", "区长"}))
        assert found is not None
        return found

    async def cause(self, moment: str, who: str | None = None) -> Cause:
        return Cause(at(moment), await self.actor(who) if who else None)

    async def report(self, name: str, period: str, value: str | None, moment: str, **more: Any) -> list[Verdict]:
        """Store a report as the conversation does and evaluate it at once."""
        cause = await self.cause(moment)
        async with self.db.write() as session:
            await self.store_report(session, name, period, value, moment, **more)
            return await evaluate(session, cause, [self.indicators[name]], Period.parse(period))

    async def store_report(
        self, session: Any, name: str, period: str, value: str | None, moment: str, **more: Any
    ) -> None:
        key = self.indicators[name]
        current = (Report.indicator_id == key) & (Report.period == period) & Report.superseded_at.is_(None)
        await session.execute(update(Report).where(current).values(superseded_at=at(moment)))
        revision = await session.scalar(
            select(func.count()).select_from(Report).where(Report.indicator_id == key, Report.period == period)
        )
        fields: dict[str, Any] = {"nodes_done": [], "source": "chat", "revision": revision + 1, **more}
        number = None if value is None else Decimal(value)
        session.add(Report(indicator_id=key, period=period, value=number, reported_at=at(moment), **fields))
        await session.flush()

    async def evaluate_all(self, moment: str) -> int:
        async with self.db.write() as session:
            return await evaluate_all(session, Cause(at(moment)))

    async def pushes(self, who: str | None = None, kind: str | None = None) -> list[Push]:
        async with self.db.read() as session:
            query = select(Push).order_by(Push.id)
            if who:
                query = query.where(Push.person_id == self.persons[who])
            if kind:
                query = query.where(Push.kind == kind)
            return list((await session.scalars(query)).all())

    async def decisions(self, who: str) -> list[DecisionRow]:
        async with self.db.read() as session:
            query = select(DecisionRow).where(DecisionRow.person_id == self.persons[who]).order_by(DecisionRow.id)
            return list((await session.scalars(query)).all())

    async def orders(self) -> list[WarningOrder]:
        async with self.db.read() as session:
            return list((await session.scalars(select(WarningOrder).order_by(WarningOrder.id))).all())

    async def count(self, table: type[Any]) -> int:
        async with self.db.read() as session:
            return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def small_district(db: Database, *, unbound: tuple[str, ...] = (), vacant: tuple[str, ...] = ()) -> District:
    """Build it. `unbound`: persons without an account. `vacant`: posts that nobody holds."""
    made = District(db)
    start = at("2026-01-01 00:00")
    async with db.write() as session:
        cycle = Cycle(year=2026)
        session.add(cycle)
        await session.flush()
        session.add(
            SchemeVersion(
                cycle_id=cycle.id,
                version="2026.1",
                effective_from=date(2026, 1, 1),
                body=SCHEME,
                sha256=sha256(SCHEME.encode()).hexdigest(),
                loaded_at=start,
            )
        )
        for number, (who, (post, unit, role, title, deputy)) in enumerate(CAST.items(), start=1):
            if unit and unit not in made.units:
                row = Unit(name=unit)
                session.add(row)
                await session.flush()
                made.units[unit] = row.id
            post_row = Post(
                name=post, unit_id=made.units[unit] if unit else None, role=role, title=title, deputy=deputy
            )
            person = Person(code=f"P{number:02}", name=f"某{number:02}")
            session.add_all([post_row, person])
            await session.flush()
            made.posts[who], made.persons[who], made.chats[who] = post_row.id, person.id, 1000 + number
            if who not in vacant:
                session.add(Tenure(person_id=person.id, post_id=post_row.id, since=start))
            if who not in unbound:
                account = Account(person_id=person.id, telegram_user_id=1000 + number, chat_id=1000 + number)
                account.bound_at = start
                session.add(account)
        await _indicators(session, made, cycle.id)
    return made


async def _indicators(session: Any, made: District, cycle_id: int) -> None:
    rows = (
        (INVESTMENT, "cumulative", "亿元", "162", "leader", "区发改局", "区工信局"),
        (UPGRADES, "cumulative", "亿元", "26.7", "other leader", "区工信局", None),
        (ROAD, "milestone", None, None, "leader", "区发改局", None),
    )
    for position, (name, kind, unit, target, leader, lead, cooperating) in enumerate(rows, start=1):
        row = Indicator(
            cycle_id=cycle_id,
            position=position,
            name=name,
            kind=kind,
            direction="higher",
            unit_of_measure=unit,
            weight=Decimal(30),
            responsible_post_id=made.posts[leader],
            due=date(2026, 12, 31),
            aliases=[],
            list_title="清单",
        )
        session.add(row)
        await session.flush()
        made.indicators[name] = row.id
        session.add(IndicatorUnit(indicator_id=row.id, unit_id=made.units[lead], side="lead", position=1))
        if cooperating:
            session.add(
                IndicatorUnit(indicator_id=row.id, unit_id=made.units[cooperating], side="cooperating", position=2)
            )
        session.add(
            Target(
                indicator_id=row.id,
                effective_from=date(2026, 1, 1),
                value=Decimal(target) if target else None,
                text=target or "节点",
                recorded_at=at("2026-01-01 00:00"),
            )
        )
    for number, (month, name) in enumerate(((3, "征拆"), (6, "路基"), (9, "路面"), (12, "通车")), start=1):
        session.add(
            Node(indicator_id=made.indicators[ROAD], position=number, month=month, name=name, weight=Decimal("0.25"))
        )
    await session.flush()


async def delivered(db: Database) -> None:
    """Let everything that is queued arrive."""
    async with db.write() as session:
        await session.execute(update(Push).where(Push.state == "queued").values(state="sent"))


async def sweep(district: District, moment: str, **options: Any) -> SweepReport:
    """Run what is due at the moment and let it arrive."""
    report = await run_due(district.db, at(moment), **options)
    if not options.get("dry_run"):
        await delivered(district.db)
    return report
