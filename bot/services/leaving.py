"""请假: the office says who is away and who stands in; what would go to the one goes to the other meanwhile."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import leaves
from bot.db.engine import Database
from bot.db.people import Holder, holders
from bot.db.tables import Leave, Person
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.kinds import Role
from bot.domain.rights import Action
from bot.presenters.office import LeaveList, OfficeSaid, Span, day
from bot.presenters.words import label
from bot.reading.office_text import read_leave
from bot.services.cause import Cause, Change, audit, effect
from bot.services.year import year_at


async def say(db: Database, cause: Cause, text: str) -> OfficeSaid:
    """ "王强 请假 11-20至11-25 由李明代". Raises NotAllowed, and InvalidInput with the sentence for what is missing."""
    cause.check(Action.SET_LEAVE)
    async with effect(db, cause) as session:
        year = await year_at(session, cause.now)
        read = read_leave(text, year.today)
        if not read.person or read.first is None or read.last is None or not read.stand_in:
            raise InvalidInput("errors_office.leave_unread")
        if read.last < read.first or read.last < year.today:
            raise InvalidInput("errors_office.leave_days")
        away = await _person(session, read.person)
        other = await _person(session, read.stand_in)
        if away[0].person_id == other[0].person_id:
            raise InvalidInput("errors_office.stand_in_self")
        if not _may_stand_in(away, other):
            raise InvalidInput("errors_office.stand_in_other_unit", who=other[0].person, person=away[0].person)
        await _end_others(session, cause, away[0].person_id)
        row = Leave(
            person_id=away[0].person_id,
            first_day=read.first,
            last_day=read.last,
            stand_in_id=other[0].person_id,
            set_by=cause.actor.person_id,
            set_at=cause.now,
        )
        session.add(row)
        await session.flush()
        after = {"person_id": row.person_id, "stand_in_id": row.stand_in_id}
        days = {"first": read.first.isoformat(), "last": read.last.isoformat()}
        audit(session, cause, Change("set_leave", "leave", row.id, after={**after, **days}))
        names = {"person": away[0].person, "stand_in": other[0].person}
        code = "leave_set" if other[0].chat_id is not None else "leave_set_unbound"
        return OfficeSaid(code, {**names, "first": day(read.first), "last": day(read.last)})


async def end(db: Database, cause: Cause, name: str) -> OfficeSaid:
    """取消请假 王强. Raises InvalidInput where nobody of that name is away."""
    cause.check(Action.SET_LEAVE)
    async with effect(db, cause) as session:
        away = await _person(session, name.strip())
        if not await _end_others(session, cause, away[0].person_id):
            raise InvalidInput("errors_office.no_leave", who=away[0].person)
        audit(session, cause, Change("end_leave", "person", away[0].person_id))
        return OfficeSaid("leave_ended", {"person": away[0].person})


async def end_early(db: Database, cause: Cause, leave_id: int) -> OfficeSaid:
    """End that leave now. Raises NotFound for one that was never there; ending it twice changes nothing."""
    cause.check(Action.SET_LEAVE)
    async with effect(db, cause) as session:
        row = await session.get(Leave, leave_id)
        if row is None:
            raise NotFound(leave_id=leave_id)
        if row.ended_at is None:
            row.ended_at = cause.now
            audit(session, cause, Change("end_leave", "person", row.person_id))
        person = await session.get_one(Person, row.person_id)
        return OfficeSaid("leave_ended", {"person": person.name})


async def listed(db: Database, cause: Cause) -> LeaveList:
    """Who is away now or soon."""
    cause.check(Action.SET_LEAVE)
    async with db.read() as session:
        year = await year_at(session, cause.now)
        rows = await leaves.current(session, year.today)
    return LeaveList(
        tuple(Span(row.person, row.first_day, row.last_day, row.stand_in, id=row.leave_id) for row in rows)
    )


async def _end_others(session: AsyncSession, cause: Cause, person_id: int) -> bool:
    """End the leaves of this person that go on or are to come: the newest word counts."""
    today = (await year_at(session, cause.now)).today
    statement = (
        update(Leave)
        .where(Leave.person_id == person_id, Leave.ended_at.is_(None), Leave.last_day >= today)
        .values(ended_at=cause.now)
        .returning(Leave.id)
    )
    return bool((await session.scalars(statement)).all())


async def _person(session: AsyncSession, name: str) -> list[Holder]:
    """The posts of the person of that name; a name that a last syllable was read into is tried with it too."""
    suffix = label("office.stand_in_suffix")
    names = [name, name + suffix, name.removesuffix(suffix)]
    query = select(Person.id, Person.name).where(Person.name.in_(names), Person.closed_at.is_(None))
    found = [(row[0], row[1]) for row in await session.execute(query)]
    exact = [item for item in found if item[1] == name] or found
    if not exact:
        raise InvalidInput("errors_office.nobody", who=name)
    if len(exact) > 1:
        raise InvalidInput("errors_office.several", who=name)
    held = await holders(session, person_ids=[exact[0][0]])
    if not held:
        raise InvalidInput("errors_office.nobody", who=name)
    return held


def _may_stand_in(away: list[Holder], other: list[Holder]) -> bool:
    """Whoever stands in must be entitled to see what comes: of the same unit, or both leaders, or the office."""
    units = {holder.unit_id for holder in away if holder.unit_id is not None}
    if units & {holder.unit_id for holder in other}:
        return True
    everything = {Role.LEADER, Role.OFFICE}
    return {holder.role for holder in away} <= everything and bool({holder.role for holder in other} & everything)
