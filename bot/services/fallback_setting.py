"""Addresses of the second channel, as the operator sets them: for a person, or for whoever holds a post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import fallback
from bot.db.engine import Database
from bot.db.fallback import ListedAddress, masked
from bot.db.people import holders
from bot.db.tables import Person, Post
from bot.domain.errors import Conflict, NotFound
from bot.services.cause import Cause, Change, audit


@dataclass(frozen=True)
class WhoseAddress:
    """A person or a post."""

    name: str
    person_id: int | None = None
    post_id: int | None = None


@dataclass(frozen=True)
class AddressesSet:
    """What holds now for somebody, and what held before; never the addresses themselves."""

    whose: str
    shown: tuple[str, ...]
    before: tuple[str, ...]


async def set_addresses(db: Database, cause: Cause, who: str, urls: Sequence[str]) -> AddressesSet:
    """Use these addresses for a person or post from now on instead of those before; none removes them.

    Raises NotFound for a name that fits nobody and Conflict, with the candidates, for one that fits several.
    """
    async with db.write() as session:
        whose = await _whose(session, who)
        before = await fallback.remove(session, whose.person_id, whose.post_id, cause.now)
        for url in dict.fromkeys(urls):
            fallback.add(session, whose.person_id, whose.post_id, url, cause.now)
        shown = [masked(url) for url in dict.fromkeys(urls)]
        kind, number = ("person", whose.person_id) if whose.person_id is not None else ("post", whose.post_id)
        audit(session, cause, Change("set_fallback", kind, number, {"addresses": before}, {"addresses": shown}))
    return AddressesSet(whose.name, tuple(shown), tuple(before))


async def addresses(db: Database) -> list[ListedAddress]:
    """All addresses in use, masked."""
    async with db.read() as session:
        return await fallback.listed(session)


async def _whose(session: AsyncSession, who: str) -> WhoseAddress:
    """A post by its name, else a person by code or name."""
    post = await session.scalar(select(Post.id).where(Post.name == who, Post.closed_at.is_(None)))
    if post is not None:
        return WhoseAddress(who, post_id=post)
    query = select(Person.id, Person.name).where(
        Person.closed_at.is_(None), (Person.name == who) | (Person.code == who)
    )
    found = [(row[0], row[1]) for row in await session.execute(query)]
    if not found:
        raise NotFound(f"nobody is named {who}", code="nobody", who=who)
    if len(found) > 1:
        held = await holders(session, person_ids=[key for key, _ in found])
        candidates = sorted(f"{holder.person} / {holder.post}" for holder in held)
        raise Conflict(f"several are named {who}", code="several", who=who, candidates=candidates)
    return WhoseAddress(found[0][1], person_id=found[0][0])
