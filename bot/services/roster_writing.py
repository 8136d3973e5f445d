"""Writes what a roster changes: persons, their posts, and the end of both. History stays."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import posts
from bot.db.tables import Person, Tenure
from bot.services.cause import Cause, Change, audit
from bot.services.listed import KnownPerson, post_name
from bot.services.places import Places
from bot.services.roster_diff import RosterDiff, RosterPerson


async def write_roster(session: AsyncSession, cause: Cause, places: Places, diff: RosterDiff) -> None:
    """Write all changes of the roster. Who is gone leaves their posts, and their account is unbound."""
    rows = [row for person, _ in diff.added for row in person.rows]
    rows += [row for _, person in diff.changed for row in person.rows]
    await places.meet({row.unit for row in rows if row.unit}, {post_name(row) for row in rows})
    for known in diff.gone:
        await _end(session, cause, known)
    for known, person in diff.changed:
        await _put(session, cause, places, known.row, person)
        change = Change("change_person", "person", known.row.id, asdict(known.said), asdict(person.said))
        audit(session, cause, change)
    for person, was in diff.added:
        row = was.row if was else Person(code=person.said.code, list_title=person.list_title)
        row.closed_at, row.list_title = None, person.list_title
        await _put(session, cause, places, row, person)
        audit(session, cause, Change("add_person", "person", row.id, after=asdict(person.said)))


async def _put(session: AsyncSession, cause: Cause, places: Places, row: Person, person: RosterPerson) -> None:
    """Bring name and posts to what the roster says: posts no longer named end, new ones begin."""
    row.name = person.said.name
    session.add(row)
    await session.flush()
    tenures = await posts.tenures_of(session, row.id)
    named = {post_name(line): line for line in person.rows}
    for name, tenure in tenures.items():
        if name not in named:
            tenure.until = cause.now
            await posts.revoke_invites(session, row.id, cause.now, tenure.post_id)
    for name, line in named.items():
        post = await places.post_of(line)
        if name not in tenures:
            session.add(Tenure(person_id=row.id, post_id=post.id, since=cause.now))
    await session.flush()


async def _end(session: AsyncSession, cause: Cause, known: KnownPerson) -> None:
    for tenure in (await posts.tenures_of(session, known.row.id)).values():
        tenure.until = cause.now
    known.row.closed_at = cause.now
    await posts.unbind(session, known.row.id, cause.now)
    await posts.revoke_invites(session, known.row.id, cause.now)
    audit(session, cause, Change("close_person", "person", known.row.id, before=asdict(known.said)))
    await session.flush()
