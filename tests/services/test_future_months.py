"""A month reported ahead of its time is kept and graded, but warns nobody before it comes."""

from __future__ import annotations

from bot.db.engine import Database
from bot.db.snapshots import latest
from tests.services.warned_district import INVESTMENT, UPGRADES, small_district, sweep


async def test_nobody_is_warned_of_a_month_to_come(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "150", "2026-10-22 10:00")
    (verdict,) = await district.report(INVESTMENT, "2026-12", "40", "2026-10-22 10:00")
    assert verdict.grade == "serious"
    assert await district.orders() == []
    assert await district.pushes() == []
    async with db.read() as session:
        known = await latest(session, upto="2026-10")
    assert known[district.indicators[INVESTMENT]].grade == "normal"
    await sweep(district, "2026-12-01 08:30")
    assert len(await district.pushes("leader", "warning")) == 1


async def test_deadlines_count_from_the_digest_that_tells(db: Database) -> None:
    district = await small_district(db)
    await district.report(UPGRADES, "2026-10", "20", "2026-10-22 10:00")  # Thursday, after the digest
    (order,) = await district.orders()
    assert order.grade in ("notice", "caution")
    within = {"caution": "2026-10-28", "notice": "2026-10-30"}[order.grade]
    assert str(order.reply_due) == within
