"""A year with very many indicators: its names are stored, and questions find in them what they find in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import func, insert, select, update

from bot.db import name_rows
from bot.db.engine import Database
from bot.db.people import actor_of_person, holders
from bot.db.tables import Cycle, Indicator, IndicatorUnit, NameEntry, NameKey, Target, Unit
from bot.domain.kinds import Role
from bot.presenters.card import Card
from bot.presenters.indicator_list import Hits, NothingFound
from bot.reading.named import NamedItem
from bot.reading.search import Found, NameIndex
from bot.services import indexing, name_index
from bot.services.cause import Cause
from bot.services.hearing import Heard
from bot.services.listening import understand
from bot.services.name_index import keep_names
from bot.services.searching import find
from bot.services.year import year_now
from tests.reading.district import ITEMS
from tests.services.workbooks import CONTACT, INVESTMENT, JOBS, JUNE, LEADER, put, workbook

QUESTIONS = (
    "固定资产投资",
    "固投现在怎么样了",
    "gdzctz",
    "gdzc",
    "固定资产头子",
    "社零",
    "shehuixiaofeipin",
    "107国道",
    "高企",
    "区发改局",
    "新增高新技术企",
    "工业",
    "今天天气真好",
    "投资",
)


@pytest.fixture(autouse=True)
def every_year_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_index, "MANY", 1)


@pytest.fixture
async def other(db: Database, db_url: str) -> AsyncIterator[Database]:
    """Another process on the same database."""
    database = Database(db_url)
    yield database
    await database.close()


async def found(db: Database, text: str) -> Found:
    async with db.look() as look:
        return await indexing.search(db, look, await year_now(look, JUNE), text)


def said(found: Found) -> tuple[str, list[tuple[str, int, str]]]:
    return found.query, [(hit.item.name, hit.score, hit.why) for hit in found.hits]


async def names(db: Database, text: str) -> list[str]:
    return [hit.item.name for hit in (await found(db, text)).hits]


async def asked(db: Database, text: str) -> object:
    async with db.read() as session:
        leader = await actor_of_person(session, (await holders(session, roles=[Role.LEADER]))[0].person_id)
    return await find(db, Cause(JUNE, leader), text)


async def listed(db: Database, items: list[NamedItem]) -> None:
    """These indicators beside what was imported, written past the import."""
    async with db.write() as session:
        cycle = await session.scalar(select(Cycle.id))
        units: dict[str, int] = {name: key for key, name in (await session.execute(select(Unit.id, Unit.name))).all()}
        for item in items:
            for owner in item.owners:
                if owner not in units:
                    unit = Unit(name=owner)
                    session.add(unit)
                    await session.flush()
                    units[owner] = unit.id
        rows = [
            {
                "id": 1000 + place,
                "cycle_id": cycle,
                "position": 1000 + place,
                "name": item.name,
                "kind": "cumulative",
                "direction": "higher",
                "aliases": list(item.aliases),
                "list_title": "x",
            }
            for place, item in enumerate(items)
        ]
        await session.execute(insert(Indicator), rows)
        parts = [
            {"indicator_id": 1000 + place, "unit_id": units[owner], "side": "lead", "position": 1}
            for place, item in enumerate(items)
            for owner in item.owners
        ]
        await session.execute(insert(IndicatorUnit), parts)


async def test_the_stored_names_give_the_same_answers_as_those_in_memory(db: Database):
    await put(db, workbook(indicators=(JOBS,)), now=JUNE)
    await listed(db, [item for item in ITEMS if item.name != JOBS.name])
    await keep_names(db)
    async with db.read() as session:
        cycle = await session.scalar(select(Cycle.id))
        kept = await name_rows.listed_names(session, cycle)
    whole = NameIndex(NamedItem(one.indicator_id, one.name, one.aliases, owners=one.owners) for one in kept)
    assert len(kept) > 40
    for text in QUESTIONS:
        expected = whole.find_whole(text) or whole.find(text, indexing.MOST_HITS)
        assert said(await found(db, text)) == said(expected), text


async def test_an_import_is_found_by_the_very_next_question_in_every_process(db: Database, other: Database):
    await put(db, workbook(indicators=(INVESTMENT,)), now=JUNE)
    assert await names(other, "新增就业") == []
    await put(db, workbook(indicators=(INVESTMENT, JOBS)), now=JUNE)
    for database in (db, other):
        assert await names(database, JOBS.name) == [JOBS.name]
    await put(db, workbook(indicators=(JOBS,)), now=JUNE)
    for database in (db, other):
        assert INVESTMENT.name not in await names(database, INVESTMENT.name)


async def test_a_name_that_somebody_else_changed_is_found_after_the_next_tick(db: Database, other: Database):
    await put(db, workbook(indicators=(INVESTMENT, JOBS)), now=JUNE)
    assert await names(other, "黑天鹅湖") == []
    async with other.write() as session:
        await session.execute(update(Indicator).where(Indicator.name == JOBS.name).values(name="黑天鹅湖治理"))
    await keep_names(db)
    for database in (db, other):
        assert await names(database, "黑天鹅湖") == ["黑天鹅湖治理"]
        assert JOBS.name not in await names(database, JOBS.name)


async def test_what_is_found_is_read_anew(db: Database):
    """Between a change past the import and the next tick a search goes by the old name, and shows the new one."""
    await put(db, workbook(indicators=(INVESTMENT,), people=(LEADER,)), now=JUNE)
    assert isinstance(await asked(db, INVESTMENT.name), Card)
    async with db.write() as session:
        await session.execute(update(Indicator).values(name="全社会投资"))
    card = await asked(db, INVESTMENT.name)
    assert isinstance(card, Card)
    assert card.indicator.name == "全社会投资"


async def test_a_change_rewrites_only_what_it_touches(db: Database):
    await put(db, workbook(indicators=(INVESTMENT, JOBS)), now=JUNE)
    async with db.read() as session:
        before = dict((await session.execute(select(NameEntry.indicator_id, NameEntry.place))).all())
    await put(db, workbook(indicators=(INVESTMENT, replace(JOBS, lead_units=("区住建局",)))), now=JUNE)
    async with db.read() as session:
        after = dict((await session.execute(select(NameEntry.indicator_id, NameEntry.place))).all())
    moved = {key for key in after if before[key] != after[key]}
    assert len(moved) == 1
    assert JOBS.name in await names(db, "区住建局")


async def test_a_tick_without_a_change_writes_nothing(db: Database):
    await put(db, workbook(indicators=(INVESTMENT,)), now=JUNE)
    async with db.write() as session:
        await session.execute(update(Target).values(text="170"))
    await keep_names(db)
    async with db.read() as session:
        first = await session.scalar(select(Cycle.revision))
    await keep_names(db)
    async with db.read() as session:
        assert await session.scalar(select(Cycle.revision)) == first


async def test_a_year_that_becomes_small_goes_back_into_memory(db: Database, monkeypatch: pytest.MonkeyPatch):
    await put(db, workbook(indicators=(INVESTMENT, JOBS)), now=JUNE)
    monkeypatch.setattr(name_index, "MANY", 100)
    await put(db, workbook(indicators=(INVESTMENT,)), now=JUNE)
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(NameKey)) == 0
    assert await names(db, INVESTMENT.name) == [INVESTMENT.name]


async def test_several_that_may_be_meant_are_listed(db: Database):
    await put(db, workbook(indicators=(JOBS,), people=(LEADER,)), now=JUNE)
    await listed(db, [item for item in ITEMS if item.name != JOBS.name])
    await keep_names(db)
    assert isinstance(await asked(db, "投资"), (Hits, Card))


@pytest.mark.parametrize("many", [1, 500])
async def test_a_foreign_name_that_begins_with_a_numeral_is_a_question(
    db: Database, monkeypatch: pytest.MonkeyPatch, many: int
):
    monkeypatch.setattr(name_index, "MANY", many)
    revenue = replace(JOBS, name="一般公共预算收入", lead_units=("区财政局",), cooperating_units=())
    await put(db, workbook(indicators=(INVESTMENT, revenue), people=(CONTACT,)), now=JUNE)
    async with db.read() as session:
        contact = await actor_of_person(session, (await holders(session, roles=[Role.CONTACT]))[0].person_id)
    said = await understand(db, Cause(JUNE, contact), Heard(revenue.name, 1, 1))
    assert isinstance(said, NothingFound)
