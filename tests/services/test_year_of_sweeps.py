"""A year of daily sweeps over a district of full size: the promises of the digest hold on every single day."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from bot.db.engine import Database
from bot.db.tables import (
    Account,
    Indicator,
    IndicatorUnit,
    Person,
    Post,
    Push,
    Report,
    Snapshot,
    Target,
    Tenure,
    Unit,
)
from bot.domain.period import Period
from bot.holidays import china
from bot.services.cause import Cause
from bot.services.evaluating import evaluate
from bot.services.sweeping import run_due
from tests.services.warned_district import ZONE, District, at, small_district

UNITS, INDICATORS = 33, 62
SECONDS = 60


async def full_size(db: Database) -> District:
    """The small district with 33 more units of a head and a contact each, and 62 more indicators."""
    district = await small_district(db)
    start = at("2026-01-01 00:00")
    async with db.write() as session:
        cycle_id = await session.scalar(select(Indicator.cycle_id).limit(1))
        for number in range(UNITS):
            unit = Unit(name=f"第{number}局")
            session.add(unit)
            await session.flush()
            for role, title in (("head", "主要负责人"), ("contact", "联络员")):
                post = Post(name=f"{unit.name}{title}", unit_id=unit.id, role=role, title=title)
                person = Person(code=f"U{number}{role}", name=f"{title}{number}")
                session.add_all([post, person])
                await session.flush()
                session.add(Tenure(person_id=person.id, post_id=post.id, since=start))
                account = Account(person_id=person.id, telegram_user_id=9000 + person.id, chat_id=9000 + person.id)
                account.bound_at = start
                session.add(account)
            district.units[unit.name] = unit.id
        for number in range(INDICATORS):
            row = Indicator(
                cycle_id=cycle_id,
                position=10 + number,
                name=f"指标{number}",
                kind="cumulative" if number % 3 else "level",
                direction="higher",
                unit_of_measure="亿元",
                weight=Decimal(10),
                responsible_post_id=district.posts["leader" if number % 2 else "other leader"],
                due=date(2026, 12, 31),
                aliases=[],
                list_title="清单",
            )
            session.add(row)
            await session.flush()
            district.indicators[row.name] = row.id
            unit_id = district.units[f"第{number % UNITS}局"]
            session.add(IndicatorUnit(indicator_id=row.id, unit_id=unit_id, side="lead", position=1))
            target = Target(indicator_id=row.id, effective_from=date(2026, 1, 1), value=Decimal(120), text="120")
            target.recorded_at = start
            session.add(target)
    return district


async def report_some(district: District, now: datetime, day: date) -> None:
    """On the 22nd most contacts report: some behind, some ahead, every seventh never."""
    period = Period.of(day)
    cause = Cause(now)
    async with district.db.write() as session:
        ids = []
        for number in range(INDICATORS):
            if number % 7 == 0:
                continue
            key = district.indicators[f"指标{number}"]
            share = Decimal(30 + (number * 37 + day.month * 11) % 90) / 100
            value = (Decimal(10) * day.month * share).quantize(Decimal("0.01"))
            session.add(
                Report(
                    indicator_id=key,
                    period=str(period),
                    revision=1,
                    value=value,
                    nodes_done=[],
                    source="chat",
                    reported_at=now,
                )
            )
            ids.append(key)
        await session.flush()
        await evaluate(session, cause, ids, period)


async def test_a_year_of_daily_sweeps(sqlite_db: Database) -> None:
    district = await full_size(sqlite_db)
    began = time.process_time()  # not the wall: the machine has other work
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        await run_due(sqlite_db, datetime(day.year, day.month, day.day, 8, 30, tzinfo=ZONE))
        if day.day == 22:
            await report_some(district, datetime(day.year, day.month, day.day, 19, 0, tzinfo=ZONE), day)
        async with sqlite_db.write() as session:
            # What may leave before tomorrow's sweep does.
            leaving = datetime(day.year, day.month, day.day, 23, tzinfo=ZONE)
            await session.execute(
                update(Push).where(Push.state == "queued", Push.not_before <= leaving).values(state="sent")
            )
    took = time.process_time() - began
    assert took < SECONDS, f"a year of sweeps took {took:.0f} s"
    await _check(district)


async def _check(district: District) -> None:
    pushes = await district.pushes()
    calendar = china()
    digests: Counter[tuple[int | None, date]] = Counter()
    for push in pushes:
        local = push.not_before.astimezone(ZONE)
        assert calendar.is_workday(local.date()), f"{push.kind} on {local:%Y-%m-%d}"
        assert "08:30" <= f"{local:%H:%M}" < "18:00", f"{push.kind} at {local:%H:%M}"
        if push.kind == "digest":
            digests[push.person_id, local.date()] += 1
        assert len(push.text) <= 4096
    assert digests
    assert max(digests.values()) == 1
    async with district.db.read() as session:
        grave = (
            await session.execute(
                select(Snapshot.indicator_id, Indicator.responsible_post_id, Snapshot.period)
                .join(Indicator, Indicator.id == Snapshot.indicator_id)
                .where(Snapshot.grade == "serious")
            )
        ).all()
    told = {(push.post_id, push.indicator_ids[0]) for push in pushes if push.kind == "warning"}
    assert {(post_id, indicator_id) for indicator_id, post_id, _ in grave} <= told
