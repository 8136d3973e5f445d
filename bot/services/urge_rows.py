"""Who owes what now: reports, answers to orders, tasks, evidence. One row for each person, with all of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import evidence, task_book
from bot.db.people import Holder
from bot.db.tables import Urge, WarningOrder
from bot.db.task_book import StoredTask
from bot.domain.answers import ANSWER_DUE
from bot.domain.escalating import REVIEWED
from bot.domain.kinds import Role
from bot.domain.scheme import Relation
from bot.domain.tasks import WAITS_FOR_UNIT
from bot.presenters.remind import Owed, RemindRow, UrgeMatter
from bot.presenters.shortening import shortened
from bot.presenters.words import label, month_day
from bot.services.digest_morning import Morning

UNIT_RELATIONS = frozenset(
    item.value for item in (Relation.CONTACT, Relation.LEAD_CONTACT, Relation.DEPUTY, Relation.HEAD, Relation.LEAD_HEAD)
)


@dataclass(frozen=True)
class Picks:
    """Whom the office took off the list, and whom it put on although they were urged often enough."""

    off: frozenset[int] = frozenset()
    on: frozenset[int] = frozenset()


@dataclass
class _Debts:
    """What is being collected: by person, and by unit where there is nobody to urge."""

    owed: dict[int, tuple[Holder, dict[int, Owed]]] = field(default_factory=dict)
    vacant: dict[str, dict[int, Owed]] = field(default_factory=dict)

    def add(self, people: Iterable[Holder], item: Owed, unit: str) -> None:
        people = list(people)
        for holder in people:
            mine = self.owed.setdefault(holder.person_id, (holder, {}))[1]
            before = mine.get(item.key)
            state = label("remind.both", one=before.state, other=item.state) if before else item.state
            mine[item.key] = Owed(item.key, item.name, item.indicator_id, state)
        if not people:
            self.vacant.setdefault(unit, {})[item.key] = item


async def rows_for(session: AsyncSession, morning: Morning, matter: UrgeMatter, picks: Picks) -> list[RemindRow]:
    """One row for each person who owes something, by unit in the order of the lists; units with nobody come last."""
    debts = _Debts()
    await _COLLECT[matter](session, morning, debts)
    urged, most = await urged_today(session, morning), morning.year.scheme.urges_per_day
    rows = []
    for holder, owed in debts.owed.values():
        count = urged.get(holder.person_id, 0)
        over = count >= most
        chosen = holder.person_id in picks.on if over else holder.person_id not in picks.off
        rows.append(
            RemindRow(
                person_id=holder.person_id,
                person=holder.person,
                unit=holder.unit or (holder.post if matter is UrgeMatter.TASK else ""),
                owed=tuple(owed.values()),
                bound=holder.chat_id is not None,
                chosen=holder.chat_id is not None and chosen,
                urged_today=count,
                over=over and holder.chat_id is not None,
            )
        )
    return rows + [RemindRow(None, None, unit, tuple(owed.values())) for unit, owed in debts.vacant.items()]


async def _reports(_session: AsyncSession, morning: Morning, debts: _Debts) -> None:
    if morning.period is not None:
        _by_contact(morning, morning.reported, debts)


async def _evidence(session: AsyncSession, morning: Morning, debts: _Debts) -> None:
    _by_contact(morning, await evidence.with_evidence(session, list(morning.roster.answering)), debts)


def _by_contact(morning: Morning, done: frozenset[int], debts: _Debts) -> None:
    for indicator_id, answering in morning.roster.answering.items():
        if indicator_id not in done:
            item = Owed(indicator_id, answering.name, indicator_id)
            contacts = morning.roster.of(indicator_id, Relation.CONTACT)
            debts.add(contacts, item, (answering.lead_units or ("",))[0])


async def _orders(_session: AsyncSession, morning: Morning, debts: _Debts) -> None:
    for person_id, recipients in morning.recipients.items():
        for row in recipients:
            indicator_id = morning.indicator_of_order.get(row.order_id)
            waits = not row.digest_only and (row.acknowledged_severity or 0) < row.severity
            known = indicator_id is not None and indicator_id in morning.roster.answering
            if waits and row.relation in UNIT_RELATIONS and known and indicator_id is not None:
                item = _order(morning, row.order_id, indicator_id, label("remind.state.unacknowledged"))
                debts.add(morning.people.get(person_id, ())[:1], item, "")
    for indicator_id, order in morning.orders.items():
        if indicator_id in morning.roster.answering and _answer_asked(morning, order):
            item = _order(morning, order.id, indicator_id, _until(morning, order.reply_due, "remind.state.answer"))
            units = morning.roster.answering[indicator_id].lead_units
            debts.add(morning.roster.of(indicator_id, Relation.CONTACT), item, (units or ("",))[0])
    debts.vacant.pop("", None)


def _answer_asked(morning: Morning, order: WarningOrder) -> bool:
    duty = morning.year.scheme.duty(order.grade)
    return order.state in ANSWER_DUE and duty is not None and duty.asked in REVIEWED


def _order(morning: Morning, order_id: int, indicator_id: int, state: str) -> Owed:
    return Owed(order_id, morning.roster.answering[indicator_id].name, indicator_id, state)


async def _tasks(session: AsyncSession, morning: Morning, debts: _Debts) -> None:
    for task in await task_book.open_tasks(session):
        if task.state in WAITS_FOR_UNIT:
            state = _until(morning, task.due, "remind.state.task") if task.due else ""
            item = Owed(task.id, shortened(task.text, 24), task.indicator_id, state)
            debts.add(_receivers(morning, task), item, task.receiver)


def _receivers(morning: Morning, task: StoredTask) -> list[Holder]:
    """The holders of its post, or the contacts of its unit, the heads where there are none."""
    if task.to_post_id is not None:
        return list(morning.roster.of_post(task.to_post_id))
    held = [item for items in morning.roster.by_post.values() for item in items if item.unit_id == task.to_unit_id]
    contacts = [item for item in held if item.role == Role.CONTACT]
    return contacts or [item for item in held if item.role == Role.HEAD]


def _until(morning: Morning, due: date | None, key: str) -> str:
    """Until when it is due, or since how many days it is late."""
    if due is None:
        return label(f"{key}_open")
    late = (morning.year.today - due).days
    return label(f"{key}_late", days=late) if late > 0 else label(f"{key}_due", due=month_day(due))


_COLLECT: Mapping[UrgeMatter, Callable[[AsyncSession, Morning, _Debts], Awaitable[None]]] = {
    UrgeMatter.REPORT: _reports,
    UrgeMatter.ORDER: _orders,
    UrgeMatter.TASK: _tasks,
    UrgeMatter.EVIDENCE: _evidence,
}


async def urges_since(session: AsyncSession, since: datetime) -> list[Urge]:
    """The urgings since then that were not taken back, oldest first."""
    query = select(Urge).where(Urge.at >= since, Urge.cancelled_at.is_(None)).order_by(Urge.at, Urge.id)
    return list((await session.scalars(query)).all())


async def urged_today(session: AsyncSession, morning: Morning) -> dict[int, int]:
    """How often each person was urged today, whatever for."""
    midnight = morning.now.astimezone(morning.year.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    counts: dict[int, int] = {}
    for urge in await urges_since(session, midnight):
        for key in urge.person_ids:
            counts[int(str(key))] = counts.get(int(str(key)), 0) + 1
    return counts
