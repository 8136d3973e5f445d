"""The office's own word: a grade with a reason and an end, and points lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.db.engine import Database
from bot.db.snapshots import latest, stored
from bot.db.tables import GradeOverride, Snapshot
from bot.domain.errors import InvalidInput, NotAllowed
from bot.domain.period import Period
from bot.services.evaluating import evaluate
from bot.services.overriding import (
    GradeWish,
    cancel_points_lost,
    override_grade,
    preview_grade,
    record_points_lost,
)
from tests.services.warned_district import INVESTMENT, UPGRADES, District, small_district

WHEN = "2026-10-23 10:00"


async def grade_of(district: District, name: str) -> tuple[str, str]:
    async with district.db.read() as session:
        found = (await latest(session))[district.indicators[name]]
    return found.grade, found.reason


async def test_the_office_sets_a_grade_with_a_reason_and_lifts_it(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    await district.report(INVESTMENT, "2026-10", "150", "2026-10-22 10:00")
    cause = await district.cause(WHEN, "director")
    wish = GradeWish(district.indicators[INVESTMENT], "serious", "审计发现虚报")
    shown = await preview_grade(sqlite_db, cause, wish)
    assert (shown.before, shown.after, shown.since) == ("正常", "严重", "2026-10")
    assert await district.count(GradeOverride) == 0
    await override_grade(sqlite_db, cause, wish)
    assert await grade_of(district, INVESTMENT) == ("serious", "office_override")
    assert len(await district.pushes(kind="warning")) == 4
    await district.evaluate_all("2026-10-28 08:00")
    assert await grade_of(district, INVESTMENT) == ("serious", "office_override")
    lifted = await override_grade(sqlite_db, cause, GradeWish(district.indicators[INVESTMENT], None, ""))
    assert lifted.after == "正常"


async def test_it_ends_with_its_last_month_and_old_months_stay(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    await district.report(INVESTMENT, "2026-09", "30", "2026-09-22 10:00")
    key = district.indicators[INVESTMENT]
    cause = await district.cause("2026-09-24 10:00", "director")
    await override_grade(sqlite_db, cause, GradeWish(key, "normal", "目标调整已批准", Period(2026, 10)))
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    assert await grade_of(district, INVESTMENT) == ("normal", "office_override")
    await district.report(INVESTMENT, "2026-11", "50", "2026-11-23 10:00")
    assert (await grade_of(district, INVESTMENT))[0] == "serious"
    async with sqlite_db.write() as session:
        before = await stored(session, [key], "2026-09", "2026-11")
        await evaluate(session, await district.cause("2026-12-01 10:00"), [key], Period(2026, 9))
        assert await stored(session, [key], "2026-09", "2026-11") == before


async def test_what_cannot_be_set_is_refused_and_nothing_changes(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    await district.report(INVESTMENT, "2026-10", "150", "2026-10-22 10:00")
    key, office = district.indicators[INVESTMENT], await district.cause(WHEN, "director")
    for wish in (
        GradeWish(key, "purple", "理由"),
        GradeWish(key, "unreported", "理由"),
        GradeWish(key, "serious", "  "),
        GradeWish(key, "serious", "理由", Period(2026, 8)),
        GradeWish(key, "serious", "理由", Period(2027, 3)),
        GradeWish(key, "serious", "长" * 201),
    ):
        with pytest.raises(InvalidInput):
            await override_grade(sqlite_db, office, wish)
    with pytest.raises(NotAllowed):
        await override_grade(sqlite_db, await district.cause(WHEN, "contact"), GradeWish(key, "normal", "理由"))
    assert await district.count(GradeOverride) == 0
    assert await district.count(Snapshot) == 1


async def test_points_lost_are_grave_until_they_are_taken_back(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    await district.report(UPGRADES, "2026-10", "30", "2026-10-22 10:00")
    cause = await district.cause(WHEN, "director")
    event = await record_points_lost(sqlite_db, cause, district.indicators[UPGRADES], Decimal("0.5"), "台账不全")
    assert await grade_of(district, UPGRADES) == ("serious", "points_lost")
    await cancel_points_lost(sqlite_db, cause, event)
    assert (await grade_of(district, UPGRADES))[0] == "normal"
