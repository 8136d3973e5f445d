"""Telegram's limits are shared: by answers and pushes, and by all processes of one bot."""

from __future__ import annotations

import asyncio
import time

from bot.db.engine import Database
from bot.outbox.limits import BURST, PER_SECOND, SHARE_OF_PUSHES, Limits
from bot.outbox.pacing import Pacing


def pushes_within(limits: Limits, start: float, seconds: float) -> int:
    """How many pushes to ever new chats may leave."""
    now, count = start, 0
    while (now := now + limits.wait(now)) < start + seconds:
        limits.take(100_000 + count, now)
        count += 1
    return count


def test_answers_never_wait_and_pushes_take_what_they_leave_over() -> None:
    limits, now, pushes = Limits(), 0.0, 0
    for step in range(200):
        # Fifteen answers a second, for ten seconds.
        now = step * 0.05
        if step % 4 < 3:
            limits.answered(step, now)
        while limits.wait(now) == 0:
            limits.take(10_000 + pushes, now)
            pushes += 1
    assert 10 * (PER_SECOND - 15) * 0.85 <= pushes <= 10 * (PER_SECOND - 15) + BURST


def test_a_flood_of_answers_leaves_the_pushes_their_share() -> None:
    limits, pushes = Limits(), 0
    for step in range(5_000):
        now = step * 0.001
        limits.answered(step % 400, now)
        if limits.wait(now) == 0:
            limits.take(10_000 + pushes, now)
            pushes += 1
    assert 5 * SHARE_OF_PUSHES * 0.9 <= pushes <= 5 * SHARE_OF_PUSHES + 5
    # And is over half a second after it ends.
    assert pushes_within(limits, 5.6, 1.0) >= 20


def test_a_chat_that_was_just_answered_is_pushed_to_a_moment_later() -> None:
    limits = Limits()
    for _ in range(3):
        limits.answered(7, 0.0)
    assert 0 < limits.waiting(0.0)[7] <= 1.0
    assert limits.reserve(7, 0.0) > 0


def test_a_thousand_pushes_take_hardly_longer_than_thirty_a_second() -> None:
    limits, now = Limits(), 0.0
    for chat in range(1, 1001):
        now += limits.wait(now)
        limits.take(chat, now)
    assert 999 / 30 / now >= 0.98


def test_pushes_claimed_ahead_keep_the_rate() -> None:
    limits = Limits()
    times = [limits.reserve(chat, 0.0) for chat in range(1, 121)]
    assert all(times[at + 30] - times[at] > 1.0 for at in range(90))
    assert limits.room(0.0, ahead=0.1) == 0


async def test_what_one_process_answers_the_others_leave_out(db: Database) -> None:
    web, sender = Limits(), Limits()
    answering, sending = Pacing(db, web, "web"), Pacing(db, sender, "sender")
    now = time.monotonic()
    for chat in range(20):
        web.answered(chat, now)
    await answering.exchange()
    await sending.exchange()
    # SQLite serves one process, which has but one account.
    assert (pushes_within(sender, time.monotonic(), 0.5) > 10) == db.is_sqlite


async def test_what_one_process_is_told_all_obey(db: Database) -> None:
    web, sender = Limits(), Limits()
    answering, sending = Pacing(db, web, "web"), Pacing(db, sender, "sender")
    web.block(7.0, time.monotonic())
    await answering.exchange()
    await sending.exchange()
    assert 6.0 < sender.quiet(time.monotonic()) <= 7.1
    # A process that starts meanwhile obeys, too, and a shorter silence does not end the longer one.
    sender.block(0.1, time.monotonic())
    await sending.exchange()
    late = Limits()
    await Pacing(db, late, "late").exchange()
    assert late.quiet(time.monotonic()) > 6.0


async def test_silence_is_noted_at_once_and_read_within_a_second(postgresql_url: str) -> None:
    databases = [Database(postgresql_url), Database(postgresql_url)]
    limits = [Limits(), Limits()]
    async with asyncio.TaskGroup() as group:
        running = [
            group.create_task(Pacing(db, limit, str(number)).run())
            for number, (db, limit) in enumerate(zip(databases, limits, strict=True))
        ]
        await asyncio.sleep(0.2)
        limits[0].block(30.0, time.monotonic())
        await asyncio.sleep(1.3)
        assert limits[1].quiet(time.monotonic()) > 25
        for task in running:
            task.cancel()
    for db in databases:
        await db.close()
