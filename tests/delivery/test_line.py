"""A broken line is tried by one push at a time, so that an outage makes few pushes uncertain."""

from __future__ import annotations

import asyncio

from bot.db.engine import Database
from bot.outbox.delivery import DeliveryError, FailureKind
from bot.outbox.line import PATIENCE, PAUSES, Line
from bot.outbox.worker import Outbox
from tests.delivery.fakes import FakeTransport
from tests.delivery.rows import queue, states

LOST = DeliveryError(FailureKind.UNCERTAIN, detail="connection cut")


def broken_at(moment: float) -> Line:
    line = Line()
    for _ in range(PATIENCE):
        line.failed(moment)
    return line


def test_one_chats_trouble_does_not_slow_the_others() -> None:
    line = Line()
    for _ in range(PATIENCE - 1):
        line.failed(10.0)
    assert (line.broken, line.room(8, 3, 10.0), line.wait(10.0)) == (False, 8, 0.0)
    line.held()
    line.failed(11.0)
    assert not line.broken


def test_a_broken_line_takes_one_push_at_a_time_ever_more_slowly_until_one_gets_an_answer() -> None:
    line = broken_at(10.0)
    assert line.room(8, 0, 10.1) == 0
    assert line.room(8, 0, 10.0 + PAUSES[0]) == 1
    assert line.room(8, 1, 10.0 + PAUSES[0]) == 0
    line.failed(10.0 + PAUSES[0])
    assert line.wait(10.0 + PAUSES[0]) == PAUSES[1]
    line.held()
    assert line.room(8, 5, 12.0) == 8


def test_what_was_on_its_way_together_counts_once() -> None:
    line = broken_at(10.0)
    for _ in range(20):
        line.failed(10.1)
    assert line.wait(10.1) <= PAUSES[0]


async def test_an_outage_leaves_most_of_the_queue_untouched(
    db: Database, outbox: Outbox, transport: FakeTransport
) -> None:
    for chat in range(1, 61):
        await queue(db, chat)
        transport.fail(chat, LOST)
    running = asyncio.create_task(outbox.run())
    await asyncio.sleep(0.8)
    outbox.stop()
    await running
    uncertain = [state for state in (await states(db)).values() if state == "uncertain"]
    assert 0 < len(uncertain) <= 40
