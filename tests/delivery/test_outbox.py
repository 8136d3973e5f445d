"""The outbox: each push once, urgent first, in order within a chat, and every failure to its end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.people import holders
from bot.db.tables import Push
from bot.domain.kinds import Role
from bot.domain.pushes import Priority, PushKind
from bot.outbox.delivery import DeliveryError, FailureKind
from bot.outbox.limits import Limits
from bot.outbox.settling import MOST_URGENT_TRIES
from bot.outbox.worker import CONCURRENCY, RESERVED, Outbox
from tests.delivery.conftest import sender
from tests.delivery.fakes import NOW, FakeTransport, HandClock
from tests.delivery.rows import person, push_row, queue, states

LI, WANG, ZHAO = 101, 102, 103
NETWORK = DeliveryError(FailureKind.NETWORK)
UNCERTAIN = DeliveryError(FailureKind.UNCERTAIN)
BLOCKED = DeliveryError(FailureKind.BLOCKED)


async def test_a_push_is_sent_once_and_knows_its_message(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    number = await queue(db, LI, "早上好")
    assert await outbox.drain() == 1
    assert await outbox.drain() == 0
    sent = transport.take(LI)
    transport.assert_nothing_else()
    row = await push_row(db, number)
    assert (sent.text, row.state, row.message_id, row.sent_at) == ("早上好", "sent", sent.message_id, NOW)


async def test_one_chat_gets_its_messages_in_order_but_urgent_ones_first(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    for text in ("甲", "乙"):
        await queue(db, LI, text)
    await queue(db, LI, "公告", priority=Priority.BULK)
    await queue(db, LI, "严重", priority=Priority.RED)
    await outbox.drain()
    assert [transport.take(LI).text for _ in range(4)] == ["严重", "甲", "乙", "公告"]


async def test_what_is_planned_for_later_waits_without_holding_up_others(
    db: Database, outbox: Outbox, transport: FakeTransport, clock: HandClock
) -> None:
    await queue(db, LI, "明早", not_before=NOW + timedelta(hours=23))
    await queue(db, LI, "现在")
    await outbox.drain()
    assert transport.take(LI).text == "现在"
    transport.assert_nothing_else()
    clock.forward(23 * 3600)
    await outbox.drain()
    assert transport.take(LI).text == "明早"


async def test_a_failed_push_is_tried_again_before_later_ones_of_its_chat(
    db: Database, outbox: Outbox, transport: FakeTransport, clock: HandClock
) -> None:
    transport.fail(LI, NETWORK, NETWORK)
    await queue(db, LI, "先")
    await queue(db, LI, "后")
    await queue(db, WANG, "别人")
    await outbox.drain()
    assert transport.take(WANG).text == "别人"
    transport.assert_nothing_else()
    clock.forward(2)
    await outbox.drain()
    transport.assert_nothing_else()
    clock.forward(10)
    await outbox.drain()
    assert [transport.take(LI).text for _ in range(2)] == ["先", "后"]


async def test_an_urgent_push_overtakes_a_routine_one_that_waits_for_another_try(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    transport.fail(LI, NETWORK)
    await queue(db, LI, "日常")
    await outbox.drain()
    await queue(db, LI, "严重", priority=Priority.RED)
    await outbox.drain()
    assert transport.take(LI).text == "严重"
    transport.assert_nothing_else()


async def test_nothing_is_given_up_because_the_network_is_down_for_a_day(
    db: Database, outbox: Outbox, transport: FakeTransport, clock: HandClock
) -> None:
    number = await queue(db, LI)
    transport.fail(LI, *[NETWORK] * 40)
    for _ in range(40):
        await outbox.drain()
        assert (await push_row(db, number)).state == "queued"
        clock.forward(300)
    await outbox.drain()
    transport.take(LI)
    assert (await push_row(db, number)).state == "sent"


async def test_a_push_that_is_too_late_expires_unsent(
    db: Database, outbox: Outbox, transport: FakeTransport, clock: HandClock
) -> None:
    number = await queue(db, LI, expires_at=NOW + timedelta(minutes=5))
    other = await queue(db, LI)
    clock.forward(301)
    await outbox.drain()
    assert await states(db) == {number: "expired", other: "sent"}
    assert len(transport.sent) == 1


async def test_an_urgent_push_without_an_answer_goes_again_and_says_so_once(
    db: Database, outbox: Outbox, transport: FakeTransport, clock: HandClock
) -> None:
    transport.fail(LI, UNCERTAIN, UNCERTAIN, UNCERTAIN)
    number = await queue(db, LI, "严重", priority=Priority.RED)
    for tries in (2, 3, 4):
        # The second try leaves at once, those after it with growing pauses.
        await outbox.drain()
        assert (await push_row(db, number)).attempts == tries
        clock.forward(30)
    row = await push_row(db, number)
    assert (row.state, row.text) == ("sent", "【补发】\n严重")


async def test_an_urgent_push_that_never_gets_an_answer_is_left_to_the_office(
    db: Database, outbox: Outbox, transport: FakeTransport, clock: HandClock
) -> None:
    await person(db, "周主任", Role.OFFICE, ZHAO)
    transport.fail(LI, *[UNCERTAIN] * MOST_URGENT_TRIES)
    number = await queue(db, LI, "严重", priority=Priority.RED)
    for _ in range(MOST_URGENT_TRIES):
        await outbox.drain()
        clock.forward(300)
    row = await push_row(db, number)
    assert (row.state, row.attempts) == ("uncertain", MOST_URGENT_TRIES)
    assert "/undelivered" in transport.take(ZHAO).text
    transport.assert_nothing_else()


async def test_a_routine_push_without_an_answer_stays_uncertain(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    transport.fail(LI, UNCERTAIN)
    first, second = await queue(db, LI), await queue(db, LI)
    await outbox.drain()
    assert await states(db) == {first: "uncertain", second: "sent"}
    assert transport.started == [first, second]


async def test_a_flood_silences_the_whole_bot_and_counts_as_no_attempt(
    db: Database, transport: FakeTransport, clock: HandClock, outbox: Outbox
) -> None:
    transport.fail(LI, DeliveryError(FailureKind.FLOOD, 0.3))
    flooded = await queue(db, LI)
    await outbox.drain()
    await queue(db, WANG)
    clock.forward(1)
    before = asyncio.get_running_loop().time()
    await outbox.drain()
    assert asyncio.get_running_loop().time() - before > 0.2
    assert set(transport.started) == {flooded, flooded + 1}
    assert (await push_row(db, flooded)).attempts == 1


async def test_a_message_that_telegram_refuses_fails_and_the_administrator_hears_of_it(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    await person(db, "管理员", Role.ADMIN, ZHAO)
    transport.fail(LI, DeliveryError(FailureKind.BAD_REQUEST, detail="message is empty"))
    number = await queue(db, LI)
    await outbox.drain()
    row = await push_row(db, number)
    assert (row.state, row.error) == ("failed", "bad_request: message is empty")
    assert f"P{number}" in transport.take(ZHAO).text
    transport.assert_nothing_else()


async def test_an_error_that_nobody_foresaw_fails_one_push_only(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    broken = await queue(db, LI)
    transport.fail(LI, KeyError("text"))  # type: ignore[arg-type]
    fine = await queue(db, WANG)
    await outbox.drain()
    assert await states(db) == {broken: "failed", fine: "sent"}


async def test_somebody_who_blocked_the_bot_is_marked_and_the_office_told_once(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    li = await person(db, "李明", Role.CONTACT, LI)
    await person(db, "周主任", Role.OFFICE, ZHAO)
    numbers = [await queue(db, LI, priority=Priority.RED), await queue(db, LI), await queue(db, LI)]
    transport.fail(LI, BLOCKED)
    await outbox.drain()
    assert [(await states(db))[number] for number in numbers] == ["failed", "cancelled", "cancelled"]
    assert (await push_row(db, numbers[1])).error == "unreachable"
    told = transport.take(ZHAO).text
    assert "李明" in told
    assert "1 条紧急预警未送达" in told
    transport.assert_nothing_else()
    async with db.read() as session:
        assert [item.chat_id for item in await holders(session, person_ids=[li])] == [None]
    transport.fail(LI, BLOCKED)
    await queue(db, LI)
    await outbox.drain()
    transport.assert_nothing_else()


async def test_a_group_that_moved_is_followed(db: Database, outbox: Outbox, transport: FakeTransport) -> None:
    old, new = -5, -1005
    transport.fail(old, DeliveryError(FailureKind.MIGRATED, moved_to=new))
    await queue(db, old, "通报一")
    await queue(db, old, "通报二")
    await outbox.drain()
    assert [transport.take(new).text for _ in range(2)] == ["通报一", "通报二"]


async def test_a_slow_chat_does_not_hold_up_others(db: Database, outbox: Outbox, transport: FakeTransport) -> None:
    gate = transport.hold(LI)
    slow = await queue(db, LI)
    running = asyncio.create_task(outbox.run())
    while transport.started != [slow]:
        await asyncio.sleep(0.005)
    await queue(db, WANG)
    await queue(db, LI, "后")
    outbox.wake()
    while not transport.sent:
        await asyncio.sleep(0.005)
    transport.take(WANG)
    transport.assert_nothing_else()
    gate.set()
    outbox.stop()
    await running
    assert (await states(db))[slow] == "sent"


async def test_urgent_places_stay_free_while_routine_ones_hang(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    gates = [transport.hold(chat) for chat in range(1000, 1000 + CONCURRENCY)]
    for chat in range(1000, 1000 + CONCURRENCY):
        await queue(db, chat)
    running = asyncio.create_task(outbox.run())
    while len(transport.started) < CONCURRENCY - RESERVED:
        await asyncio.sleep(0.005)
    await queue(db, LI, "严重", priority=Priority.RED)
    outbox.wake()
    while not transport.sent:
        await asyncio.sleep(0.005)
    assert transport.take(LI).text == "严重"
    assert len(transport.started) == CONCURRENCY - RESERVED + 1
    for gate in gates:
        gate.set()
    outbox.stop()
    await running


async def test_a_chat_at_its_limit_lets_others_pass(db: Database, outbox: Outbox, transport: FakeTransport) -> None:
    outbox.limits = Limits(rate=1000, burst=1000, window=0, chat_rate=5.0, chat_burst=1)
    for number in range(3):
        await queue(db, LI, str(number))
    await queue(db, WANG, "别人")
    await outbox.drain()
    assert [item.text for item in transport.sent][:2] in (["0", "别人"], ["别人", "0"])
    assert [item.text for item in transport.sent if item.chat_id == LI] == ["0", "1", "2"]


async def test_two_senders_never_send_the_same_push(db: Database, transport: FakeTransport, clock: HandClock) -> None:
    senders = [sender(db, transport, clock, name) for name in ("one", "two")]
    numbers = [await queue(db, 200 + number % 7, str(number)) for number in range(60)]
    await asyncio.gather(*(one.drain() for one in senders))
    assert sorted(transport.started) == numbers
    for chat in range(200, 207):
        texts = [int(item.text) for item in transport.sent if item.chat_id == chat]
        assert texts == sorted(texts)


async def test_a_push_that_was_cancelled_meanwhile_is_not_sent(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    from bot.db.pushes import cancel_queued

    number = await queue(db, LI, subject_kind="indicator", subject_id=7)
    async with db.write() as session:
        assert await cancel_queued(session, subject_kind="indicator", subject_id=7) == 1
    await outbox.drain()
    transport.assert_nothing_else()
    assert await states(db) == {number: "cancelled"}


@pytest.mark.parametrize(("priority", "state"), [(Priority.RED, "sent"), (Priority.ROUTINE, "uncertain")])
async def test_a_sender_killed_in_the_middle_of_sending(
    db: Database, transport: FakeTransport, clock: HandClock, priority: Priority, state: str
) -> None:
    transport.hold(LI)
    number = await queue(db, LI, "正文", priority=priority)
    dying = asyncio.create_task(sender(db, transport, clock, "dying").drain())
    while not transport.started:
        await asyncio.sleep(0.005)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert await states(db) == {number: "sending"}

    after = sender(db, FakeTransport(), clock, "after")
    await after.recover()
    await after.drain()
    row = await push_row(db, number)
    assert row.state == state
    assert row.text == ("【补发】\n正文" if priority is Priority.RED else "正文")


async def test_a_sender_killed_between_claim_and_send_loses_nothing(
    db: Database, transport: FakeTransport, clock: HandClock
) -> None:
    from bot.db.claims import Claim, claim

    number = await queue(db, LI, "严重", priority=Priority.RED)
    async with db.write() as session:
        assert [one.push.id for one in await claim(session, Claim(NOW, "dead", 5))] == [number]
    outbox = sender(db, transport, clock, "after")
    await outbox.recover()
    await outbox.drain()
    assert transport.take(LI).text == "【补发】\n严重"


async def test_our_own_unconfirmed_claim_goes_back_to_the_queue_unmarked(
    db: Database, transport: FakeTransport, clock: HandClock, outbox: Outbox
) -> None:
    from bot.db.claims import Claim, claim

    await queue(db, LI, "日常")
    async with db.write() as session:
        await claim(session, Claim(NOW, "one", 5))
    await outbox.recover()
    await outbox.drain()
    assert transport.take(LI).text == "日常"


async def test_an_answer_that_comes_after_another_sender_took_over_changes_nothing(
    db: Database, clock: HandClock
) -> None:
    slow, quick = FakeTransport(), FakeTransport()
    gate = slow.hold(LI)
    number = await queue(db, LI, "严重", priority=Priority.RED)
    first = asyncio.create_task(sender(db, slow, clock, "first").drain())
    while not slow.started:
        await asyncio.sleep(0.005)
    second = sender(db, quick, clock, "second")
    await second.recover()
    await second.drain()
    expected = quick.take(LI).message_id
    slow._ids = 500
    gate.set()
    await first
    row = await push_row(db, number)
    assert (row.state, row.message_id) == ("sent", expected)


async def test_stopping_settles_what_is_on_its_way(db: Database, outbox: Outbox, transport: FakeTransport) -> None:
    gate = transport.hold(LI)
    number = await queue(db, LI)
    running = asyncio.create_task(outbox.run())
    while not transport.started:
        await asyncio.sleep(0.005)
    outbox.stop()
    await queue(db, WANG)
    gate.set()
    await asyncio.wait_for(running, 5)
    assert (await push_row(db, number)).state == "sent"
    assert list((await states(db)).values()) == ["sent", "queued"]


async def test_only_one_of_two_running_senders_is_active_and_the_other_takes_over(
    postgresql_url: str, clock: HandClock
) -> None:
    databases = [Database(postgresql_url), Database(postgresql_url)]
    transports = [FakeTransport(), FakeTransport()]
    senders = [
        sender(db, transport, clock, str(transport)) for db, transport in zip(databases, transports, strict=True)
    ]
    first = asyncio.create_task(senders[0].run())
    await asyncio.sleep(0.3)
    second = asyncio.create_task(senders[1].run())
    await asyncio.sleep(0.3)
    await queue(databases[0], LI)
    await asyncio.sleep(1.5)
    assert [len(transport.sent) for transport in transports] == [1, 0]
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await queue(databases[0], LI)
    await asyncio.sleep(2.5)
    assert [len(transport.sent) for transport in transports] == [1, 1]
    senders[1].stop()
    await second
    for db in databases:
        await db.close()


async def test_alerts_about_alerts_do_not_exist(db: Database, outbox: Outbox, transport: FakeTransport) -> None:
    await person(db, "管理员", Role.ADMIN, ZHAO)
    transport.fail(ZHAO, DeliveryError(FailureKind.BAD_REQUEST))
    await queue(db, ZHAO, kind=PushKind.ALERT)
    await outbox.drain()
    async with db.read() as session:
        assert len((await session.scalars(select(Push))).all()) == 1
