"""What a question and a report ask of the database is counted: time depends on the machine, this number does not."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import Account, Person, Post, Tenure
from bot.presenters.report_said import Confirmed
from bot.services import sampling
from bot.services.actors import identify
from bot.services.cause import Cause
from bot.services.hearing import Heard
from bot.services.listening import understand

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CONTACT = "区发改局联络员"
# What they take today, without what begins and ends a transaction. Whoever needs more has to say so here.
# A question, a report's preview, its confirmation, and one that opens an order and tells four people.
MOST = (15, 21, 40, 90)
FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


class Counted:
    """A database in which every statement of every connection is seen."""

    def __init__(self, db: Database, account: int, seen: list[str]) -> None:
        self.db, self._account, self._seen, self._numbers = db, account, seen, iter(range(1, 100))

    async def say(self, text: str) -> tuple[object, int]:
        """What was understood, and how many statements it took, from the account to the words."""
        self._seen.clear()
        cause = Cause(NOW, await identify(self.db, self._account))
        said = await understand(self.db, cause, Heard(text, self._account, next(self._numbers)))
        return said, sum(not one.lstrip("- ").upper().startswith(FRAME) for one in self._seen)


@pytest.fixture
async def counted(sqlite_district_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Counted]:
    """The sample district with everybody bound; the contact speaks."""
    seen: list[str] = []
    real = sqlite3.connect

    def connect(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*args, **options)
        connection.set_trace_callback(seen.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
    db = Database(sqlite_district_url)
    await sampling.bind_everybody(db, NOW)
    async with db.read() as session:
        query = select(Account.telegram_user_id).join(Person, Person.id == Account.person_id)
        query = query.join(Tenure, Tenure.person_id == Person.id).join(Post, Post.id == Tenure.post_id)
        account = (await session.scalars(query.where(Post.name == CONTACT))).first()
    assert account is not None
    yield Counted(db, account, seen)
    await db.close()


async def test_a_question_and_a_report_take_no_more_statements_than_they_did(counted: Counted) -> None:
    await counted.say("固定资产投资")
    await counted.say("固定资产投资 完成98.6亿")
    graver, with_order = await counted.say("确认")
    _, question = await counted.say("固定资产投资怎么样")
    _, preview = await counted.say("地区生产总值增速 7.1%")
    said, confirmation = await counted.say("确认")
    assert isinstance(graver, Confirmed)
    assert isinstance(said, Confirmed)
    took = (question, preview, confirmation, with_order)
    assert all(one <= most for one, most in zip(took, MOST, strict=True)), took
