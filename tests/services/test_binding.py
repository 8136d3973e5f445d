"""A code and the accounts that try it: who is bound, who is refused, who waits for the office."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.db.engine import Database
from bot.db.people import KnownActor, actor_of_user
from bot.db.tables import Account, Invite, Person, Post, Push, Tenure, Unit
from bot.domain.binding import (
    TRIES,
    WINDOW,
    AccountTaken,
    AsksOffice,
    Bound,
    ExpiredCode,
    Tries,
    Try,
    UsedCode,
    WrongCode,
)
from bot.domain.errors import Conflict, NotAllowed, NotFound
from bot.domain.kinds import Role
from bot.domain.pushes import PushKind
from bot.services.binding import MessengerUser, bind, decide_binding, who_am_i
from bot.services.cause import Cause
from bot.services.inviting import hash_of, issue_all, issue_invite

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ANNA = MessengerUser(101, 101, "Anna")
BERT = MessengerUser(102, 102, "Bert")
OFFICE = MessengerUser(103, 103, "Office")
CONTACT_POST = "区发改局联络员"


@pytest.fixture
async def people(db: Database) -> Database:
    """A unit with a contact, another contact, and somebody of the office."""
    async with db.write() as session:
        unit = Unit(name="区发改局")
        session.add(unit)
        await session.flush()
        for code, name, post, role in (
            ("C1", "王一", CONTACT_POST, Role.CONTACT),
            ("C2", "李二", "区商务局联络员", Role.CONTACT),
            ("B1", "陈三", "区督查绩效办主任", Role.OFFICE),
            ("L1", "重名", "副区长甲", Role.LEADER),
            ("L2", "重名", "副区长乙", Role.LEADER),
        ):
            person = Person(code=code, name=name, list_title="名册")
            row = Post(name=post, role=role.value, title=post, unit_id=unit.id if code == "C1" else None)
            session.add_all([person, row])
            await session.flush()
            session.add(Tenure(person_id=person.id, post_id=row.id, since=NOW))
    return db


async def code_for(db: Database, who: str) -> str:
    return (await issue_invite(db, NOW, who)).code


async def actor(db: Database, user: MessengerUser) -> KnownActor:
    async with db.look() as look:
        known = await actor_of_user(look, user.user_id)
    assert known is not None
    return known


async def pushes(db: Database, kind: PushKind) -> list[Push]:
    async with db.read() as session:
        return list(await session.scalars(select(Push).where(Push.kind == kind.value).order_by(Push.id)))


async def test_a_code_binds_once_and_greets_the_same_account_again(people: Database):
    code = await code_for(people, CONTACT_POST)
    outcome = await bind(people, Cause(NOW), code, ANNA)
    assert isinstance(outcome, Bound)
    assert (outcome.name, outcome.post, outcome.unit, outcome.again) == ("王一", CONTACT_POST, "区发改局", False)
    again = await bind(people, Cause(NOW), code, ANNA)
    assert isinstance(again, Bound)
    assert again.again
    assert await bind(people, Cause(NOW), code, BERT) == UsedCode()
    me = await who_am_i(people, await actor(people, ANNA))
    assert (me.posts, me.units, me.bound_since) == ((CONTACT_POST,), ("区发改局",), NOW)


async def test_only_the_hash_of_a_code_is_stored_and_it_fits_a_deep_link(people: Database):
    code = await code_for(people, "C1")
    assert 22 <= len(code) <= 64
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    async with people.read() as session:
        stored = list(await session.scalars(select(Invite.code_hash)))
    assert stored == [hash_of(code)]


async def test_a_wrong_code_says_so(people: Database):
    assert await bind(people, Cause(NOW), "no-such-code", ANNA) == WrongCode()


async def test_a_code_past_its_time_says_when_it_expired(people: Database):
    code = await code_for(people, CONTACT_POST)
    late = NOW + timedelta(hours=72)
    outcome = await bind(people, Cause(late), code, ANNA)
    assert outcome == ExpiredCode(late)


async def test_a_newer_code_makes_the_earlier_one_worthless(people: Database):
    first = await code_for(people, CONTACT_POST)
    second = await code_for(people, CONTACT_POST)
    outcome = await bind(people, Cause(NOW), first, ANNA)
    assert isinstance(outcome, ExpiredCode)
    assert outcome.replaced
    assert isinstance(await bind(people, Cause(NOW), second, ANNA), Bound)


async def test_an_account_that_speaks_for_somebody_cannot_be_bound_to_another(people: Database):
    await bind(people, Cause(NOW), await code_for(people, CONTACT_POST), ANNA)
    outcome = await bind(people, Cause(NOW), await code_for(people, "李二"), ANNA)
    assert outcome == AccountTaken("王一", CONTACT_POST)


async def test_the_office_lets_a_second_account_take_over(people: Database):
    await bind(people, Cause(NOW), await code_for(people, "陈三"), OFFICE)
    await bind(people, Cause(NOW), await code_for(people, CONTACT_POST), ANNA)
    code = await code_for(people, CONTACT_POST)
    assert await bind(people, Cause(NOW), code, BERT) == AsksOffice(CONTACT_POST)
    assert await bind(people, Cause(NOW), code, BERT) == AsksOffice(CONTACT_POST, again=True)
    [asked] = await pushes(people, PushKind.BINDING_REQUEST)
    assert asked.chat_id == OFFICE.chat_id
    assert "Bert" in asked.text
    assert len(asked.buttons[0]) == 2

    office = await actor(people, OFFICE)
    assert asked.subject_id is not None
    decided = await decide_binding(people, Cause(NOW, office), asked.subject_id, approve=True)
    assert decided.approved
    assert (await actor(people, BERT)).name == "王一"
    async with people.look() as look:
        assert await actor_of_user(look, ANNA.user_id) is None
    told = {push.chat_id: push.reason for push in await pushes(people, PushKind.BINDING_DECIDED)}
    assert told == {BERT.chat_id: "approved", ANNA.chat_id: "replaced"}
    again = await decide_binding(people, Cause(NOW, office), asked.subject_id, approve=False)
    assert (again.approved, again.before, again.by) == (True, True, "陈三")


async def test_a_refused_second_account_changes_nothing(people: Database):
    await bind(people, Cause(NOW), await code_for(people, "陈三"), OFFICE)
    await bind(people, Cause(NOW), await code_for(people, CONTACT_POST), ANNA)
    await bind(people, Cause(NOW), await code_for(people, CONTACT_POST), BERT)
    [asked] = await pushes(people, PushKind.BINDING_REQUEST)
    assert asked.subject_id is not None
    contact = await actor(people, ANNA)
    with pytest.raises(NotAllowed):
        await decide_binding(people, Cause(NOW, contact), asked.subject_id, approve=True)
    decided = await decide_binding(people, Cause(NOW, await actor(people, OFFICE)), asked.subject_id, approve=False)
    assert not decided.approved
    assert (await actor(people, ANNA)).name == "王一"
    assert [push.reason for push in await pushes(people, PushKind.BINDING_DECIDED)] == ["refused"]


async def test_of_two_accounts_with_one_code_at_once_exactly_one_is_bound(people: Database):
    code = await code_for(people, CONTACT_POST)
    users = [MessengerUser(number, number, str(number)) for number in range(201, 209)]
    outcomes = await asyncio.gather(*(bind(people, Cause(NOW), code, user) for user in users))
    assert sum(isinstance(outcome, Bound) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, UsedCode) for outcome in outcomes) == len(users) - 1
    async with people.read() as session:
        assert await session.scalar(select(func.count()).select_from(Account)) == 1


async def test_one_account_with_two_codes_at_once_is_bound_once(people: Database):
    codes = [await code_for(people, CONTACT_POST), await code_for(people, "李二")]
    outcomes = await asyncio.gather(*(bind(people, Cause(NOW), code, ANNA) for code in codes))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AccountTaken", "Bound"]


async def test_who_is_invited_must_be_one_person_in_office(people: Database):
    with pytest.raises(Conflict) as several:
        await issue_invite(people, NOW, "重名")
    assert several.value.params["candidates"] == ("L1 重名 副区长甲", "L2 重名 副区长乙")
    with pytest.raises(NotFound) as nobody:
        await issue_invite(people, NOW, "查无此人")
    assert nobody.value.params["code"] == "nobody"


async def test_a_vacant_post_cannot_be_invited(people: Database):
    async with people.write() as session:
        session.add(Post(name="空岗", role=Role.HEAD.value, title="空岗"))
    with pytest.raises(NotFound) as vacant:
        await issue_invite(people, NOW, "空岗")
    assert vacant.value.params["code"] == "vacant"


async def test_the_administrator_is_made_when_first_invited(people: Database):
    issued = await issue_invite(people, NOW, "系统管理员")
    assert issued.post == issued.person == "系统管理员"
    await issue_invite(people, NOW, "系统管理员")
    async with people.read() as session:
        assert await session.scalar(select(func.count()).select_from(Person).where(Person.name == "系统管理员")) == 1


async def test_all_who_are_not_bound_get_a_code_each(people: Database):
    await bind(people, Cause(NOW), await code_for(people, CONTACT_POST), ANNA)
    issued = await issue_all(people, Cause(NOW))
    assert {item.person_code for item in issued} == {"C2", "B1", "L1", "L2"}
    assert len({item.code for item in issued}) == 4


async def test_a_contact_may_not_invite(people: Database):
    await bind(people, Cause(NOW), await code_for(people, CONTACT_POST), ANNA)
    with pytest.raises(NotAllowed):
        await issue_invite(people, NOW, "李二", Cause(NOW, await actor(people, ANNA)))


def test_guessing_is_told_once_and_then_met_with_silence_until_the_time_is_over():
    tries = Tries()
    for _ in range(TRIES):
        assert tries.may_try(1, NOW) is Try.ALLOWED
        tries.failed(1, NOW)
    assert [tries.may_try(1, NOW) for _ in range(3)] == [Try.TOLD, Try.SILENT, Try.SILENT]
    assert tries.may_try(2, NOW) is Try.ALLOWED
    assert tries.may_try(1, NOW + WINDOW) is Try.ALLOWED
