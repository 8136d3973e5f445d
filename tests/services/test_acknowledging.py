"""签收 and 销号: each person for themselves, each tap once, and never for a grade that nobody read."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update

from bot.db.engine import Database
from bot.db.tables import AuditEntry, OrderEvent, Push
from bot.domain.errors import Conflict, NotAllowed, NotFound
from bot.presenters.warning import Acknowledged, NothingToAcknowledge, OrderClosed, Regraded, present_acknowledgement
from bot.services.ordering import Pressed, acknowledge, acknowledge_all, acknowledge_push, close_out
from tests.services.warned_district import INVESTMENT, UPGRADES, District, at, delivered, small_district, sweep


async def grave(db: Database) -> tuple[District, int]:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
    await delivered(db)
    (order,) = await district.orders()
    return district, order.id


async def test_each_recipient_acknowledges_for_themselves(db: Database) -> None:
    district, order_id = await grave(db)
    first = await acknowledge(db, await district.cause("2026-10-22 10:05", "leader"), order_id, 3)
    assert isinstance(first, Acknowledged)
    assert (first.already, len(first.waiting)) == (False, 3)
    assert (await district.orders())[0].state == "issued"
    for who in ("head", "contact", "director"):
        last = await acknowledge(db, await district.cause("2026-10-22 11:00", who), order_id, 3)
    assert isinstance(last, Acknowledged)
    assert last.waiting == ()
    assert (await district.orders())[0].state == "acknowledged"


async def test_two_taps_within_a_millisecond_have_one_effect(db: Database) -> None:
    district, order_id = await grave(db)
    cause = await district.cause("2026-10-22 10:05", "leader")
    events, entries = await district.count(OrderEvent), await district.count(AuditEntry)
    outcomes = await asyncio.gather(*(acknowledge(db, cause, order_id, 3) for _ in range(2)))
    assert sorted(outcome.already for outcome in outcomes if isinstance(outcome, Acknowledged)) == [False, True]
    assert await district.count(OrderEvent) == events + 1
    assert await district.count(AuditEntry) == entries + 1


async def test_somebody_who_was_not_asked_cannot(db: Database) -> None:
    district, order_id = await grave(db)
    with pytest.raises(NotAllowed):
        await acknowledge(db, await district.cause("2026-10-22 10:05", "other contact"), order_id, 3)
    with pytest.raises(NotFound):
        await acknowledge(db, await district.cause("2026-10-22 10:05", "leader"), 999, 3)


async def test_a_grade_that_rose_meanwhile_is_acknowledged_as_it_stands(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "120", "2026-10-22 10:00")
    (order,) = await district.orders()
    await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 11:00")
    outcome = await acknowledge(db, await district.cause("2026-10-22 11:05", "contact"), order.id, 1)
    assert isinstance(outcome, Regraded)
    reply = present_acknowledgement(outcome)
    assert reply.buttons[0][0].data == f"ack:{order.id}:3"


async def test_the_pressed_message_shows_when(db: Database) -> None:
    district, order_id = await grave(db)
    async with db.write() as session:
        chat = district.chats["leader"]
        await session.execute(update(Push).where(Push.chat_id == chat).values(message_id=77))
    cause = await district.cause("2026-10-22 10:05", "leader")
    outcome = await acknowledge(db, cause, order_id, 3, Pressed(chat, 77))
    reply = present_acknowledgement(outcome)
    assert reply.replaces
    assert reply.text.endswith("✓ 已签收 10月22日 10:05")
    assert [button.data for row in reply.buttons for button in row] == ["card:1", "dir:1"]
    again = present_acknowledgement(await acknowledge(db, cause, order_id, 3, Pressed(chat, 77)))
    assert again.text.count("已签收") == 1


async def test_received_typed_in_reply_does_the_same(db: Database) -> None:
    district, _ = await grave(db)
    (push,) = await district.pushes("leader")
    cause = await district.cause("2026-10-22 10:05", "leader")
    outcome = await acknowledge_push(db, cause, push.id)
    assert isinstance(outcome, Acknowledged)
    assert INVESTMENT in present_acknowledgement(outcome).text
    with pytest.raises(NotFound):
        await acknowledge_push(db, await district.cause("2026-10-22 10:06", "head"), push.id)


async def test_a_digest_is_acknowledged_as_a_whole(db: Database) -> None:
    district = await small_district(db)
    await district.report(UPGRADES, "2026-10", "20", "2026-10-21 10:00")
    await sweep(district, "2026-10-22 08:30")
    (push,) = await district.pushes("other contact")
    assert [button["data"].split(":")[0] for row in push.buttons for button in row][-2:] == ["ack", "warn"]
    cause = await district.cause("2026-10-22 09:00", "other contact")
    assert isinstance(await acknowledge_push(db, cause, push.id), Acknowledged)
    again = await acknowledge_all(db, cause, int(push.created_at.timestamp()))
    assert isinstance(again, Acknowledged)
    assert again.already
    await sweep(district, "2026-10-29 08:30")
    assert all("待签收" not in push.text for push in await district.pushes("other contact"))


async def test_with_nothing_to_acknowledge_it_says_so(db: Database) -> None:
    district = await small_district(db)
    outcome = await acknowledge_all(db, await district.cause("2026-10-22 09:00", "contact"), 2_000_000_000)
    assert isinstance(outcome, NothingToAcknowledge)
    assert present_acknowledgement(outcome).text


async def test_the_office_closes_after_two_good_months(db: Database) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-08", "30", "2026-08-24 10:00")
    (order,) = await district.orders()
    with pytest.raises(NotAllowed):
        await close_out(db, await district.cause("2026-09-22 11:00", "contact"), order.id, "复核")
    await district.report(INVESTMENT, "2026-09", "130", "2026-09-22 10:00")
    with pytest.raises(Conflict):
        await close_out(db, await district.cause("2026-09-22 11:00", "clerk"), order.id, "复核")
    await district.report(INVESTMENT, "2026-10", "150", "2026-10-22 10:00")
    await close_out(db, await district.cause("2026-10-22 11:00", "clerk"), order.id, "复核")
    (order,) = await district.orders()
    assert (order.state, order.close_basis) == ("closed", "复核")
    outcome = await acknowledge(db, await district.cause("2026-10-22 12:00", "leader"), order.id, 3)
    assert isinstance(outcome, OrderClosed)


@pytest.mark.parametrize(
    ("month", "moment", "serials"), [("2026-11", "2026-11-23 10:00", [1]), ("2026-12", "2026-12-24 10:00", [1, 2])]
)
async def test_a_relapse_within_sixty_days_keeps_the_number(
    db: Database, month: str, moment: str, serials: list[int]
) -> None:
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-08", "30", "2026-08-24 10:00")
    await district.report(INVESTMENT, "2026-09", "130", "2026-09-22 10:00")
    await district.report(INVESTMENT, "2026-10", "150", "2026-10-21 10:00")
    (order,) = await district.orders()
    await close_out(db, await district.cause("2026-10-22 11:00", "clerk"), order.id, "复核")
    await district.report(INVESTMENT, month, "60", moment)
    assert [order.serial for order in await district.orders()] == serials
    assert len(await district.pushes("leader", "warning")) == 2
    assert at(moment) > at("2026-10-22 11:00")
