"""What counts as trouble with the database, on real databases: to be waited for, or a mistake of ours."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.db.engine import Database
from bot.db.trouble import is_trouble


async def test_a_statement_that_is_wrong_will_not_be_right_later(db: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with db.read() as session:
            await session.execute(text("SELECT no_such_column FROM inbox"))
    assert not is_trouble(caught.value)


def test_a_locked_and_a_full_database_pass(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    with sqlite3.connect(path, isolation_level=None) as holder, sqlite3.connect(path, timeout=0) as other:
        holder.execute("CREATE TABLE some (word TEXT)")
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as locked:
            other.execute("INSERT INTO some VALUES (1)")
        holder.execute("ROLLBACK")
        holder.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as full:
            holder.execute("INSERT INTO some VALUES (?)", ("x" * 100_000,))
    assert is_trouble(locked.value)
    assert is_trouble(full.value)
