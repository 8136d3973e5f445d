"""An urgent warning that Telegram does not bring home goes other ways, each of them once."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.db import fallback
from bot.db.engine import Database
from bot.db.tables import Account, OrderRecipient, Push
from bot.services.cause import Cause
from bot.services.fallback_setting import set_addresses
from bot.services.reachability import lose_contact
from bot.services.reaching import reach_otherwise

from .warned_district import INVESTMENT, District, at, delivered, small_district

URL = "json://127.0.0.1:9/secret-of-the-address"
REPORTED, SOON, LATER, LATE = "2026-10-22 10:00", "2026-10-22 10:01", "2026-10-23 16:00", "2026-10-26 09:00"


async def warned(db: Database, **more: tuple[str, ...]) -> District:
    district = await small_district(db, **more)
    await district.report(INVESTMENT, "2026-10", "40", REPORTED)
    await delivered(db)
    return district


async def second(district: District) -> list[Push]:
    async with district.db.read() as session:
        return list((await session.scalars(select(Push).where(Push.channel == "second").order_by(Push.id))).all())


async def test_what_is_not_acknowledged_in_time_goes_to_the_address_once(db: Database) -> None:
    district = await warned(db)
    await set_addresses(db, Cause(at(REPORTED)), "某04", [URL])
    assert await reach_otherwise(db, at(LATER)) == 0
    assert await reach_otherwise(db, at(LATE)) == 1
    assert await reach_otherwise(db, at(LATE)) == 0
    (push,) = await second(district)
    assert (push.person_id, push.priority, push.grade) == (district.persons["head"], 0, "serious")
    assert "尚未签收" in push.text
    assert INVESTMENT in push.text
    assert "secret" not in push.text
    row = (await district.decisions("head"))[-1]
    assert (row.reason, row.sent, row.push_id) == ("second_unacknowledged", True, push.id)


async def test_who_has_acknowledged_is_left_alone(db: Database) -> None:
    await warned(db)
    await set_addresses(db, Cause(at(REPORTED)), "某04", [URL])
    async with db.write() as session:
        await session.execute(update(OrderRecipient).values(acknowledged_at=at(SOON), acknowledged_severity=3))
    assert await reach_otherwise(db, at(LATE)) == 0


async def test_nobody_is_disturbed_at_night(db: Database) -> None:
    district = await warned(db)
    await set_addresses(db, Cause(at(REPORTED)), "某04", [URL])
    assert await reach_otherwise(db, at("2026-10-26 20:00")) == 0
    assert await reach_otherwise(db, at("2026-10-31 10:00")) == 0
    assert await second(district) == []


async def test_before_any_list_is_imported_there_is_nothing_to_do(db: Database) -> None:
    assert await reach_otherwise(db, at(LATE)) == 0


async def test_who_blocked_the_assistant_gets_it_by_the_address_and_by_who_stands_in(db: Database) -> None:
    district = await warned(db)
    await set_addresses(db, Cause(at(REPORTED)), "区发改局主要负责人", [URL])
    await lose_contact(db, district.chats["head"], at(SOON))
    assert await reach_otherwise(db, at(SOON)) == 2
    assert await reach_otherwise(db, at(SOON)) == 0
    (push,) = await second(district)
    assert push.person_id == district.persons["head"]
    # The post of the deputy head is not there in this unit: the contact is the nearest.
    passed_on = (await district.pushes("contact"))[-1]
    assert passed_on.text.startswith("【请代为转达】某04（区发改局主要负责人）")
    assert INVESTMENT in passed_on.text
    assert passed_on.chat_id == district.chats["contact"]
    assert [row.reason for row in await district.decisions("contact")][-1] == "stands_in"


async def test_for_a_leader_without_an_account_the_director_stands_in(db: Database) -> None:
    district = await warned(db, unbound=("leader",))
    assert await reach_otherwise(db, at(SOON)) == 1
    text = (await district.pushes("director"))[-1].text
    assert text.startswith("【请代为转达】某02（常务副区长）")
    (row,) = [row for row in await district.decisions("leader") if row.reason == "second_unreachable"]
    assert row.sent


async def test_where_nothing_is_left_the_office_is_told_to_telephone(db: Database) -> None:
    district = await warned(db, unbound=("leader", "director"))
    assert await reach_otherwise(db, at(SOON)) > 0
    # The clerk stands in for the director, but nobody for the leader then.
    passed_on, told = await district.pushes("clerk")
    assert passed_on.text.startswith("【请代为转达】某09（区督查绩效办主任）")
    assert told.text.startswith("【请电话告知】")
    assert "某02（常务副区长）" in told.text
    assert await reach_otherwise(db, at(SOON)) == 0


async def test_an_order_that_comes_back_is_a_new_matter(db: Database) -> None:
    district = await warned(db)
    await set_addresses(db, Cause(at(REPORTED)), "某04", [URL])
    await reach_otherwise(db, at(LATE))
    async with db.write() as session:
        await session.execute(update(OrderRecipient).values(told_at=at(LATE)))
    assert await reach_otherwise(db, at("2026-10-28 09:00")) == 1
    assert len(await second(district)) == 2


async def test_an_address_of_ones_own_goes_before_that_of_the_post(db: Database) -> None:
    district = await small_district(db)
    cause = Cause(at(REPORTED))
    await set_addresses(db, cause, "区发改局主要负责人", ["json://127.0.0.1:9/post"])
    head = district.persons["head"]
    async with db.read() as session:
        (of_post,) = (await fallback.of_people(session, [head]))[head]
        assert await fallback.url_of(session, of_post) == "json://127.0.0.1:9/post"
    await set_addresses(db, cause, "P04", [URL, "json://127.0.0.1:9/two"])
    async with db.read() as session:
        own = (await fallback.of_people(session, [head]))[head]
        assert [await fallback.url_of(session, key) for key in own] == [URL, "json://127.0.0.1:9/two"]
    done = await set_addresses(db, cause, "P04", [])
    assert (len(done.before), done.shown) == (2, ())
    assert "secret" not in repr(done)
    async with db.read() as session:
        assert (await fallback.of_people(session, [head]))[head] == [of_post]
        assert await fallback.url_of(session, own[0]) is None
        assert (await session.scalars(select(Account))).all()
