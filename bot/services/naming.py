"""Finds the person that somebody names: by the post, the person's name, or the roster's code."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.people import Holder, holders
from bot.db.tables import Person, Post
from bot.domain.errors import Conflict, NotFound
from bot.reading.plain import name_key
from bot.services.progress import Reporter


async def person_called(session: AsyncSession, who: str) -> Holder:
    """The one person in office whom this means.

    Raises Conflict with `candidates` when several are meant, NotFound with `code` otherwise ("vacant" for a post
    that nobody holds, else "nobody").
    """
    wanted = name_key(who)
    everybody = await holders(session)
    codes = {row.id: row.code for row in await session.execute(select(Person.id, Person.code))}
    for matches in (
        [item for item in everybody if name_key(item.post) == wanted],
        [item for item in everybody if name_key(codes.get(item.person_id) or "") == wanted],
        [item for item in everybody if name_key(item.person) == wanted],
    ):
        if matches:
            return _only_one(matches, codes, who)
    posts = await session.scalars(select(Post.name).where(Post.closed_at.is_(None)))
    vacant = wanted in {name_key(name) for name in posts}
    raise NotFound(who, code="vacant" if vacant else "nobody", who=who)


def _only_one(matches: Sequence[Holder], codes: dict[int, str | None], who: str) -> Holder:
    if len({item.person_id for item in matches}) > 1:
        candidates = tuple(f"{codes.get(item.person_id) or ''} {item.person} {item.post}".strip() for item in matches)
        raise Conflict(who, code="several", who=who, candidates=candidates)
    return matches[0]


async def reporter_for(session: AsyncSession, post: str) -> Reporter:
    """On whose behalf a table is imported. Raises as `person_called`."""
    holder = await person_called(session, post)
    return Reporter(holder.person_id, holder.post_id)
