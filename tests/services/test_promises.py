"""Nothing is lost: each promise is broken on purpose, and the check names what was broken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.db.engine import Database
from bot.db.tables import DecisionRow, Escalation, InboxUpdate, JobRun, OrderRecipient, Push, Tenure, WarningOrder
from bot.domain.checkup import is_well
from bot.services.checking_rows import check_database
from tests.services.warned_district import INVESTMENT, at, small_district, sweep
from tests.services.workbooks import JUNE

LONG_AGO = JUNE - timedelta(hours=1)


async def numbers(db: Database, now: Any = JUNE) -> set[str]:
    return {finding.id.removeprefix("baton.db.") for finding in await check_database(db, now)}


def push(**values: Any) -> Push:
    usual = {
        "kind": "digest",
        "chat_id": 1,
        "priority": 10,
        "text": "x",
        "buttons": [],
        "indicator_ids": [],
        "dedupe_key": str(values),
        "reason": "test",
        "created_at": LONG_AGO,
        "not_before": LONG_AGO,
        "state": "sent",
        "sent_at": LONG_AGO,
        "trace": "s1",
    }
    return Push(**usual | values)


async def add(db: Database, *rows: object) -> None:
    async with db.write() as session:
        session.add_all(rows)


ENDED = {"kind": "message", "payload": "{}", "received_at": LONG_AGO}


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "done"},
        {"state": "parked", "settled_at": LONG_AGO},
        {"state": "vanished", "settled_at": LONG_AGO},
    ],
    ids=["no end", "no reason", "no known state"],
)
async def test_an_update_without_outcome(sqlite_db: Database, broken: dict[str, Any]) -> None:
    await add(sqlite_db, InboxUpdate(update_id=1, state="done", settled_at=LONG_AGO, **ENDED))
    assert await numbers(sqlite_db) == set()
    await add(sqlite_db, InboxUpdate(update_id=2, **ENDED, **broken))
    assert "E016" in await numbers(sqlite_db)


@pytest.mark.parametrize(
    ("broken", "number"),
    [
        ({"reason": ""}, "E017"),
        ({"trace": None}, "E017"),
        ({"state": "sent", "sent_at": None}, "E018"),
        ({"state": "vanished"}, "E018"),
        ({"state": "queued", "sent_at": None}, "E019"),
        ({"state": "uncertain", "sent_at": None}, "W003"),
    ],
    ids=["no reason", "no cause", "no moment", "no known state", "overdue", "uncertain"],
)
async def test_a_push_without_cause_or_end(sqlite_db: Database, broken: dict[str, Any], number: str) -> None:
    await add(sqlite_db, push(), push(dedupe_key="first release", id=0, trace=None))
    assert await numbers(sqlite_db) == set()
    await add(sqlite_db, push(**broken))
    assert await numbers(sqlite_db) == {number}


async def test_a_push_may_wait_for_its_time_or_behind_another_try(sqlite_db: Database) -> None:
    waits = {"state": "queued", "sent_at": None}
    later = JUNE + timedelta(hours=1)
    await add(
        sqlite_db,
        push(**waits, not_before=later),
        push(**waits, chat_id=2, not_before=later, claimed_at=LONG_AGO, dedupe_key="another try"),
        push(**waits, chat_id=2, dedupe_key="behind it"),
    )
    assert await numbers(sqlite_db) == set()


MORNING = "2026-11-25 09:00"


async def warned(db: Database) -> None:
    """A red order, told to everybody concerned, everything sent."""
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", "2026-11-20 10:00")
    await sweep(district, MORNING)
    async with db.write() as session:
        await session.execute(update(Push).values(state="sent", sent_at=at(MORNING)))
        await session.execute(update(Push).values(trace="s1"))


LATER = at("2026-11-25 10:00")


async def test_a_red_warning_that_went_nowhere(sqlite_db: Database) -> None:
    await warned(sqlite_db)
    assert await numbers(sqlite_db, LATER) == set()
    async with sqlite_db.write() as session:
        await session.execute(delete(DecisionRow))
        await session.execute(update(Push).values(state="expired"))
    assert "E020" in await numbers(sqlite_db, LATER)


@pytest.mark.parametrize("excuse", ["acknowledged", "reason", "escalated"])
async def test_a_red_warning_is_answered_for_otherwise(sqlite_db: Database, excuse: str) -> None:
    await warned(sqlite_db)
    async with sqlite_db.write() as session:
        await session.execute(update(DecisionRow).values(push_id=None))
        await session.execute(delete(DecisionRow))
        await session.execute(update(Push).values(state="failed"))
        for row in (await session.execute(OrderRecipient.__table__.select())).mappings().all():
            order = row["order_id"]
            indicator = (await session.get_one(WarningOrder, order)).indicator_id
            if excuse == "reason":
                told = {"kind": "warning", "sent": False, "reason": "no_account", "detail": {}}
                session.add(DecisionRow(at=LATER, person_id=row["person_id"], indicator_id=indicator, **told))
            elif excuse == "escalated":
                up = {"at": LATER, "cause": "unacknowledged", "step": 1, "about_person_id": row["person_id"]}
                session.add(Escalation(key=str(row["id"]), order_id=order, **up))
        if excuse == "acknowledged":
            await session.execute(update(OrderRecipient).values(acknowledged_at=LATER))
    assert "E020" not in await numbers(sqlite_db, LATER)


async def test_an_order_that_nobody_is_asked_about(sqlite_db: Database) -> None:
    await warned(sqlite_db)
    async with sqlite_db.write() as session:
        await session.execute(update(Tenure).values(until=LATER))
    assert "E022" in await numbers(sqlite_db, LATER)


async def test_the_ledger_has_every_occurrence(db: Database) -> None:
    district = await small_district(db)
    for day in ("2026-11-20 08:31", "2026-11-24 08:31", "2026-11-12 08:31", "2026-11-25 08:31"):
        await sweep(district, day)
    async with db.write() as session:
        await session.execute(update(Push).values(state="sent", sent_at=at(MORNING), trace="s1"))
        rows = (await session.execute(JobRun.__table__.select())).mappings().all()
    by_name = {(row["job"], row["occurrence"]): row for row in rows}
    missed = by_name["evaluate", "2026-11-21"]
    assert (missed["started_at"], missed["result"]) == (None, {"missed": True})
    assert by_name["evaluate", "2026-11-25"]["late_seconds"] == 31 * 60
    assert await numbers(db, at("2026-11-25 08:33")) == set()


async def test_a_hole_in_the_ledger_is_an_error_and_a_stopped_bot_a_warning(sqlite_db: Database) -> None:
    district = await small_district(sqlite_db)
    for day in ("2026-11-23 08:31", "2026-11-24 08:31", "2026-11-25 08:31"):
        await sweep(district, day)
    async with sqlite_db.write() as session:
        await session.execute(update(Push).values(state="sent", sent_at=at(MORNING), trace="s1"))
    later = await check_database(sqlite_db, at("2026-11-27 09:00"))
    assert [finding.id for finding in later] == ["baton.db.W004"]
    assert "digest 2026-11-26" in later[0].text
    assert is_well(later)
    async with sqlite_db.write() as session:
        await session.execute(delete(JobRun).where(JobRun.job == "digest", JobRun.occurrence == "2026-11-24"))
    [hole] = await check_database(sqlite_db, at("2026-11-25 08:40"))
    assert (hole.id, "digest 2026-11-24" in hole.text) == ("baton.db.E021", True)
