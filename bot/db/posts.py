"""Units, posts, persons, tenures and accounts as the roster needs them. Functions take the session, never commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.looking import Look, Question
from bot.db.tables import Account, Invite, Person, Post, Tenure, Unit


@dataclass(frozen=True)
class StoredPerson:
    """A person of a roster with the posts they hold now, in the order in which they got them."""

    row: Person
    posts: list[tuple[Post, Unit | None]] = field(default_factory=list)


@dataclass(frozen=True)
class HeldPost:
    """A post that somebody holds now."""

    id: int
    unit_id: int | None


_HELD = Question(
    select(Post.id, Post.unit_id)
    .join(Tenure, Tenure.post_id == Post.id)
    .where(
        Tenure.person_id == bindparam("person_id", type_=BigInteger()), Tenure.until.is_(None), Post.closed_at.is_(None)
    )
    .order_by(Post.id),
    HeldPost,
)


async def held_by(look: Look, person_id: int) -> list[HeldPost]:
    """The posts that the person holds now."""
    return await look.all(_HELD, person_id=person_id)


async def roster_people(session: AsyncSession) -> list[StoredPerson]:
    """Everybody who came with a roster, those gone too (they hold no post)."""
    people = await session.scalars(select(Person).where(Person.list_title.is_not(None)).order_by(Person.id))
    found = {person.id: StoredPerson(person) for person in people}
    query = (
        select(Tenure.person_id, Post, Unit)
        .join(Post, Post.id == Tenure.post_id)
        .outerjoin(Unit, Unit.id == Post.unit_id)
        .where(Tenure.until.is_(None))
        .order_by(Tenure.id)
    )
    for person_id, post, unit in await session.execute(query):
        if person_id in found:
            found[person_id].posts.append((post, unit))
    return list(found.values())


async def tenures_of(session: AsyncSession, person_id: int) -> dict[str, Tenure]:
    """The person's present tenures by the post's name."""
    query = (
        select(Tenure, Post.name)
        .join(Post, Post.id == Tenure.post_id)
        .where(Tenure.person_id == person_id, Tenure.until.is_(None))
    )
    return {name: tenure for tenure, name in await session.execute(query)}


async def account_of(session: AsyncSession, person_id: int) -> Account | None:
    """The account bound to the person now."""
    query = select(Account).where(Account.person_id == person_id, Account.unbound_at.is_(None))
    return (await session.scalars(query)).one_or_none()


async def account_of_user(session: AsyncSession, telegram_user_id: int) -> Account | None:
    """The present binding of a messenger account."""
    query = select(Account).where(Account.telegram_user_id == telegram_user_id, Account.unbound_at.is_(None))
    return (await session.scalars(query)).one_or_none()


async def unbind(session: AsyncSession, person_id: int, now: datetime) -> Account | None:
    """End the person's binding; the account that was bound, None without one."""
    account = await account_of(session, person_id)
    if account is not None:
        account.unbound_at = now
    return account


async def revoke_invites(session: AsyncSession, person_id: int, now: datetime, post_id: int | None = None) -> None:
    """Make the person's unused codes worthless, all or those for one post."""
    statement = update(Invite).where(
        Invite.person_id == person_id, Invite.used_at.is_(None), Invite.revoked_at.is_(None)
    )
    if post_id is not None:
        statement = statement.where(Invite.post_id == post_id)
    await session.execute(statement.values(revoked_at=now))


async def bound_people(session: AsyncSession) -> dict[int, datetime]:
    """Since when each bound person is bound."""
    query = select(Account.person_id, Account.bound_at).where(Account.unbound_at.is_(None))
    return {row.person_id: row.bound_at for row in await session.execute(query)}
