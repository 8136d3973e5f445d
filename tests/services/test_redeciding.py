"""After an outage nothing stale is replayed: what is settled meanwhile stays, and the rest says what holds now."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from bot.db.engine import Database
from bot.db.pushes import PushToSend, enqueue
from bot.db.tables import OrderRecipient, Push, WarningOrder
from bot.domain.pushes import REDECIDE_AFTER, PushKind
from bot.services.cause import Cause
from bot.services.redeciding import redecide
from bot.services.sweeping import run_due

from .warned_district import INVESTMENT, ROAD, UPGRADES, District, at, small_district

REPORTED, BACK = "2026-10-22 10:00", "2026-10-22 15:00"


async def warned(db: Database) -> District:
    """A 严重 was enqueued in the morning and could not leave; it is afternoon."""
    district = await small_district(db)
    await district.report(INVESTMENT, "2026-10", "40", REPORTED)
    return district


async def decide(district: District, moment: str = BACK) -> None:
    while await redecide(district.db, Cause(at(moment))):
        pass


async def states(district: District, kind: str = "warning") -> set[tuple[str, str | None]]:
    return {(push.state, push.error) for push in await district.pushes(kind=kind)}


async def test_what_still_holds_leaves(db: Database) -> None:
    district = await warned(db)
    await decide(district)
    assert await states(district) == {("queued", None)}
    assert await redecide(db, Cause(at(BACK))) == 0
    assert {push.decided_at for push in await district.pushes()} == {at(BACK)}


async def test_what_was_enqueued_a_moment_ago_is_not_decided_again(db: Database) -> None:
    await warned(db)
    assert await redecide(db, Cause(at(REPORTED) + REDECIDE_AFTER - timedelta(seconds=1))) == 0


async def test_an_acknowledged_warning_does_not_come_again(db: Database) -> None:
    district = await warned(db)
    async with db.write() as session:
        mine = OrderRecipient.person_id == district.persons["head"]
        await session.execute(
            update(OrderRecipient).where(mine).values(acknowledged_at=at(BACK), acknowledged_severity=3)
        )
    await decide(district)
    (push,) = await district.pushes("head", "warning")
    assert (push.state, push.error) == ("cancelled", "acknowledged")
    (row,) = [row for row in await district.decisions("head") if row.push_id == push.id]
    assert (row.sent, row.reason) == (False, "acknowledged")
    assert ("queued", None) in await states(district)


async def test_a_closed_order_is_not_warned_of(db: Database) -> None:
    district = await warned(db)
    async with db.write() as session:
        await session.execute(update(WarningOrder).values(closed_at=at(BACK)))
    await decide(district)
    assert await states(district) == {("cancelled", "overtaken")}


async def test_a_grade_that_fell_is_told_by_the_next_digest(db: Database) -> None:
    district = await warned(db)
    async with db.write() as session:
        await session.execute(update(WarningOrder).values(grade="notice", severity=1))
    await decide(district)
    assert await states(district) == {("cancelled", "overtaken")}
    async with db.read() as session:
        told = (await session.scalars(select(OrderRecipient.told_severity))).all()
    assert set(told) == {None}


async def test_a_digest_leaves_with_the_lines_that_still_hold(db: Database) -> None:
    district = await small_district(db)
    await run_due(db, at("2026-10-23 08:30"))
    (digest,) = await district.pushes("contact", "digest")
    assert INVESTMENT in digest.text
    assert ROAD in digest.text
    async with db.write() as session:
        # Reported by another way than the conversation, which would have taken the line out at once.
        await district.store_report(session, INVESTMENT, "2026-10", "140", "2026-10-23 12:00")
    await decide(district, "2026-10-23 15:00")
    (digest,) = await district.pushes("contact", "digest")
    assert digest.state == "queued"
    assert INVESTMENT not in digest.text
    assert ROAD in digest.text
    async with db.write() as session:
        await district.store_report(session, ROAD, "2026-10", None, "2026-10-23 15:05", nodes_done=[1, 2, 3])
    await decide(district, "2026-10-23 15:45")
    (digest,) = await district.pushes("contact", "digest")
    assert digest.state == "cancelled"


async def test_after_days_without_contact_everybody_gets_one_digest(db: Database) -> None:
    district = await small_district(db)
    for day in ("2026-10-20", "2026-10-22", "2026-10-23", "2026-10-26"):
        await run_due(db, at(f"{day} 08:30"))
        await run_due(db, at(f"{day} 08:31"))
    await decide(district, "2026-10-26 12:00")
    for who in ("contact", "other contact"):
        left = [push for push in await district.pushes(who, "digest") if push.state == "queued"]
        assert len(left) == 1, who
        assert UPGRADES in left[0].text or INVESTMENT in left[0].text


async def test_of_many_alarms_the_newest_leaves(db: Database) -> None:
    district = await small_district(db)
    for number in range(4):
        await _enqueue(db, PushKind.ALERT, f"alert:{number}", 1010)
    await decide(district)
    assert [push.state for push in await district.pushes(kind="alert")] == ["cancelled"] * 3 + ["queued"]


async def _enqueue(db: Database, kind: PushKind, key: str, chat_id: int) -> None:
    async with db.write() as session:
        push = PushToSend(kind=kind, chat_id=chat_id, text="…", dedupe_key=key, reason="r", now=at(REPORTED))
        assert await enqueue(session, push)


async def test_the_number_of_what_waits_is_what_it_was(db: Database) -> None:
    district = await warned(db)
    before = [push.id for push in await district.pushes()]
    await decide(district)
    async with db.read() as session:
        assert list((await session.scalars(select(Push.id).order_by(Push.id))).all()) == before


async def test_a_warning_of_several_orders_leaves_while_one_of_them_stands(db: Database) -> None:
    district = await warned(db)
    async with db.write() as session:
        await session.execute(update(Push).values(subject_kind="orders", subject_id=None))
    await decide(district)
    assert await states(district) == {("queued", None)}
    async with db.write() as session:
        await session.execute(update(WarningOrder).values(closed_at=at(BACK)))
    await decide(district, "2026-10-22 16:00")
    assert await states(district) == {("cancelled", "overtaken")}
