"""One message instead of ten, silence that ends, stand-ins, and reminders that stop when they have gone up."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import Escalation, Leave, OrderRecipient, Push, Silence
from bot.domain.errors import InvalidInput, NotAllowed
from bot.presenters.warning import Acknowledged, present_acknowledgement
from bot.services import leaving, silencing
from bot.services.ordering import Pressed, acknowledge, acknowledge_push
from tests.services.warned_district import INVESTMENT, ROAD, UPGRADES, District, at, delivered, small_district, sweep


async def two_grave_ones(db: Database) -> tuple[District, list[Push]]:
    """Both reported after work on one evening; the director's messages of the next morning."""
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 19:00")
    await district.report(UPGRADES, "2026-10", "5", "2026-10-22 19:30")
    return district, [push for push in await district.pushes("director", "warning") if push.state == "queued"]


async def test_the_warnings_of_one_evening_are_one_message(sqlite_db: Database) -> None:
    district, (push,) = await two_grave_ones(sqlite_db)
    assert push.text.startswith("【严重】<b>2项预警</b>")
    assert INVESTMENT in push.text
    assert UPGRADES in push.text
    data = [button["data"] for row in push.buttons for button in row]  # type: ignore[attr-defined]
    assert data[:2] == ["ack:1:3", "ack:2:3"]
    assert data[2].startswith("acks:")
    decisions = [row for row in await district.decisions("director") if row.kind == "warning"]
    assert {row.push_id for row in decisions} == {push.id}
    # The contact of one unit has one order, so the notice in full.
    (own,) = [push for push in await district.pushes("other contact", "warning") if push.state == "queued"]
    assert own.text.startswith(f"【严重】<b>{UPGRADES}</b>")


async def test_each_order_of_a_group_is_acknowledged_for_itself(sqlite_db: Database) -> None:
    district, (push,) = await two_grave_ones(sqlite_db)
    async with sqlite_db.write() as session:
        row = await session.get_one(Push, push.id)
        row.message_id, row.state = 77, "sent"
    cause = await district.cause("2026-10-23 09:00", "director")
    one = await acknowledge(sqlite_db, cause, 1, 3, Pressed(push.chat_id, 77))
    reply = present_acknowledgement(one)
    assert "已签收：固定资产投资" in reply.text
    assert reply.buttons[0][0].data == "ack:2:3"
    rest = await acknowledge_push(sqlite_db, await district.cause("2026-10-23 09:05", "director"), push.id)
    assert isinstance(rest, Acknowledged)
    assert [order.name for order in rest.orders] == [UPGRADES]


async def test_reminders_stop_when_the_silence_has_gone_up(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    await delivered(sqlite_db)
    reminded = {}
    for day in ("23", "26", "27", "28", "29", "30"):
        report = await sweep(district, f"2026-10-{day} 08:31")
        reminded[day] = {push.post for push in report.pushes if "待签收" in push.text}
    assert "常务副区长" in reminded["23"]
    assert "常务副区长" in reminded["26"]
    assert "常务副区长" in reminded["28"]
    assert not reminded["29"]
    assert not reminded["30"]
    async with sqlite_db.read() as session:
        rows = list((await session.scalars(select(Escalation))).all())
    assert {row.cause for row in rows} == {"not_acknowledged", "not_answered"}
    assert all(row.told_at is not None for row in rows if row.person_id == district.persons["head"])
    # Sweeping again adds nothing.
    await sweep(district, "2026-10-30 09:00")
    assert await district.count(Escalation) == len(rows)


async def test_a_silence_holds_back_says_so_and_reports_its_end(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    await district.report(INVESTMENT, "2026-10", "100", "2026-10-22 10:00")
    office = await district.cause("2026-10-22 11:00", "clerk")
    with pytest.raises(NotAllowed):
        await silencing.say(
            sqlite_db, await district.cause("2026-10-22 11:00", "contact"), f"{INVESTMENT} 至10-26 口径"
        )
    for words, code in ((f"{INVESTMENT} 等统计口径", "silence_endless"), (f"{INVESTMENT} 至10-26", "silence_reason")):
        with pytest.raises(InvalidInput) as caught:
            await silencing.say(sqlite_db, office, words)
        assert caught.value.code == f"errors_office.{code}"
    assert await district.count(Silence) == 0
    await silencing.say(sqlite_db, office, f"{INVESTMENT} 至10-26 等统计口径")
    report = await sweep(district, "2026-10-23 08:31")
    assert not [push for push in report.pushes if INVESTMENT in push.text and "预警变化" in push.text]
    held = [row for row in await district.decisions("leader") if row.reason == "silenced"]
    assert held
    report = await sweep(district, "2026-10-27 08:31")
    assert [push.post for push in report.pushes if "预警变化" in push.text and INVESTMENT in push.text]
    (ended,) = [push for push in report.pushes if "静默到期" in push.text and push.post == "区督查绩效办干事"]
    assert "等统计口径" in ended.text
    assert not [push for push in (await sweep(district, "2026-10-28 08:31")).pushes if "静默到期" in push.text]


async def test_what_would_go_to_somebody_away_goes_to_the_stand_in(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    office = await district.cause("2026-10-22 09:00", "clerk")
    with pytest.raises(InvalidInput) as caught:
        await leaving.say(sqlite_db, office, "某05 请假 10-22至10-30 由某08代")
    assert caught.value.code == "errors_office.stand_in_other_unit"
    await leaving.say(sqlite_db, office, "某05 请假 10-22至10-30 由某04代")
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    assert not await district.pushes("contact", "warning")
    assert len(await district.pushes("head", "warning")) == 1
    async with sqlite_db.read() as session:
        told = set((await session.scalars(select(OrderRecipient.person_id))).all())
    assert district.persons["contact"] not in told
    await leaving.end(sqlite_db, await district.cause("2026-10-22 12:00", "clerk"), "某05")
    assert len((await leaving.listed(sqlite_db, office)).lines) == 0
    assert await district.count(Leave) == 1
    await district.report(ROAD, "2026-10", None, "2026-10-22 12:10")
    assert at("2026-10-22 12:10")
