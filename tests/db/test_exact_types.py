"""Decimals and times come back as they went in, on both engines, and compare as numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from bot.db.engine import Database
from bot.db.tables import BonusItem, Cycle, Unit

NOW = datetime(2026, 11, 20, 0, 30, 0, 123456, tzinfo=UTC)


async def _store(db: Database, caps: list[Decimal]) -> None:
    async with db.write() as session:
        session.add(Cycle(id=1, year=2026))
        await session.flush()
        for place, cap in enumerate(caps):
            session.add(
                BonusItem(cycle_id=1, category="c", name=f"n{place}", units=[], cap=cap, position=place, list_title="t")
            )


async def test_decimals_come_back_equal(db: Database) -> None:
    caps = [Decimal("98.6"), Decimal("0.1"), Decimal("-0.000001"), Decimal("999999999999.999999"), Decimal("162")]
    await _store(db, caps)
    async with db.read() as session:
        found = list(await session.scalars(select(BonusItem.cap).order_by(BonusItem.position)))
    assert found == caps
    assert all(isinstance(value, Decimal) for value in found)


async def test_decimals_compare_and_sort_as_numbers(db: Database) -> None:
    await _store(db, [Decimal("9.5"), Decimal("10"), Decimal("-3"), Decimal("100.25")])
    async with db.read() as session:
        ordered = list(await session.scalars(select(BonusItem.cap).order_by(BonusItem.cap)))
        above = list(await session.scalars(select(BonusItem.cap).where(BonusItem.cap > Decimal("9.75"))))
    assert ordered == [Decimal("-3"), Decimal("9.5"), Decimal("10"), Decimal("100.25")]
    assert sorted(above) == [Decimal("10"), Decimal("100.25")]


@pytest.mark.parametrize("value", [Decimal("0.0000001"), Decimal("1e12"), Decimal("NaN")])
async def test_a_value_that_does_not_fit_is_refused(sqlite_db: Database, value: Decimal) -> None:
    with pytest.raises(StatementError, match="does not fit"):
        await _store(sqlite_db, [value])


async def test_times_come_back_in_utc(db: Database) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=8)))
    async with db.write() as session:
        session.add(Unit(name="u", closed_at=local))
    async with db.read() as session:
        found = await session.scalar(select(Unit.closed_at))
    assert found == NOW
    assert found is not None
    assert found.tzinfo is UTC


async def test_a_naive_time_is_refused(sqlite_db: Database) -> None:
    with pytest.raises(StatementError, match="naive"):
        async with sqlite_db.write() as session:
            session.add(Unit(name="u", closed_at=NOW.replace(tzinfo=None)))


async def test_a_failed_write_leaves_nothing(db: Database) -> None:
    class Interrupted(Exception):
        pass

    with pytest.raises(Interrupted):
        async with db.write() as session:
            session.add(Unit(name="half"))
            await session.flush()
            raise Interrupted
    async with db.read() as session:
        assert await session.scalar(select(Unit.id)) is None
