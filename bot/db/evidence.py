"""Rows of the evidence ledger. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import Evidence, Person, Post

# The parts of an album arrive within seconds of each other.
ALBUM_LASTS = timedelta(minutes=5)


@dataclass(frozen=True)
class StoredEvidence:
    """A piece of evidence with the names that are shown beside it."""

    id: int
    kind: str
    name: str
    sha256: str | None
    size: int | None
    reference: str | None
    indicator_id: int | None
    period: str | None
    person: str
    post: str | None
    added_at: datetime


async def of_indicators(session: AsyncSession, indicator_ids: Collection[int]) -> list[StoredEvidence]:
    """What is filed under these indicators, oldest first."""
    query = (
        select(Evidence, Person.name, Post.name)
        .join(Person, Person.id == Evidence.person_id)
        .outerjoin(Post, Post.id == Evidence.post_id)
        .where(Evidence.indicator_id.in_(list(indicator_ids)), Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.period, Evidence.id)
    )
    return [
        StoredEvidence(
            row.id,
            row.kind,
            row.name,
            row.sha256,
            row.size,
            row.reference,
            row.indicator_id,
            row.period,
            person,
            post,
            row.added_at,
        )
        for row, person, post in await session.execute(query)
    ]


async def with_evidence(session: AsyncSession, indicator_ids: Collection[int]) -> frozenset[int]:
    """Those of these indicators under which anything is filed."""
    query = select(Evidence.indicator_id).where(
        Evidence.indicator_id.in_(list(indicator_ids)), Evidence.withdrawn_at.is_(None)
    )
    return frozenset(key for key in (await session.scalars(query.distinct())).all() if key is not None)


async def unfiled(session: AsyncSession, person_id: int, since: datetime) -> list[Evidence]:
    """What this person sent since then without saying where it belongs."""
    query = select(Evidence).where(
        Evidence.person_id == person_id,
        Evidence.indicator_id.is_(None),
        Evidence.withdrawn_at.is_(None),
        Evidence.added_at >= since,
    )
    return list((await session.scalars(query.order_by(Evidence.id))).all())


async def album(session: AsyncSession, person_id: int, group_id: str, now: datetime) -> list[Evidence]:
    """The parts of an album that have arrived."""
    query = select(Evidence).where(
        Evidence.person_id == person_id, Evidence.group_id == group_id, Evidence.added_at >= now - ALBUM_LASTS
    )
    return list((await session.scalars(query.order_by(Evidence.id))).all())


async def same(session: AsyncSession, indicator_id: int, period: str, sha256: str) -> Evidence | None:
    """The same file under the same indicator and month."""
    query = select(Evidence).where(
        Evidence.indicator_id == indicator_id,
        Evidence.period == period,
        Evidence.sha256 == sha256,
        Evidence.withdrawn_at.is_(None),
    )
    return (await session.scalars(query.limit(1))).first()


async def file_under(session: AsyncSession, ids: Collection[int], indicator_id: int, period: str) -> None:
    """File these pieces under the indicator."""
    await session.execute(
        update(Evidence).where(Evidence.id.in_(list(ids))).values(indicator_id=indicator_id, period=period)
    )


async def hashes(session: AsyncSession) -> list[str]:
    """The hashes of all files that are on record, each once."""
    query = select(Evidence.sha256).where(Evidence.sha256.is_not(None)).distinct()
    return [found for found in (await session.scalars(query)).all() if found is not None]


async def count(session: AsyncSession) -> int:
    """How many pieces there are."""
    return int(await session.scalar(select(func.count(Evidence.id))) or 0)
