"""Invites: one-time codes that bind a messenger account to a person in a post. Only their hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import posts
from bot.db.engine import Database
from bot.db.people import Holder, holders
from bot.db.tables import Invite, Person, Post, Tenure
from bot.domain.errors import NotFound
from bot.domain.kinds import Role
from bot.domain.rights import Action
from bot.presenters.words import label
from bot.services.cause import Cause, Change, audit, effect
from bot.services.naming import person_called
from bot.services.year import year_at

# 192 bits; the text form fits into a deep link.
CODE_BYTES = 24
# Before a scheme is loaded.
DEFAULT_HOURS = 72


@dataclass(frozen=True)
class IssuedInvite:
    """A code in clear: this is the only moment at which it is known."""

    code: str
    person: str
    person_code: str | None
    post: str
    unit: str | None
    expires_at: datetime


def new_code() -> str:
    """A random code. It begins with a letter or digit, so that neither a shell nor a spreadsheet takes it for more."""
    while not (code := secrets.token_urlsafe(CODE_BYTES))[0].isalnum():
        pass
    return code


def hash_of(code: str) -> str:
    """What is stored of a code. It is random through and through, so it needs no salt."""
    return hashlib.sha256(code.encode()).hexdigest()


async def issue_invite(db: Database, now: datetime, who: str, cause: Cause | None = None) -> IssuedInvite:
    """A code for the person that `who` names: by post, by the roster's code, or by name.

    Earlier unused codes for the same person and post are worthless from now on. Raises as `person_called`.
    """
    cause = cause or Cause(now)
    if cause.by is not None:
        cause.check(Action.INVITE)
    async with effect(db, cause) as session:
        if who == label("binding.admin_post"):
            await ensure_admin(session, now)
        return await issue_in(session, cause, await person_called(session, who))


async def issue_all(db: Database, cause: Cause) -> list[IssuedInvite]:
    """A code for everybody in office who has no account yet, in the order of units and posts."""
    if cause.by is not None:
        cause.check(Action.INVITE)
    async with effect(db, cause) as session:
        bound = await posts.bound_people(session)
        unbound: dict[int, Holder] = {}
        for holder in await holders(session):
            if holder.person_id not in bound:
                unbound.setdefault(holder.person_id, holder)
        return [await issue_in(session, cause, holder) for holder in unbound.values()]


async def issue_in(session: AsyncSession, cause: Cause, holder: Holder) -> IssuedInvite:
    """A code for this holder of a post, in the caller's transaction."""
    await posts.revoke_invites(session, holder.person_id, cause.now, holder.post_id)
    code = new_code()
    expires_at = cause.now + timedelta(hours=await _valid_hours(session, cause.now))
    invite = Invite(
        code_hash=hash_of(code),
        post_id=holder.post_id,
        person_id=holder.person_id,
        issued_at=cause.now,
        expires_at=expires_at,
    )
    session.add(invite)
    await session.flush()
    audit(session, cause, Change("invite", "invite", invite.id, after={"post": holder.post}))
    person = await session.get_one(Person, holder.person_id)
    return IssuedInvite(code, holder.person, person.code, holder.post, holder.unit, expires_at)


async def _valid_hours(session: AsyncSession, now: datetime) -> int:
    try:
        return (await year_at(session, now)).scheme.invite_hours
    except NotFound:
        # People may be invited before the year's lists are there.
        return DEFAULT_HOURS


async def ensure_admin(session: AsyncSession, now: datetime) -> None:
    """The built-in post of the system administrator, held by somebody: the first one is a person of that name."""
    name = label("binding.admin_post")
    post = (await session.scalars(select(Post).where(Post.name == name))).one_or_none()
    if post is None:
        post = Post(name=name, unit_id=None, role=Role.ADMIN.value, title=name, deputy=False)
        session.add(post)
        await session.flush()
    if await holders(session, post_ids=[post.id]):
        return
    person = Person(code=None, name=name, list_title=None)
    session.add(person)
    await session.flush()
    session.add(Tenure(person_id=person.id, post_id=post.id, since=now))
    await session.flush()
