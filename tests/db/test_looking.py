"""Narrow reads: what they give, that they see what is committed, and that none of them reads a whole table."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sqlite3
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import bindparam, insert, select

import bot.db
from bot.db.engine import Database
from bot.db.looking import Among, Question
from bot.db.tables import Cycle, Indicator, Person, Report

MOMENT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
# A handful of rows however large the district: nothing is gained by an index.
SMALL = {"cycles", "scheme_versions", "name_indexes", "periods"}
# What an index may be asked for without narrowing to few rows: everything of a year.
WHOLE_YEAR = re.compile(r"SEARCH \w+ USING (?:COVERING )?INDEX \w+ \(cycle_id=\?\)")

for module in pkgutil.iter_modules(bot.db.__path__):
    importlib.import_module(f"bot.db.{module.name}")

PEOPLE = Question(
    select(Person.id, Person.name).where(Among(Person.name, "names")).order_by(Person.id), lambda *row: row
)
VALUE = Question(
    select(Report.value, Report.nodes_done, Report.reported_at, Report.no_change).where(
        Report.id == bindparam("report_id")
    ),
    lambda *row: row,
)


async def people(db: Database, *names: str) -> None:
    async with db.write() as session:
        await session.execute(insert(Person), [{"name": name} for name in names])


async def test_a_look_finds_those_in_a_list(db: Database):
    await people(db, "甲", "乙", "丙")
    async with db.look() as look:
        assert [name for _, name in await look.all(PEOPLE, names=["丙", "甲"])] == ["甲", "丙"]
        assert await look.all(PEOPLE, names=[]) == []
        assert await look.first(PEOPLE, names=["丁"]) is None


async def test_values_come_as_they_were_stored(db: Database):
    async with db.write() as session:
        session.add(Cycle(id=1, year=2026))
        indicator = {"kind": "level", "direction": "higher", "position": 1, "aliases": [], "list_title": "x"}
        await session.flush()
        await session.execute(insert(Indicator).values(id=1, cycle_id=1, name="x", **indicator))
        report = {"indicator_id": 1, "period": "2026-10", "revision": 1, "source": "chat", "reported_at": MOMENT}
        await session.execute(insert(Report).values(id=1, value=Decimal("12.5"), nodes_done=[1, 3], **report))
    async with db.look() as look:
        assert await look.first(VALUE, report_id=1) == (Decimal("12.5"), [1, 3], MOMENT, False)


async def test_a_look_sees_what_was_committed_before_it_and_nothing_else(db: Database, db_url: str):
    other = Database(db_url)
    await people(db, "甲")
    async with db.write() as session:
        await session.execute(insert(Person).values(name="乙"))
        async with other.look() as look:
            assert len(await look.all(PEOPLE, names=["甲", "乙"])) == 1
    async with other.look() as look:
        assert len(await look.all(PEOPLE, names=["甲", "乙"])) == 2
    await other.close()


async def test_all_of_a_look_on_sqlite_is_of_one_moment(sqlite_db: Database):
    await people(sqlite_db, "甲")
    async with sqlite_db.look() as look:
        assert len(await look.all(PEOPLE, names=["甲", "乙"])) == 1
        await people(sqlite_db, "乙")
        assert len(await look.all(PEOPLE, names=["甲", "乙"])) == 1
        async with sqlite_db.look() as later:
            assert len(await later.all(PEOPLE, names=["甲", "乙"])) == 2


async def test_a_look_cannot_write(sqlite_db: Database):
    async with sqlite_db.look() as look:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            look._connection.execute("DELETE FROM persons")


async def test_a_look_that_fails_leaves_nothing_behind(sqlite_db: Database):
    nonsense = Question(select(Person.id).where(Person.id == bindparam("x")), int)
    nonsense.on(sqlite_db.engine.dialect).sql = "SELECT nothing FROM nowhere"
    with pytest.raises(sqlite3.OperationalError):
        async with sqlite_db.look() as look:
            await look.all(nonsense, x=1)
    Question.known.remove(nonsense)
    async with sqlite_db.look() as look:
        assert await look.all(PEOPLE, names=["甲"]) == []


async def test_no_question_reads_a_table_that_grows(sqlite_db: Database):
    asked = [question for question in Question.known if question not in (PEOPLE, VALUE)]
    assert len(asked) > 20
    async with sqlite_db.look() as look:
        for question in asked:
            prepared = question.on(sqlite_db.engine.dialect)
            arguments = ["[1]" if isinstance(item, str) else item for item in prepared.arguments({})]
            plan = look._connection.execute(f"EXPLAIN QUERY PLAN {prepared.sql}", arguments).fetchall()
            lines = [line for *_, line in plan]
            scanned = {line.split()[1] for line in lines if line.startswith("SCAN") and "json_each" not in line}
            assert {table for table in scanned if not table.startswith("(")} <= SMALL, (prepared.sql, lines)
            if "LIMIT" not in prepared.sql:
                wide = [line for line in lines if WHOLE_YEAR.search(line) and line.split()[1] not in SMALL]
                assert wide == [], prepared.sql
