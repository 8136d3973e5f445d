"""Results larger than one trip to the connection's thread come whole, in order, and may be left half read."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.db.engine import Database
from bot.db.sqlite_trips import ROWS_PER_TRIP

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) SELECT i FROM n"


@pytest.mark.parametrize("count", [1, ROWS_PER_TRIP - 1, ROWS_PER_TRIP, ROWS_PER_TRIP + 1, 5 * ROWS_PER_TRIP])
async def test_every_row_of_a_result_arrives_in_order(sqlite_db: Database, count: int) -> None:
    async with sqlite_db.read() as session:
        found = (await session.scalars(text(NUMBERS), {"count": count})).all()
    assert found == list(range(1, count + 1))


async def test_a_streamed_result_comes_in_pieces(sqlite_db: Database) -> None:
    count = 2 * ROWS_PER_TRIP + 7
    async with sqlite_db.read() as session:
        stream = await session.stream(text(NUMBERS), {"count": count})
        sizes = [len(part) async for part in stream.partitions(1_500)]
    assert sum(sizes) == count
    assert max(sizes) == 1_500


async def test_a_result_left_half_read_holds_nothing_up(sqlite_db: Database) -> None:
    async with sqlite_db.read() as session:
        stream = await session.stream(text(NUMBERS), {"count": 3 * ROWS_PER_TRIP})
        assert (await stream.fetchone()) is not None
        await stream.close()
    async with sqlite_db.write() as session:
        await session.execute(text("CREATE TABLE trips (i INTEGER PRIMARY KEY)"))
        await session.execute(text("INSERT INTO trips VALUES (:i)"), [{"i": number} for number in range(10)])
    async with sqlite_db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM trips")) == 10


async def test_what_the_database_refuses_arrives_as_its_own_error(sqlite_db: Database) -> None:
    async with sqlite_db.write() as session:
        await session.execute(text("CREATE TABLE trips (i INTEGER PRIMARY KEY)"))
    with pytest.raises(IntegrityError):
        async with sqlite_db.write() as session:
            await session.execute(text("INSERT INTO trips VALUES (1), (1)"))
    with pytest.raises(OperationalError):
        async with sqlite_db.read() as session:
            await session.execute(text("SELECT nonsense FROM nowhere"))
    async with sqlite_db.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM trips")) == 0
