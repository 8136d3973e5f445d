"""Who is who: actors, holders of posts, accounts. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.looking import Look, Question
from bot.db.tables import Account, Indicator, IndicatorUnit, Person, Post, Tenure, Unit
from bot.domain.kinds import Role, Side
from bot.domain.rights import Actor, Subject

# A person who holds several posts acts with the widest of their roles.
_WIDEST = (Role.ADMIN, Role.OFFICE, Role.LEADER, Role.HEAD, Role.CONTACT)


@dataclass(frozen=True)
class Holder:
    """A person in a post, with the account that a push goes to (None: not bound or not reachable)."""

    person_id: int
    person: str
    post_id: int
    post: str
    role: Role
    title: str
    deputy: bool
    unit_id: int | None
    unit: str | None
    chat_id: int | None
    menu_role: str | None


def _holders_query() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.id,
            Person.name,
            Post.id,
            Post.name,
            Post.role,
            Post.title,
            Post.deputy,
            Post.unit_id,
            Unit.name,
            Account.chat_id,
            Account.menu_role,
        )
        .join(Tenure, Tenure.person_id == Person.id)
        .join(Post, Post.id == Tenure.post_id)
        .outerjoin(Unit, Unit.id == Post.unit_id)
        .outerjoin(
            Account,
            (Account.person_id == Person.id) & Account.unbound_at.is_(None) & Account.unreachable_since.is_(None),
        )
        .where(Tenure.until.is_(None), Person.closed_at.is_(None), Post.closed_at.is_(None))
        .order_by(Post.id, Person.id)
    )


async def holders(
    session: AsyncSession,
    *,
    person_ids: Iterable[int] | None = None,
    post_ids: Iterable[int] | None = None,
    unit_ids: Iterable[int] | None = None,
    roles: Sequence[Role] | None = None,
    units_or_posts: tuple[Iterable[int], Iterable[int]] | None = None,
) -> list[Holder]:
    """Persons in their posts, all or those of the given persons, posts, units or roles.

    `units_or_posts`: those in a post of one of these units, and those in one of these posts.
    """
    query = _holders_query()
    if person_ids is not None:
        query = query.where(Person.id.in_(list(person_ids)))
    if post_ids is not None:
        query = query.where(Post.id.in_(list(post_ids)))
    if unit_ids is not None:
        query = query.where(Post.unit_id.in_(list(unit_ids)))
    if units_or_posts is not None:
        query = query.where(Post.unit_id.in_(list(units_or_posts[0])) | Post.id.in_(list(units_or_posts[1])))
    if roles is not None:
        query = query.where(Post.role.in_([role.value for role in roles]))
    return [Holder(*row) for row in (await session.execute(query)).all()]


@dataclass(frozen=True)
class KnownActor:
    """An actor with the names that answers need."""

    actor: Actor
    name: str
    chat_id: int | None
    posts: tuple[str, ...]
    units: tuple[str, ...]
    menu_role: str | None = None

    @property
    def person_id(self) -> int:
        """The person's id."""
        return self.actor.person_id

    @property
    def role(self) -> Role:
        """The widest role."""
        return self.actor.role


def actor_from(held: Sequence[Holder], main_leaders: frozenset[str] = frozenset()) -> KnownActor:
    """One person's posts as an actor. `main_leaders`: titles of the district's main leaders."""
    roles = {Role(item.role) for item in held}
    return KnownActor(
        actor=Actor(
            person_id=held[0].person_id,
            role=next(role for role in _WIDEST if role in roles),
            post_ids=frozenset(item.post_id for item in held),
            unit_ids=frozenset(item.unit_id for item in held if item.unit_id is not None),
            deputy=all(item.deputy for item in held),
            main_leader=any(item.title in main_leaders for item in held),
        ),
        name=held[0].person,
        chat_id=held[0].chat_id,
        posts=tuple(item.post for item in held),
        units=tuple(dict.fromkeys(item.unit for item in held if item.unit)),
        menu_role=held[0].menu_role,
    )


def _asker(unreachable_since: datetime | None, *held: Any) -> Holder:
    found = Holder(*held)
    return found if unreachable_since is None else replace(found, chat_id=None, menu_role=None)


_ASKER = Question(
    select(
        Account.unreachable_since,
        Person.id,
        Person.name,
        Post.id,
        Post.name,
        Post.role,
        Post.title,
        Post.deputy,
        Post.unit_id,
        Unit.name,
        Account.chat_id,
        Account.menu_role,
    )
    .select_from(Account)
    .join(Person, Person.id == Account.person_id)
    .join(Tenure, Tenure.person_id == Person.id)
    .join(Post, Post.id == Tenure.post_id)
    .outerjoin(Unit, Unit.id == Post.unit_id)
    .where(
        Account.telegram_user_id == bindparam("user_id"),
        Account.unbound_at.is_(None),
        Tenure.until.is_(None),
        Person.closed_at.is_(None),
        Post.closed_at.is_(None),
    )
    .order_by(Post.id),
    _asker,
)


async def actor_of_user(
    look: Look, telegram_user_id: int, main_leaders: frozenset[str] = frozenset()
) -> KnownActor | None:
    """Who is behind a messenger account; None for an account that is not bound to anybody in office."""
    held = await look.all(_ASKER, user_id=telegram_user_id)
    return actor_from(held, main_leaders) if held else None


async def actor_of_person(
    session: AsyncSession, person_id: int, main_leaders: frozenset[str] = frozenset()
) -> KnownActor | None:
    """A person as an actor; None when they hold no post."""
    held = await holders(session, person_ids=[person_id])
    return actor_from(held, main_leaders) if held else None


async def subjects_of(session: AsyncSession, indicator_ids: Iterable[int]) -> dict[int, Subject]:
    """What rights need to know of indicators: their units and responsible posts."""
    ids = list(indicator_ids)
    sides: dict[int, dict[str, set[int]]] = {item: {Side.LEAD: set(), Side.COOPERATING: set()} for item in ids}
    units = select(IndicatorUnit.indicator_id, IndicatorUnit.unit_id, IndicatorUnit.side)
    for indicator_id, unit_id, side in await session.execute(units.where(IndicatorUnit.indicator_id.in_(ids))):
        sides[indicator_id][side].add(unit_id)
    posts = select(Indicator.id, Indicator.responsible_post_id).where(Indicator.id.in_(ids))
    return {
        indicator_id: Subject(
            lead_unit_ids=frozenset(sides[indicator_id][Side.LEAD]),
            cooperating_unit_ids=frozenset(sides[indicator_id][Side.COOPERATING]),
            responsible_post_ids=frozenset([post_id] if post_id is not None else []),
        )
        for indicator_id, post_id in await session.execute(posts)
    }
