"""A message that stands is changed in place: once, with the last words, and never before it exists."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.pushes import EditOfPush, by_message, cancel_chat, enqueue_edit, words_now
from bot.db.tables import Push
from bot.domain.pushes import Priority
from bot.outbox.delivery import DeliveryError, FailureKind
from bot.outbox.worker import Outbox
from bot.presenters.reply import Button
from tests.delivery.conftest import sender
from tests.delivery.fakes import NOW, FakeTransport, HandClock
from tests.delivery.rows import push_row, queue, states

LI, WANG = 101, 102
BUTTONS = ((Button("签收", "ack:1:3"),),)


async def edit(db: Database, push_id: int, text: str, **more: object) -> int | None:
    async with db.write() as session:
        return await enqueue_edit(session, EditOfPush(push_id, text, BUTTONS, NOW, **more))  # type: ignore[arg-type]


async def test_several_edits_leave_as_one_with_the_last_words(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    number = await queue(db, LI, "已发")
    await outbox.drain()
    first = transport.take(LI)
    rows = {await edit(db, number, text) for text in ("已签收", "已反馈", "已销号")}
    assert len(rows) == 1
    await outbox.drain()
    (changed,) = transport.sent
    assert (changed.text, changed.edit) == ("已销号", (first.message_id,))
    row = await push_row(db, rows.pop() or 0)
    assert (row.state, row.buttons, row.edits_id) == ("sent", [[{"text": "签收", "data": "ack:1:3"}]], number)
    async with db.read() as session:
        push = await by_message(session, LI, first.message_id)
        assert push is not None
        assert (push.id, push.text) == (number, "已发")
        assert await words_now(session, push) == ("已销号", [[{"text": "签收", "data": "ack:1:3"}]])


async def test_an_edit_after_one_was_made_is_a_new_one(db: Database, outbox: Outbox, transport: FakeTransport) -> None:
    number = await queue(db, LI, "已发")
    await outbox.drain()
    for text in ("已签收", "已反馈"):
        await edit(db, number, text)
        await outbox.drain()
    assert [item.text for item in transport.sent] == ["已发", "已签收", "已反馈"]


async def test_what_has_not_left_is_rewritten_where_it_lies(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    number = await queue(db, LI, "已发", not_before=NOW + timedelta(hours=1))
    assert await edit(db, number, "已签收") == number
    assert list(await states(db)) == [number]
    row = await push_row(db, number)
    assert (row.text, row.buttons) == ("已签收", [[{"text": "签收", "data": "ack:1:3"}]])


async def test_an_edit_waits_for_the_message_that_is_on_its_way(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    gate = transport.hold(LI)
    number = await queue(db, LI, "已发")
    running = asyncio.create_task(outbox.run())
    while not transport.started:
        await asyncio.sleep(0.005)
    await edit(db, number, "已签收", priority=Priority.RED)
    outbox.wake()
    await asyncio.sleep(0.1)
    assert transport.started == [number]
    gate.set()
    while len(transport.sent) < 2:
        await asyncio.sleep(0.005)
    outbox.stop()
    await running
    assert [item.text for item in transport.sent] == ["已发", "已签收"]


async def test_words_for_a_message_that_did_not_arrive_go_with_its_next_try(
    db: Database, outbox: Outbox, transport: FakeTransport, clock: HandClock
) -> None:
    gate = transport.hold(LI)
    transport.fail(LI, DeliveryError(FailureKind.NETWORK))
    number = await queue(db, LI, "已发")
    trying = asyncio.create_task(outbox.drain())
    while not transport.started:
        await asyncio.sleep(0.005)
    made = await edit(db, number, "已签收", priority=Priority.RED)
    gate.set()
    await trying
    clock.forward(5)
    await outbox.drain()
    assert [item.text for item in transport.sent] == ["已签收"]
    assert made is not None
    row = await push_row(db, made)
    assert (row.state, row.error) == ("cancelled", "merged")


async def test_a_repetition_says_so_even_when_its_words_were_changed(
    db: Database, outbox: Outbox, transport: FakeTransport, clock: HandClock
) -> None:
    transport.fail(LI, DeliveryError(FailureKind.UNCERTAIN), DeliveryError(FailureKind.NETWORK))
    number = await queue(db, LI, "严重", priority=Priority.RED)
    await outbox.drain()
    await edit(db, number, "已降级")
    clock.forward(10)
    await outbox.drain()
    assert transport.take(LI).text == "【补发】\n已降级"
    assert (await push_row(db, number)).text == "【补发】\n已降级"


async def test_nothing_is_edited_that_nobody_got(db: Database, outbox: Outbox, transport: FakeTransport) -> None:
    number = await queue(db, LI)
    async with db.write() as session:
        await cancel_chat(session, LI, "unreachable")
    assert await edit(db, number, "新") is None
    assert await edit(db, 10**9, "新") is None


async def test_an_edit_without_an_answer_is_simply_made_again(
    db: Database, outbox: Outbox, transport: FakeTransport, clock: HandClock
) -> None:
    number = await queue(db, LI, "已发")
    await outbox.drain()
    made = await edit(db, number, "已签收")
    transport.fail(LI, DeliveryError(FailureKind.UNCERTAIN))
    await outbox.drain()
    assert made is not None
    assert (await push_row(db, made)).state == "queued"
    clock.forward(2)
    await outbox.drain()
    assert (await push_row(db, made)).state == "sent"


async def test_a_message_that_is_not_there_any_more_is_no_failure(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    number = await queue(db, LI, "已发")
    await outbox.drain()
    made = await edit(db, number, "已签收")
    transport.fail(LI, DeliveryError(FailureKind.UNCHANGEABLE, detail="message to edit not found"))
    await outbox.drain()
    assert await states(db) == {number: "sent", made: "cancelled"}


async def test_an_edit_in_flight_when_its_sender_died_is_made_again(
    db: Database, transport: FakeTransport, clock: HandClock, outbox: Outbox
) -> None:
    number = await queue(db, LI, "已发")
    await outbox.drain()
    made = await edit(db, number, "已签收")
    transport.hold(LI)
    dying = asyncio.create_task(sender(db, transport, clock, "dying").drain())
    while len(transport.started) < 2:
        await asyncio.sleep(0.005)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    quick = FakeTransport()
    after = sender(db, quick, clock, "after")
    await after.recover()
    await after.drain()
    assert quick.take(LI).text == "已签收"
    assert (await states(db))[made or 0] == "sent"


async def test_a_reply_to_any_part_of_a_split_push_finds_it(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    number = await queue(db, LI, "上|中|下")
    await outbox.drain()
    last = transport.take(LI).message_id
    async with db.read() as session:
        for message_id in (last - 2, last - 1, last):
            push = await by_message(session, LI, message_id)
            assert push is not None
            assert push.id == number
        assert await by_message(session, WANG, last) is None
        assert await by_message(session, LI, last + 1) is None
    await edit(db, number, "新")
    await outbox.drain()
    assert transport.take(LI).edit == (last - 2, last - 1, last)


async def test_the_sender_is_woken_by_the_commit_that_enqueues(db: Database) -> None:
    woken: list[bool] = []
    db.on_outbox = lambda: woken.append(True)
    await queue(db, LI)
    assert woken == [True]
    async with db.write() as session:
        await session.scalars(select(Push))
    assert woken == [True]


async def test_what_was_decided_long_ago_is_decided_anew_before_it_leaves(
    db: Database, transport: FakeTransport, clock: HandClock
) -> None:
    looked: list[object] = []

    async def redecide(db: Database, now: object) -> int:
        looked.append(now)
        async with db.write() as session:
            for push in (await session.scalars(select(Push).where(Push.state == "queued"))).all():
                push.decided_at = clock.now()
                if push.text == "过时":
                    push.state = "cancelled"
        return 1

    from bot.outbox.limits import Limits
    from bot.outbox.worker import Sender

    outbox = Outbox(db, transport, clock, Sender("one", lambda text: text, redecide), Limits.unbounded())
    await queue(db, LI, "过时")
    await queue(db, LI, "仍有效")
    clock.forward(29 * 60)
    later = await queue(db, WANG, "过时", now=clock.now())
    clock.forward(2 * 60)
    await outbox.drain()
    assert [item.text for item in transport.sent] == ["仍有效"]
    assert looked == [clock.now()]
    # What was enqueued two minutes ago was looked at by our own hand above, and would have left as it is.
    assert (await states(db))[later] == "cancelled"
