"""What was due in the day and could not leave waits for the next working morning."""

from __future__ import annotations

from bot.db.engine import Database
from bot.services.holding import hold_until_morning

from .warned_district import INVESTMENT, at, small_district


async def test_after_an_outage_nothing_leaves_at_night(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    assert await hold_until_morning(db, at("2026-10-22 22:10")) == 4
    assert {push.not_before for push in await district.pushes()} == {at("2026-10-23 08:30")}


async def test_on_a_friday_night_it_waits_for_monday(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-23 17:59")
    await hold_until_morning(db, at("2026-10-23 18:01"))
    assert {push.not_before for push in await district.pushes()} == {at("2026-10-26 08:30")}


async def test_in_working_hours_nothing_is_held(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    assert await hold_until_morning(db, at("2026-10-22 10:01")) == 0


async def test_before_any_list_is_imported_there_is_nothing_to_hold(db: Database) -> None:
    assert await hold_until_morning(db, at("2026-10-22 22:00")) == 0
