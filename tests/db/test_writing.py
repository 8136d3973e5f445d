"""Prepared writes and the session share one transaction on both engines; in the loop SQLite's writer never waits."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, func, select, update

from bot.db.engine import Database
from bot.db.looking import Question
from bot.db.tables import Person, Report
from bot.db.within import changed, look_within, written
from bot.db.writing import Write

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ADD = Write(lambda insert: insert(Person).returning(Person.id), ("name", "closed_at"))
CLOSE = Write(lambda _insert: update(Person).where(Person.name == bindparam("whose")), ("closed_at",))
NAMES = Question(select(Person.name).where(Person.closed_at.is_(None)), str)
# This file's own; the bot's are held to reading no whole table.
Question.known.remove(NAMES)


async def names(db: Database) -> set[str]:
    async with db.look() as look:
        return set(await look.all(NAMES))


async def test_the_session_and_prepared_writes_see_each_other(db: Database) -> None:
    async with db.write() as session:
        session.add(Person(name="session"))
        first = await written(session, ADD, name="prepared", closed_at=None)
        assert first is not None
        assert {*await (await look_within(session)).all(NAMES)} == {"session", "prepared"}
        assert await session.scalar(select(func.count()).select_from(Person)) == 2
        assert await changed(session, CLOSE, whose="session", closed_at=NOW) == 1
        assert await changed(session, CLOSE, whose="nobody", closed_at=NOW) == 0
        assert await names(db) == set()
    assert await names(db) == {"prepared"}
    async with db.read() as session:
        assert (await session.scalars(select(Person.closed_at).where(Person.name == "session"))).one() == NOW


@pytest.mark.parametrize("with_session", [False, True])
async def test_a_failure_takes_everything_back(db: Database, with_session: bool) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.write() as session:
            await changed(session, ADD, name="prepared", closed_at=None)
            if with_session:
                session.add(Person(name="session"))
                await session.flush()
            raise ZeroDivisionError
    assert await names(db) == set()
    async with db.write() as session:
        await changed(session, ADD, name="after", closed_at=None)
    assert await names(db) == {"after"}


async def test_whoever_is_cancelled_leaves_the_writer_usable(db: Database) -> None:
    async def slow() -> None:
        async with db.write() as session:
            await changed(session, ADD, name="cancelled", closed_at=None)
            await asyncio.sleep(60)

    task = asyncio.create_task(slow())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with db.write() as session:
        await changed(session, ADD, name="after", closed_at=None)
    assert await names(db) == {"after"}


async def test_a_commit_that_is_cancelled_is_brought_to_its_end(sqlite_db: Database) -> None:
    for turn in range(20):
        begun = asyncio.Event()

        async def report(name: str, begun: asyncio.Event = begun) -> None:
            async with sqlite_db.write() as session:
                await changed(session, ADD, name=name, closed_at=None)
                begun.set()

        task = asyncio.create_task(report(f"{turn}"))
        await begun.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with sqlite_db.write() as session:
        await changed(session, ADD, name="after", closed_at=None)
    assert await names(sqlite_db) == {*(str(turn) for turn in range(20)), "after"}


async def test_the_loop_goes_on_while_another_process_writes(sqlite_db: Database) -> None:
    other = sqlite3.connect(sqlite_db.url.database or "", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    release.start()
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            longest = max(longest, time.perf_counter() - before)

    beating = asyncio.create_task(beat())
    async with sqlite_db.write() as session:
        await changed(session, ADD, name="patient", closed_at=None)
    beating.cancel()
    release.join()
    other.close()
    assert await names(sqlite_db) == {"patient"}
    assert longest < 0.25


async def test_a_write_that_leaves_a_value_open_is_refused(sqlite_db: Database) -> None:
    incomplete = Write(lambda insert: insert(Report), ("indicator_id", "period"))
    async with sqlite_db.write() as session:
        with pytest.raises(ValueError, match="gives every value itself"):
            await changed(session, incomplete, indicator_id=1, period="2026-11")
