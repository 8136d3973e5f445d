"""What a report, or its absence, makes of an indicator: verdicts, orders, and who is told at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.snapshots import latest
from bot.db.tables import Account, DecisionRow, OrderEvent, OrderRecipient, Push, SchemeVersion, Snapshot, WarningOrder
from bot.domain.period import Period
from bot.services.evaluating import evaluate, judge
from tests.services.warned_district import INVESTMENT, ROAD, UPGRADES, at, small_district


async def test_a_preview_stores_nothing(db: Database) -> None:
    district = await small_district(db)
    async with db.read() as session:
        verdict = await judge(
            session, district.indicators[INVESTMENT], Period(2026, 10), Decimal("40"), (), at("2026-10-22 10:00")
        )
    assert verdict.grade == "serious"
    assert [await district.count(table) for table in (Snapshot, WarningOrder, Push)] == [0, 0, 0]


async def test_a_grave_report_reaches_everybody_concerned_once(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00", problem="征地慢")
    told = {push.person_id for push in await district.pushes(kind="warning")}
    assert told == {district.persons[who] for who in ("leader", "head", "contact", "director")}
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 11:00", problem="征地慢")
    await district.evaluate_all("2026-10-23 08:00")
    assert len(await district.pushes(kind="warning")) == 4


async def test_the_notice_says_what_why_and_who(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00", problem="征地慢")
    (push,) = await district.pushes("leader", "warning")
    for words in (
        "【严重】",
        INVESTMENT,
        "预警〔2026〕1号",
        "40亿元",
        "162亿元",
        "24.69%",
        "83.33%",
        "58.64个百分点",
        "常务副区长",
        "区发改局",
        "征地慢",
        "10月23日前签收",
        "已要求牵头单位于10月27日前",
    ):
        assert words in push.text
    assert [button["data"].split(":")[0] for button in push.buttons[0]] == ["ack", "card", "dir"]
    (unit_push,) = await district.pushes("contact", "warning")
    assert [button["data"].split(":")[0] for button in unit_push.buttons[0]] == ["ack", "card"]
    assert "请于10月27日前报送整改方案" in unit_push.text


async def test_a_grave_report_at_night_leaves_on_the_next_working_morning(db: Database) -> None:
    district = await small_district(db)
    # 25 September 2026 begins the Mid-Autumn holiday, Sunday the 20th is a make-up working day.
    await district.report(INVESTMENT, "2026-09", "30", "2026-09-18 19:00")
    (push,) = await district.pushes("leader")
    expected = at("2026-09-20 08:30")
    assert push.not_before == expected
    await district.report(UPGRADES, "2026-09", "1", "2026-09-30 18:30")
    (other,) = await district.pushes("other leader")
    assert other.not_before == at("2026-10-08 08:30")


async def test_a_milder_grade_waits_for_the_digest(db: Database) -> None:
    district = await small_district(db)
    (verdict,) = await district.report(INVESTMENT, "2026-10", "120", "2026-10-22 10:00")
    assert verdict.grade == "notice"
    assert await district.pushes() == []
    (order,) = await district.orders()
    assert (order.year, order.serial, order.grade) == (2026, 1, "notice")
    (decision,) = await district.decisions("contact")
    assert (decision.sent, decision.reason) == (False, "waits_for_digest")


async def test_a_rising_grade_regrades_the_same_order(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "120", "2026-10-22 10:00")
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 15:00")
    (order,) = await district.orders()
    assert (order.serial, order.grade, order.state) == (1, "serious", "issued")
    assert len(await district.pushes(kind="warning")) == 4


async def test_a_fall_is_not_pushed_and_the_order_stays(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-09", "30", "2026-09-22 10:00")
    await district.report(INVESTMENT, "2026-10", "120", "2026-10-23 10:00")
    assert len(await district.pushes()) == 4
    (order,) = await district.orders()
    assert order.closed_at is None
    assert [row.reason for row in await district.decisions("leader")][-1] == "not_worse"


async def test_a_milder_correction_lowers_the_grade_only_when_it_is_confirmed(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    (verdict,) = await district.report(INVESTMENT, "2026-10", "150", "2026-10-23 10:00")
    assert (verdict.grade, verdict.decision.reason, verdict.decision.base_grade) == ("serious", "unconfirmed", "normal")
    (order,) = await district.orders()
    assert (order.state, order.grade) == ("issued", "serious")
    # The office's own table needs no confirmation.
    (verdict,) = await district.report(INVESTMENT, "2026-10", "150", "2026-10-26 10:00", source="import")
    assert (verdict.grade, verdict.decision.reason) == ("normal", "on_pace")
    # Worse than what was confirmed counts again at once.
    (verdict,) = await district.report(INVESTMENT, "2026-10", "40", "2026-10-26 11:00")
    assert (verdict.grade, verdict.decision.reason) == ("serious", "ladder")


async def test_after_a_recovery_a_relapse_is_told_again(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-09", "30", "2026-09-22 10:00")
    await district.report(INVESTMENT, "2026-10", "150", "2026-10-22 10:00")
    (order,) = await district.orders()
    assert (order.state, order.closed_at) == ("rectifying", None)
    await district.report(INVESTMENT, "2026-11", "60", "2026-11-23 10:00")
    (order,) = await district.orders()
    assert (order.state, order.grade) == ("issued", "serious")
    assert len(await district.pushes("leader", "warning")) == 2


async def test_worse_again_after_a_milder_month_is_told_again_with_a_new_date(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-09", "30", "2026-09-22 10:00")
    await district.report(INVESTMENT, "2026-10", "120", "2026-10-22 10:00")
    (order,) = await district.orders()
    assert (order.grade, order.period) == ("caution", "2026-10")
    assert len(await district.pushes("leader", "warning")) == 1
    await district.report(INVESTMENT, "2026-11", "60", "2026-11-23 10:00")
    (order,) = await district.orders()
    assert (order.serial, order.grade) == (1, "serious")
    assert order.reply_due == date(2026, 11, 26)
    assert len(await district.pushes("leader", "warning")) == 2


async def test_the_days_for_an_answer_run_from_the_first_notice(db: Database) -> None:
    everybody = ("leader", "head", "contact", "director", "mayor")
    district = await small_district(db, unbound=everybody)
    await district.report(INVESTMENT, "2026-09", "1", "2026-09-22 10:00")
    await district.report(INVESTMENT, "2026-10", "2", "2026-10-22 10:00")
    async with db.write() as session:
        account = Account(person_id=district.persons["leader"], telegram_user_id=5, chat_id=5)
        account.bound_at = at("2026-11-19 09:00")
        session.add(account)
    await district.evaluate_all("2026-11-20 08:31")
    (order,) = await district.orders()
    assert order.reply_due is not None
    assert order.reply_due > date(2026, 11, 20)


async def test_correcting_back_and_forth_in_one_month_rings_once(db: Database) -> None:
    district = await small_district(db)
    for value in ("30", "105", "30"):
        await district.report(INVESTMENT, "2026-09", value, "2026-09-22 10:00")
    assert len(await district.pushes("leader", "warning")) == 1


async def test_an_unreported_month_is_no_zero(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-09", "120", "2026-09-22 10:00")
    await district.evaluate_all("2026-10-26 08:00")  # the 25th is a Sunday: due on the 26th
    async with db.read() as session:
        assert (await latest(session))[district.indicators[INVESTMENT]].period == "2026-09"
    await district.evaluate_all("2026-10-27 08:00")
    async with db.read() as session:
        found = (await latest(session))[district.indicators[INVESTMENT]]
    assert (found.grade, found.actual, found.progress) == ("unreported", None, None)
    assert not await district.pushes()


async def test_a_late_correction_of_an_old_month_raises_the_next_one(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-09", "150", "2026-09-22 10:00")
    (_,) = await district.report(INVESTMENT, "2026-10", "133", "2026-10-22 10:00")
    before = (await district.orders())[0].grade
    await district.report(INVESTMENT, "2026-09", "120", "2026-10-23 10:00")
    assert (before, (await district.orders())[0].grade) == ("notice", "caution")


async def test_a_missed_node_warns_by_name(db: Database) -> None:
    district = await small_district(db)
    (verdict,) = await district.report(ROAD, "2026-06", None, "2026-06-23 10:00", nodes_done=[1])
    assert (verdict.grade, verdict.stored.inputs["nodes_missed"]) == ("serious", ["路基"])
    (push,) = await district.pushes("leader")
    assert "落后序时进度25个百分点" in push.text


async def test_orders_are_numbered_without_gaps(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    await district.report(UPGRADES, "2026-10", "4", "2026-10-22 10:01")
    assert [(order.year, order.serial) for order in await district.orders()] == [(2026, 1), (2026, 2)]


async def test_evaluating_again_changes_nothing(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    await district.report(UPGRADES, "2026-10", "21", "2026-10-22 10:00")
    await district.evaluate_all("2026-10-28 08:00")
    tables = (Snapshot, WarningOrder, OrderRecipient, OrderEvent, Push, DecisionRow)
    before = [await district.count(table) for table in tables]
    await district.evaluate_all("2026-10-29 08:00")
    await district.evaluate_all("2026-10-30 08:00")
    assert [await district.count(table) for table in tables] == before


async def test_who_has_no_account_is_told_when_they_bind(db: Database) -> None:
    district = await small_district(db, unbound=("leader",))
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    assert await district.pushes("leader") == []
    assert [row.reason for row in await district.decisions("leader")] == ["no_account"]
    async with db.write() as session:
        account = Account(person_id=district.persons["leader"], telegram_user_id=5, chat_id=5)
        account.bound_at = at("2026-10-23 09:00")
        session.add(account)
    await district.evaluate_all("2026-10-26 08:30")
    assert len(await district.pushes("leader")) == 1


async def test_an_order_that_was_not_answered_raises_the_next_grade(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    async with sqlite_db.write() as session:
        version = (await session.scalars(select(SchemeVersion))).one()
        rule = '[[overrides.unanswered]]\nfrom_grade = "notice"\nsteps = 1\n\n[overrides.forecast_loss]'
        version.body = version.body.replace("months = 2\nsteps = 1", "months = 9\nsteps = 1").replace(
            "[overrides.forecast_loss]", rule, 1
        )
        version.sha256 = "changed"
    await district.report(INVESTMENT, "2026-09", "115", "2026-09-22 10:00")
    (first,) = await district.orders()
    assert first.grade == "notice"
    (verdict,) = await district.report(INVESTMENT, "2026-10", "133", "2026-10-22 10:00")
    assert (verdict.grade, verdict.decision.reason) == ("caution", "reply_missed")
    async with sqlite_db.write() as session:
        await evaluate(session, await district.cause("2026-12-01 10:00"), [verdict.indicator_id], Period(2026, 9))
        again = (await latest(session, [verdict.indicator_id], "2026-10"))[verdict.indicator_id]
    assert again.grade == "caution"
