"""What must hold for warnings whatever a unit reports: sampled streams, a real database, real sweeps."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.db import snapshots
from bot.db.engine import Database
from bot.db.people import subjects_of
from bot.db.tables import DecisionRow, OrderEvent, Push, WarningOrder
from bot.domain.pushes import PushKind
from bot.domain.rights import Action, may
from bot.services.year import year_at
from tests.services.warned_district import INVESTMENT, UPGRADES, District, at, small_district, sweep

# What the year's total may stand at by the end of each month: far behind, behind, on pace, ahead.
VALUES = st.sampled_from(["1", "8", "30", "60", "150"])
STREAM = st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=3)
# The working day on which each month is reported, and the morning after it.
DAYS = (("2026-01", "01-22", "01-23"), ("2026-02", "02-25", "02-26"), ("2026-03", "03-23", "03-24"))


@settings(max_examples=3, deadline=None)
@given(STREAM)
def test_whatever_is_reported_the_promises_about_warnings_hold(_sqlite_template: Path, stream) -> None:  # noqa: PT019
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(_sqlite_template, Path(folder) / "baton.db")
        asyncio.run(live(f"sqlite:///{Path(folder) / 'baton.db'}", stream))


async def live(url: str, stream: list[tuple[str, str]]) -> None:
    """Report month by month; check after every morning."""
    db = Database(url)
    district = await small_district(db)
    for (one, other), (period, day, morning) in zip(stream, DAYS, strict=False):
        await district.report(INVESTMENT, period, one, f"2026-{day} 10:00")
        await district.report(UPGRADES, period, other, f"2026-{day} 10:05")
        await sweep(district, f"2026-{morning} 08:30")
        before = await district.count(Push)
        await sweep(district, f"2026-{morning} 08:30")
        assert await district.count(Push) == before, "sweeping twice added something"
        await every_warning_has_its_order(district, f"2026-{morning} 08:31")
    await nobody_was_told_too_much(district)
    await db.close()


async def every_warning_has_its_order(district: District, moment: str) -> None:
    """A warned indicator has an open order; an order that was ever opened stays open until somebody closes it."""
    async with district.db.read() as session:
        year = await year_at(session, at(moment))
        latest = await snapshots.latest(session, list(district.indicators.values()))
        opened = {row.indicator_id: row for row in await session.scalars(select(WarningOrder))}
        closings = set(await session.scalars(select(OrderEvent.order_id).where(OrderEvent.event == "closed")))
    for key, snapshot in latest.items():
        if year.scheme.is_warning(snapshot.grade):
            assert opened[key].closed_at is None
            assert opened[key].severity >= snapshot.severity
    assert all(row.closed_at is None or row.id in closings for row in opened.values())


async def nobody_was_told_too_much(district: District) -> None:
    """One digest a person a day at most, and only people who may look at what they are told of."""
    digests: Counter[tuple[int | None, object]] = Counter()
    async with district.db.read() as session:
        pushes = list((await session.scalars(select(Push))).all())
        reasons = list((await session.scalars(select(DecisionRow.reason))).all())
        subjects = await subjects_of(session, list(district.indicators.values()))
    assert all(reasons)
    actors = {district.persons[who]: (await district.actor(who)).actor for who in district.persons}
    for push in pushes:
        if push.kind == PushKind.DIGEST:
            digests[push.person_id, push.created_at.date()] += 1
        if push.kind == PushKind.WARNING and push.person_id is not None:
            for key in push.indicator_ids:
                assert may(actors[push.person_id], Action.VIEW_INDICATOR, subjects[int(str(key))])
    assert set(digests.values()) <= {1}
