"""One sender is active; when it dies, stands still or loses its line, another takes over within seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.db.engine import Database
from bot.domain.pushes import Channel
from bot.outbox.lease import KEYS, SECONDS, Lease

KEY = KEYS[Channel.TELEGRAM]
# A process that takes the lease, says so, and keeps it for as long as it lives.
HOLDER = """
import asyncio, sys
from bot.db.engine import Database
from bot.outbox.lease import Lease
async def main():
    lease = Lease(Database(sys.argv[1]), {key}, seconds=1.0)
    while True:
        if await lease.hold():
            print("held", flush=True)
        await asyncio.sleep(0.1)
asyncio.run(main())
"""


@contextmanager
def holder(url: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER.format(key=KEY), url], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "held"
        yield process
    finally:
        process.kill()
        process.wait()


async def taken_after(lease: Lease, most: float) -> float:
    began = time.monotonic()
    while not await lease.hold():
        assert time.monotonic() - began < most, "the lease was not taken over"
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.process
@pytest.mark.parametrize(("how", "most"), [(signal.SIGKILL, 2.0), (signal.SIGSTOP, 4.0)])
async def test_the_lease_of_a_sender_that_died_or_stands_still_is_taken_over(
    postgresql_url: str, how: signal.Signals, most: float
) -> None:
    db = Database(postgresql_url)
    lease = Lease(db, KEY)
    with holder(postgresql_url) as process:
        assert not await lease.hold()
        os.kill(process.pid, how)
        await taken_after(lease, most)
    await lease.release()
    await db.close()


def test_the_lease_time_leaves_room_for_a_takeover_within_ten_seconds() -> None:
    assert SECONDS + 1 < 10


async def test_a_holder_whose_session_the_server_ended_knows_that_it_lost_the_lease(postgresql_url: str) -> None:
    db = Database(postgresql_url)
    frozen, other = Lease(db, KEY, seconds=0.2), Lease(db, KEY)
    assert await frozen.hold()
    assert not await other.hold()
    time.sleep(1.1)
    with pytest.raises((SQLAlchemyError, OSError)):
        await frozen.hold()
    assert await other.hold()
    assert not await frozen.hold()
    await other.release()
    assert await frozen.hold()
    await frozen.release()
    await db.close()


async def test_the_two_channels_have_a_sender_each(postgresql_url: str) -> None:
    db = Database(postgresql_url)
    leases = [Lease(db, key) for key in KEYS.values()]
    assert [await lease.hold() for lease in leases] == [True, True]
    for lease in leases:
        await lease.release()
    await db.close()
