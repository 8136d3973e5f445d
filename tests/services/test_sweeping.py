"""The sweeps: claimed once, made up for when missed, one digest a day, nothing after the person has acted."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from bot.db.engine import Database
from bot.db.tables import Account, Base, DecisionRow, JobRun, PeriodRow, Push
from bot.domain.errors import NotFound
from bot.domain.period import Period
from bot.services.sweep_report import SweepReport
from bot.services.sweeping import run_due
from bot.services.withdrawing import on_reported
from tests.services.warned_district import INVESTMENT, ROAD, UPGRADES, at, small_district, sweep


def people(report: SweepReport, kind: str = "digest") -> set[str]:
    return {push.post or "" for push in report.pushes if push.kind == kind}


async def test_before_anything_is_imported_nothing_is_due(db: Database) -> None:
    assert (await run_due(db, at("2026-10-20 08:30"))).ran == ()


async def test_the_opening_asks_the_contacts_and_nobody_else(db: Database) -> None:
    district = await small_district(db)
    report = await sweep(district, "2026-10-20 08:30")
    assert people(report) == {"区发改局联络员", "区工信局联络员"}
    text = next(push.text for push in report.pushes if push.post == "区发改局联络员")
    assert "10月填报开始" in text
    assert "10月26日截止" in text  # the 25th is a Sunday
    assert INVESTMENT in text
    assert UPGRADES not in text
    assert await district.count(PeriodRow) == 1


async def test_a_second_sweep_adds_nothing(db: Database) -> None:
    district = await small_district(db)
    await sweep(district, "2026-10-20 08:30")
    tables = (Push, DecisionRow, JobRun)
    before = [await district.count(table) for table in tables]
    again = await sweep(district, "2026-10-20 09:30")
    assert (again.pushes, again.withheld, again.ran) == ((), (), ())
    assert [await district.count(table) for table in tables] == before


async def test_two_processes_that_sweep_at_once_send_once(db: Database, db_url: str) -> None:
    district = await small_district(db)
    rival = Database(
        db.engine.url.render_as_string(hide_password=False).replace("+aiosqlite", "").replace("+asyncpg", "")
    )
    try:
        reports = await asyncio.gather(*(run_due(each, at("2026-10-20 08:30")) for each in (db, rival) * 3))
    finally:
        await rival.close()
    assert sum(len(report.pushes) for report in reports) == 2
    assert len(await district.pushes()) == 2


async def test_one_who_reported_gets_nothing(db: Database) -> None:
    district = await small_district(db)
    await district.report(UPGRADES, "2026-10", "23", "2026-10-21 10:00")
    await sweep(district, "2026-10-22 08:30")
    report = await sweep(district, "2026-10-23 08:30")
    assert people(report) == {"区发改局联络员"}
    assert ("某08", "digest", "reported") in {(item.person, item.kind, item.reason) for item in report.withheld}


async def test_overdue_reminders_reach_the_deputy_or_the_head_in_place_of_one(db: Database) -> None:
    district = await small_district(db)
    report = await sweep(district, "2026-10-27 08:30")
    assert people(report) == {"区发改局联络员", "区发改局主要负责人", "区工信局联络员", "区工信局分管负责人"}
    between = await sweep(district, "2026-10-28 08:30")
    assert between.pushes == ()
    third = await sweep(district, "2026-10-29 08:30")
    assert people(third) == people(report)
    assert "逾期3天" in third.pushes[0].text


async def test_a_vacant_post_of_a_deputy_is_stood_in_for(db: Database) -> None:
    district = await small_district(db, vacant=("deputy",))
    report = await sweep(district, "2026-10-27 08:30")
    assert "区工信局主要负责人" in people(report)


@pytest.mark.parametrize("when", ["2026-10-24 08:30", "2026-10-20 08:29", "2026-10-20 18:00", "2026-10-01 09:00"])
async def test_no_digest_on_days_off_and_in_quiet_hours(db: Database, when: str) -> None:
    district = await small_district(db)
    assert (await sweep(district, when)).pushes == ()


async def test_a_reminder_missed_while_the_bot_was_away_comes_late_once(db: Database) -> None:
    district = await small_district(db)
    await sweep(district, "2026-10-19 08:30")
    report = await sweep(district, "2026-10-22 14:00")  # the opening on the 20th was missed
    assert people(report) == {"区发改局联络员", "区工信局联络员"}
    assert (await sweep(district, "2026-10-22 15:00")).pushes == ()


async def test_a_crashed_claim_is_taken_over_after_ten_minutes(db: Database) -> None:
    district = await small_district(db)
    now = at("2026-10-20 08:30")
    async with db.write() as session:
        session.add(
            JobRun(job="digest", occurrence="2026-10-20", planned_at=now, started_at=now, claimed_by="somebody dead")
        )
    assert not people(await sweep(district, "2026-10-20 08:39"))
    assert people(await sweep(district, "2026-10-20 08:41")) == {"区发改局联络员", "区工信局联络员"}


async def test_a_dry_run_says_it_all_and_leaves_no_trace(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-20 10:00")

    async def everything() -> list[int]:
        return [await district.count(table.class_) for table in Base.registry.mappers]

    before = await everything()
    dry = await run_due(db, at("2026-10-27 08:30"), dry_run=True)
    assert await everything() == before
    real = await sweep(district, "2026-10-27 08:30")
    assert [(push.person, push.text) for push in dry.pushes] == [(push.person, push.text) for push in real.pushes]
    assert dry.pushes


async def test_a_dry_run_on_a_day_off_says_why_nothing_goes(db: Database) -> None:
    district = await small_district(db)
    await sweep(district, "2026-10-19 08:30")
    report = await run_due(db, at("2026-10-24 10:00"), dry_run=True)
    assert report.pushes == ()
    assert {item.reason for item in report.withheld} == {"not_a_workday"}
    assert len(await district.pushes()) == 0


async def test_an_unknown_job_is_refused(db: Database) -> None:
    await small_district(db)
    with pytest.raises(NotFound):
        await run_due(db, at("2026-10-20 08:30"), ["no such job"])


async def test_the_digest_does_not_repeat_a_notice_of_the_same_morning(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 19:00")
    report = await sweep(district, "2026-10-23 08:30")
    (notice,) = await district.pushes("leader")
    assert notice.kind == "warning"
    assert "某02" not in {push.person for push in report.pushes}


async def test_main_leaders_get_the_district_in_their_digest_only(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    assert await district.pushes("mayor") == []
    await sweep(district, "2026-10-23 08:30")
    (push,) = await district.pushes("mayor")
    assert "严重1项" in push.text
    assert INVESTMENT in push.text
    assert not any(button["data"].startswith("ack") for row in push.buttons for button in row)


async def test_a_recovery_is_told_once(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-09", "30", "2026-09-22 10:00")
    await sweep(district, "2026-09-23 08:30")
    await district.report(INVESTMENT, "2026-10", "150", "2026-10-20 10:00")
    first = await sweep(district, "2026-10-21 08:30")
    digests = [push.text for push in first.pushes if (push.person, push.kind) == ("某02", "digest")]
    assert "已恢复正常，待销号" in digests[0]
    second = await sweep(district, "2026-10-22 08:30")
    assert "某02" not in {push.person for push in second.pushes}


async def test_a_report_takes_its_line_out_of_a_digest_that_has_not_left(db: Database) -> None:
    district = await small_district(db)
    await run_due(db, at("2026-10-20 08:30"))
    await district.report(UPGRADES, "2026-10", "23", "2026-10-20 08:31")
    cause = await district.cause("2026-10-20 08:31", "other contact")
    async with db.write() as session:
        await on_reported(session, cause, district.indicators[UPGRADES], Period(2026, 10))
        await on_reported(session, cause, district.indicators[INVESTMENT], Period(2026, 10))
    (cancelled,) = await district.pushes("other contact", "digest")
    (shorter,) = await district.pushes("contact", "digest")
    assert cancelled.state == "cancelled"
    assert shorter.state == "queued"
    assert INVESTMENT not in shorter.text
    assert ROAD in shorter.text
    assert "reported" in [row.reason for row in await district.decisions("other contact")]


async def test_a_digest_that_never_left_is_said_again(db: Database) -> None:
    district = await small_district(db)
    await district.report(UPGRADES, "2026-10", "17", "2026-10-21 10:00")
    await run_due(db, at("2026-10-22 08:30"))
    await run_due(db, at("2026-10-23 08:30"))
    first, second = await district.pushes("other leader", "digest")
    assert (first.state, second.state) == ("cancelled", "queued")
    assert UPGRADES in second.text


async def test_nobody_unbound_is_recorded_day_after_day(db: Database) -> None:
    district = await small_district(db)
    async with db.write() as session:
        await session.execute(delete(Account))
    for day in range(20, 31):
        await sweep(district, f"2026-10-{day} 08:30")
    rows = [row for row in await district.decisions("contact") if row.reason == "no_account"]
    assert len(rows) == 5  # the opening, three days before, the due date, and twice after it
    assert await district.pushes() == []


async def test_a_month_closes_when_the_next_one_was_due(db: Database) -> None:
    district = await small_district(db)
    start = at("2026-09-20 08:30")
    for day in range(40):
        await run_due(db, start + timedelta(days=day), ["periods"])
    async with db.read() as session:
        rows = {row.period: row.closed_at for row in (await session.scalars(select(PeriodRow))).all()}
    assert rows["2026-10"] is None
    assert rows["2026-09"] is not None
    assert district.indicators
