"""Addresses of the second channel. Functions take the session and never commit; nothing shows an address's URL."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.people import holders
from bot.db.tables import FallbackAddress, Person, Post

# The `chat_id` of what goes to the addresses that the operator set for the administrators.
ADMINISTRATORS = 0


@dataclass(frozen=True)
class Address:
    """An address of a person, or of whoever holds a post."""

    id: int
    person_id: int | None
    post_id: int | None
    url: str = field(repr=False)


def masked(url: str) -> str:
    """What may be shown of an address: its kind, and a mark by which two of a kind are told apart."""
    return f"{url.partition('://')[0]}://…#{hashlib.sha256(url.encode()).hexdigest()[:6]}"


async def of_people(session: AsyncSession, person_ids: Collection[int]) -> dict[int, list[int]]:
    """The ids of each person's addresses: their own; without any, those of the posts that they hold."""
    if not person_ids:
        return {}
    held = await holders(session, person_ids=person_ids)
    posts = {holder.post_id for holder in held}
    query = select(FallbackAddress).where(
        FallbackAddress.removed_at.is_(None),
        or_(FallbackAddress.person_id.in_(list(person_ids)), FallbackAddress.post_id.in_(list(posts))),
    )
    own: dict[int, list[int]] = defaultdict(list)
    of_post: dict[int, list[int]] = defaultdict(list)
    for row in (await session.scalars(query.order_by(FallbackAddress.id))).all():
        if row.person_id is not None:
            own[row.person_id].append(row.id)
        elif row.post_id is not None:
            of_post[row.post_id].append(row.id)
    found = {key: list(value) for key, value in own.items()}
    for holder in held:
        if holder.person_id not in own:
            found.setdefault(holder.person_id, []).extend(of_post.get(holder.post_id, []))
    return {key: value for key, value in found.items() if value}


async def url_of(session: AsyncSession, address_id: int) -> str | None:
    """The URL of an address; None when it was removed."""
    query = select(FallbackAddress.url).where(FallbackAddress.id == address_id, FallbackAddress.removed_at.is_(None))
    return await session.scalar(query)


def _of(person_id: int | None, post_id: int | None) -> ColumnElement[bool]:
    if person_id is not None:
        return FallbackAddress.person_id == person_id
    return FallbackAddress.post_id == post_id


async def remove(session: AsyncSession, person_id: int | None, post_id: int | None, now: datetime) -> list[str]:
    """Use the addresses of a person, or of a post, no more; what may be shown of them."""
    statement = (
        update(FallbackAddress)
        .where(_of(person_id, post_id), FallbackAddress.removed_at.is_(None))
        .values(removed_at=now)
        .returning(FallbackAddress.url)
    )
    return [masked(url) for url in (await session.scalars(statement)).all()]


def add(session: AsyncSession, person_id: int | None, post_id: int | None, url: str, now: datetime) -> None:
    """One more address of a person, or of a post."""
    session.add(FallbackAddress(person_id=person_id, post_id=post_id, url=url, added_at=now))


@dataclass(frozen=True)
class ListedAddress:
    """An address as it may be shown; `whose`: the name of the person or the post."""

    whose: str
    is_post: bool
    shown: str
    added_at: datetime


async def listed(session: AsyncSession) -> list[ListedAddress]:
    """All addresses in use, by name."""
    query = (
        select(FallbackAddress, Person.name, Post.name)
        .outerjoin(Person, Person.id == FallbackAddress.person_id)
        .outerjoin(Post, Post.id == FallbackAddress.post_id)
        .where(FallbackAddress.removed_at.is_(None))
    )
    found = [
        ListedAddress(person or post or "", row.post_id is not None, masked(row.url), row.added_at)
        for row, person, post in await session.execute(query)
    ]
    return sorted(found, key=lambda item: (item.whose, item.shown))
