"""A year's indicators are read once, and again as soon as anybody changes what they are made of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import delete, event, insert, select, update

from bot.db import indicators
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.db.people import actor_of_person, holders
from bot.db.tables import Category, Cycle, Indicator, IndicatorUnit, Node, PlanPoint, Post, Target, Unit
from bot.domain.kinds import Role
from bot.presenters.card import Card
from bot.services.asking import card_of
from bot.services.cause import Cause
from bot.services.year import year_at
from tests.services.workbooks import BONUS, CONTACT, HEAD, INVESTMENT, JOBS, JUNE, LEADER, full_workbook, put, workbook


@pytest.fixture
async def other(db: Database, db_url: str) -> AsyncIterator[Database]:
    """Another process on the same database."""
    database = Database(db_url)
    yield database
    await database.close()


async def known(db: Database) -> tuple[KnownIndicator, ...]:
    async with db.read() as session:
        year = await year_at(session, JUNE)
        return await indicators.of_cycle(session, year.cycle, year.period.last_day)


async def card(db: Database) -> Card:
    async with db.read() as session:
        leader = await actor_of_person(session, (await holders(session, roles=[Role.LEADER]))[0].person_id)
        one = (await session.scalars(select(Indicator.id))).one()
    return await card_of(db, Cause(JUNE, leader), one)


async def revision(db: Database) -> str:
    async with db.read() as session:
        return (await session.scalars(select(Cycle.revision))).one()


async def test_what_did_not_change_is_not_read_again(db: Database):
    await put(db, full_workbook(), now=JUNE)
    first = await known(db)
    statements: list[str] = []
    event.listen(db.engine.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert await known(db) is first
    assert [line for line in statements if line.startswith("SELECT") and "FROM cycles" not in line] == []


async def test_an_import_of_a_changed_list_is_seen_in_every_process(db: Database, other: Database):
    await put(db, full_workbook(), now=JUNE)
    assert (await known(other))[0].target == Decimal(162)
    changed = replace(INVESTMENT, target=Decimal(170), target_text="170亿元", lead_units=("区住建局",))
    await put(db, workbook(indicators=(changed, JOBS)), now=JUNE)
    for database in (db, other):
        first = (await known(database))[0]
        assert (first.target, first.lead_units) == (Decimal(170), ("区住建局",))


async def test_an_indicator_that_leaves_the_list_and_comes_back_is_seen(db: Database, other: Database):
    await put(db, workbook(indicators=(INVESTMENT, JOBS)), now=JUNE)
    assert len(await known(other)) == 2
    await put(db, workbook(indicators=(INVESTMENT,)), now=JUNE)
    assert [item.name for item in await known(other)] == ["固定资产投资"]
    await put(db, workbook(indicators=(INVESTMENT, JOBS)), now=JUNE)
    assert len(await known(other)) == 2


async def test_who_moves_to_another_unit_is_on_the_card_at_once_in_every_process(db: Database, other: Database):
    await put(db, workbook(indicators=(INVESTMENT,), people=(LEADER, HEAD, CONTACT)), now=JUNE)
    assert (await card(other)).contacts == ("联络员一",)
    successor = replace(CONTACT, code="C2", name="联络员二")
    people = (LEADER, HEAD, successor, replace(CONTACT, unit="区住建局"))
    await put(db, workbook(indicators=(INVESTMENT,), people=people), now=JUNE)
    for database in (db, other):
        shown = await card(database)
        assert (shown.contacts, shown.leader) == (("联络员二",), "领导一")


@pytest.mark.parametrize("table", [Indicator, IndicatorUnit, Target, Node, PlanPoint, Category, Post, Unit])
async def test_every_table_that_an_indicator_is_made_of_marks_the_year(db: Database, table: type):
    await put(db, full_workbook(), now=JUNE)
    before = await revision(db)
    async with db.write() as session:
        await session.execute(delete(table).where(table.__table__.primary_key.columns[0] == 0))
    assert await revision(db) != before


async def test_a_changed_row_marks_the_year_and_one_that_was_only_read_does_not(db: Database):
    await put(db, full_workbook(), now=JUNE)
    before = await revision(db)
    async with db.write() as session:
        (await session.scalars(select(Unit).limit(1))).one()
    assert await revision(db) == before
    async with db.write() as session:
        (await session.scalars(select(Unit).limit(1))).one().name = "区发展改革局"
    assert await revision(db) != before


async def test_a_change_that_was_rolled_back_leaves_nothing_behind(db: Database):
    await put(db, full_workbook(), now=JUNE)
    before = await known(db)
    with pytest.raises(ZeroDivisionError):
        async with db.write() as session:
            await session.execute(update(Indicator).values(unit_of_measure="块"))
            year = await year_at(session, JUNE)
            within = await indicators.of_cycle(session, year.cycle, year.period.last_day)
            assert {item.unit for item in within} == {"块"}
            _ = 1 / 0
    assert await known(db) is before


async def test_what_has_nothing_to_do_with_indicators_leaves_the_year_alone(db: Database):
    await put(db, workbook(indicators=(INVESTMENT,)), now=JUNE)
    before = await revision(db)
    await put(db, workbook(indicators=(INVESTMENT,), bonuses=(BONUS,)), now=JUNE)
    assert await revision(db) == before


async def test_a_new_indicator_written_in_bulk_is_seen(db: Database):
    await put(db, workbook(indicators=(INVESTMENT,)), now=JUNE)
    one = (await known(db))[0]
    async with db.write() as session:
        row = (await session.execute(select(Indicator.__table__))).mappings().one()
        await session.execute(insert(Indicator.__table__), [{**row, "id": one.id + 1, "name": "财政收入"}])
    assert [item.name for item in await known(db)] == ["固定资产投资", "财政收入"]
