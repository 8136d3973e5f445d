"""The audit is a chain: who changes, removes, moves or slips in a row is found, and writers do not break it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from bot.db import audit_chain
from bot.db.audit_chain import GENESIS, HEAD_LOST, SEAL, Fault, FaultKind, Line, faults, head_of, note
from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.tables import AuditEntry, AuditHead
from bot.services.cause import Cause, Change, audit
from bot.services.checking_rows import check_database
from tests.services.workbooks import JUNE

CHANGED, MISSING, MOVED, OUTSIDE, END = FaultKind


async def write(db: Database, count: int = 1) -> None:
    for number in range(count):
        async with db.write() as session:
            said = {"value": "12.5", "text": f"第{number}次", "none": None, "list": [1, {"b": 2, "a": 1}]}
            audit(session, Cause(JUNE + timedelta(seconds=number)), Change("report", "report", number, after=said))


async def found(db: Database) -> list[Fault]:
    async with db.read() as session:
        return [fault async for fault in faults(session)]


async def tamper(db: Database, *statements: object) -> None:
    async with db.write() as session:
        for statement in statements:
            await session.execute(statement)  # type: ignore[call-overload]


async def test_what_was_written_is_whole(db: Database) -> None:
    assert await found(db) == []
    await write(db, 5)
    async with db.write() as session:
        for number in range(3):
            note(session, Line(JUNE, None, "import", "indicator", number))
    assert await found(db) == []
    async with db.read() as session:
        head = await head_of(session)
        seals = (await session.execute(select(AuditEntry.serial, AuditEntry.hash).order_by(AuditEntry.id))).all()
    assert head is not None
    assert [serial for serial, _ in seals] == [*range(1, 9)]
    assert (head.length, head.hash) == seals[-1]
    assert len({seal for _, seal in seals}) == 8


async def test_writers_at_once_make_one_chain(db: Database) -> None:
    async def one(number: int) -> None:
        async with db.write() as session:
            audit(session, Cause(JUNE), Change("report", "report", number))
            await session.execute(text("SELECT 1"))

    await asyncio.gather(*(one(number) for number in range(24)))
    assert await found(db) == []
    async with db.read() as session:
        assert (await head_of(session)).length == 24  # type: ignore[union-attr]


async def test_what_is_rolled_back_leaves_no_gap(db: Database) -> None:
    await write(db)
    with pytest.raises(RuntimeError):
        async with db.write() as session:
            audit(session, Cause(JUNE), Change("report", "report", 99))
            raise RuntimeError
    await write(db)
    assert await found(db) == []
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(AuditEntry)) == 2


CHANGES = {
    "who": {"person_id": None, "subject_kind": "person"},
    "what": {"action": "correct"},
    "when": {"at": JUNE - timedelta(days=1)},
    "about": {"subject_id": 77},
    "after": {"after": {"value": "99"}},
    "before": {"before": {"value": "1"}},
    "update": {"update_id": 5},
    "its seal": {"hash": GENESIS},
}


@pytest.mark.parametrize("values", CHANGES.values(), ids=CHANGES.keys())
async def test_a_changed_row_is_named(sqlite_db: Database, values: dict[str, object]) -> None:
    await write(sqlite_db, 5)
    await tamper(sqlite_db, update(AuditEntry).where(AuditEntry.serial == 3).values(**values))
    assert Fault(CHANGED, 3, 3) in await found(sqlite_db)
    assert {fault.first for fault in await found(sqlite_db)} <= {3, 4}


async def test_a_row_that_was_changed_and_sealed_again_breaks_the_next_one(sqlite_db: Database) -> None:
    await write(sqlite_db, 5)
    async with sqlite_db.read() as session:
        previous = await session.scalar(select(AuditEntry.hash).where(AuditEntry.serial == 2))
    forged = Line(JUNE, None, "report", "report", 2)
    seal = audit_chain.seal_of(previous or "", 3, forged)
    values = {"at": JUNE, "after": None, "hash": seal}
    await tamper(sqlite_db, update(AuditEntry).where(AuditEntry.serial == 3).values(**values))
    assert await found(sqlite_db) == [Fault(CHANGED, 4, 4)]


async def test_removed_rows_are_named(sqlite_db: Database) -> None:
    await write(sqlite_db, 9)
    await tamper(sqlite_db, delete(AuditEntry).where(AuditEntry.serial.in_([3, 4, 7])))
    assert await found(sqlite_db) == [Fault(MISSING, 3, 4), Fault(MISSING, 7, 7)]


@pytest.mark.parametrize("left", [7, 0])
async def test_removed_newest_rows_are_counted(sqlite_db: Database, left: int) -> None:
    await write(sqlite_db, 9)
    await tamper(sqlite_db, delete(AuditEntry).where(AuditEntry.serial > left))
    assert await found(sqlite_db) == [Fault(END, left, 9)]


async def test_rows_that_changed_places_are_named(sqlite_db: Database) -> None:
    await write(sqlite_db, 5)
    swap = [(2, 99), (4, 2), (99, 4)]
    await tamper(sqlite_db, *(update(AuditEntry).where(AuditEntry.serial == a).values(serial=b) for a, b in swap))
    kinds = await found(sqlite_db)
    assert Fault(MOVED, 3, 3) in kinds
    assert {2, 4} <= {fault.first for fault in kinds if fault.kind is CHANGED}


async def test_a_row_slipped_in_is_named(sqlite_db: Database) -> None:
    await write(sqlite_db, 2)
    row = {"at": JUNE, "action": "report", "subject_kind": "report"}
    await tamper(sqlite_db, insert(AuditEntry).values(row))
    assert [fault.kind for fault in await found(sqlite_db)] == [OUTSIDE]


async def test_without_its_end_the_chain_goes_on_and_says_so(sqlite_db: Database) -> None:
    await write(sqlite_db, 3)
    await tamper(sqlite_db, delete(AuditEntry).where(AuditEntry.serial == 3), delete(AuditHead))
    assert await found(sqlite_db) == [Fault(END, 2, 0)]
    await write(sqlite_db)
    async with sqlite_db.read() as session:
        actions = (await session.scalars(select(AuditEntry.action).order_by(AuditEntry.serial))).all()
    assert actions == ["report", "report", HEAD_LOST, "report"]
    assert await found(sqlite_db) == []
    assert [finding.id for finding in await check_database(sqlite_db, JUNE)] == ["baton.db.W005"]


async def test_rows_of_the_first_release_are_sealed_by_the_upgrade(db: Database) -> None:
    await migrate(db, "0001")
    row = "INSERT INTO audit (at, action, subject_kind, subject_id) VALUES ('2026-06-15 00:00:00', 'bind', 'person', 1)"
    await tamper(db, *(text(row) for _ in range(3)), text("DELETE FROM audit WHERE id = 2"))
    await migrate(db)
    assert await found(db) == []
    async with db.read() as session:
        newest = (await session.scalars(select(AuditEntry).order_by(AuditEntry.serial.desc()))).first()
    assert newest is not None
    assert (newest.action, newest.serial, newest.after) == (SEAL, 3, {"rows": 2})
    await tamper(db, update(AuditEntry).where(AuditEntry.serial == 1).values(action="unbind"))
    assert await found(db) == [Fault(CHANGED, 1, 1)]


async def test_the_check_names_each_fault_with_its_number(sqlite_db: Database) -> None:
    await write(sqlite_db, 9)
    await tamper(
        sqlite_db,
        update(AuditEntry).where(AuditEntry.serial == 2).values(action="x"),
        delete(AuditEntry).where(AuditEntry.serial.in_([4, 5, 9])),
        insert(AuditEntry).values(at=JUNE, action="x", subject_kind="x"),
    )
    said = {finding.id: finding.text for finding in await check_database(sqlite_db, JUNE)}
    assert said.keys() == {f"baton.db.{number}" for number in ("E011", "E012", "E014", "E015")}
    assert "第 2 行" in said["baton.db.E011"]
    assert "第 4-5 行" in said["baton.db.E012"]
    assert "8/9" in said["baton.db.E015"]
