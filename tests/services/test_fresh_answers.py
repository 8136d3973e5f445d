"""Whatever anybody writes, in this process or another, the very next question sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.engine import Database
from bot.db.people import KnownActor
from bot.db.tables import (
    Account,
    Draft,
    Indicator,
    OrderRecipient,
    PeriodRow,
    Person,
    Post,
    Report,
    SchemeVersion,
    Snapshot,
    Tenure,
    WarningOrder,
)
from bot.presenters.asked import present
from bot.services.actors import identify
from bot.services.cause import Cause
from bot.services.hearing import DraftText, Heard
from bot.services.listening import understand
from tests.services.workbooks import CONTACT, INVESTMENT, JUNE, LEADER, put, workbook

ACCOUNT = 7001
TOLD = datetime(2026, 6, 20, tzinfo=UTC)


@pytest.fixture
async def writer(db: Database, db_url: str) -> AsyncIterator[Database]:
    """The process that writes; questions are asked in the other one, which has been asked before."""
    database = Database(db_url)
    await put(database, workbook(indicators=(INVESTMENT,), people=(LEADER, CONTACT)), now=JUNE)
    async with database.write() as session:
        person = await session.scalar(select(Person.id).where(Person.name == CONTACT.name))
        account = {"telegram_user_id": ACCOUNT, "chat_id": ACCOUNT, "bound_at": JUNE}
        await session.execute(insert(Account).values(person_id=person, **account))
    await asked(db)
    yield database
    await database.close()


async def who(db: Database) -> KnownActor:
    known = await identify(db, ACCOUNT)
    assert known is not None
    return known


async def asked(db: Database, text: str = INVESTMENT.name) -> str:
    said = await understand(db, Cause(JUNE, await who(db)), Heard(text, ACCOUNT, 1))
    return type(said).__name__ if isinstance(said, DraftText) else present(said).text


async def _one(session: AsyncSession) -> int:
    return (await session.scalars(select(Indicator.id))).one()


async def _report(session: AsyncSession) -> None:
    report = {"period": "2026-05", "revision": 1, "nodes_done": [], "source": "chat", "reported_at": TOLD}
    problem = "征地慢"
    await session.execute(
        insert(Report).values(indicator_id=await _one(session), value=Decimal(41), problem=problem, **report)
    )


async def _verdict(session: AsyncSession) -> None:
    scheme = await session.scalar(select(SchemeVersion.id))
    await session.execute(
        insert(Snapshot).values(
            indicator_id=await _one(session),
            period="2026-05",
            grade="serious",
            severity=3,
            base_grade="serious",
            standing="behind",
            actual=Decimal(41),
            progress=Decimal(25),
            pace=Decimal(41),
            gap=Decimal(16),
            reason="ladder",
            rule_id="x",
            scheme_version_id=scheme,
            inputs={"kind": "cumulative"},
            computed_at=TOLD,
        )
    )


async def _order(session: AsyncSession) -> None:
    key = await _one(session)
    order = {"year": 2026, "serial": 41, "period": "2026-05", "grade": "serious", "severity": 3, "state": "issued"}
    dates = {"first_warned_period": "2026-05", "issued_at": TOLD, "graded_at": TOLD}
    await session.execute(insert(WarningOrder).values(id=1, indicator_id=key, **order, **dates))
    post = (await session.execute(select(Tenure.person_id, Tenure.post_id).limit(1))).one()
    recipient = {"person_id": post[0], "post_id": post[1], "relation": "own", "severity": 3}
    await session.execute(insert(OrderRecipient).values(order_id=1, **recipient))


async def _contact(session: AsyncSession) -> None:
    await session.execute(update(Person).where(Person.name == CONTACT.name).values(name="联络员新"))


async def _target(session: AsyncSession) -> None:
    await session.execute(update(Indicator).values(unit_of_measure="万美元"))


async def _closed_month(session: AsyncSession) -> None:
    cycle = await session.scalar(select(Indicator.cycle_id))
    months = [{"period": period, "opened_at": TOLD, "closed_at": TOLD} for period in ("2026-05", "2026-06")]
    await session.execute(insert(PeriodRow), [{"cycle_id": cycle, **month} for month in months])


@pytest.mark.parametrize(
    ("write", "seen"),
    [(_report, "征地慢"), (_verdict, "严重"), (_order, "41"), (_contact, "联络员新"), (_target, "万美元")],
)
async def test_the_card_shows_what_was_just_written(db: Database, writer: Database, write, seen: str):
    before = await asked(db)
    assert seen not in before
    async with writer.write() as session:
        await write(session)
    for database in (db, writer):
        assert seen in await asked(database)


async def test_a_month_that_was_closed_is_no_longer_asked_for(db: Database, writer: Database):
    cause = Cause(JUNE, await who(db))
    before = present(await understand(db, cause, Heard(INVESTMENT.name, ACCOUNT, 1)))
    async with writer.write() as session:
        await _closed_month(session)
    after = present(await understand(db, cause, Heard(INVESTMENT.name, ACCOUNT, 1)))
    assert len(before.buttons) > len(after.buttons)


async def test_a_scheme_that_was_just_loaded_gives_its_words(db: Database, writer: Database):
    async with writer.write() as session:
        await _verdict(session)
        old = (await session.scalars(select(SchemeVersion))).one()
        values = {"cycle_id": old.cycle_id, "version": "2", "effective_from": old.effective_from, "loaded_at": TOLD}
        body = old.body.replace("严重", "红牌")
        await session.execute(insert(SchemeVersion).values(body=body, sha256="not the hash of anything", **values))
    assert "红牌" in await asked(db)


async def test_who_was_unbound_or_left_the_post_is_nobody(db: Database, writer: Database):
    async with writer.write() as session:
        await session.execute(update(Account).values(unbound_at=TOLD))
    assert await identify(db, ACCOUNT) is None
    async with writer.write() as session:
        await session.execute(update(Account).values(unbound_at=None))
    assert await identify(db, ACCOUNT) is not None
    async with writer.write() as session:
        await session.execute(update(Tenure).values(until=TOLD))
    assert await identify(db, ACCOUNT) is None


async def test_rights_are_those_of_the_post_at_the_moment_of_the_question(db: Database, writer: Database):
    assert INVESTMENT.name in await asked(db)
    people = (LEADER, replace(CONTACT, unit="区档案馆"))
    await put(writer, workbook(indicators=(INVESTMENT,), people=people), now=JUNE)
    answer = await asked(db)
    assert "牵头单位" not in answer
    async with writer.write() as session:
        await session.execute(update(Post).values(role="leader"))
    assert "牵头单位" in await asked(db)


async def test_a_draft_that_was_just_opened_takes_the_next_words(db: Database, writer: Database):
    person = (await who(db)).person_id
    draft = {"kind": "directive", "awaiting": "text", "payload": {}, "row_version": 1}
    async with writer.write() as session:
        later = JUNE.replace(year=2027)
        await session.execute(insert(Draft).values(person_id=person, created_at=JUNE, expires_at=later, **draft))
    assert await asked(db, "请加快") == "DraftText"
    async with writer.write() as session:
        await session.execute(update(Draft).values(expires_at=JUNE))
    assert await asked(db, "请加快") != "DraftText"
