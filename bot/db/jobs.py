"""Planned occurrences of jobs and who does them. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.inserting import insert_into
from bot.db.tables import JobRun

# Whoever claimed an occurrence and did not finish it in this time is taken for dead.
ABANDONED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Occurrence:
    """One planned run of a job. `name` says which: a day "2026-11-24" or a month "2026-11:open"."""

    job: str
    name: str
    planned_at: datetime


async def unfinished(session: AsyncSession, occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Those of the occurrences that nobody has finished yet, in their order."""
    wanted = list(occurrences)
    keys = [(item.job, item.name) for item in wanted]
    query = select(JobRun.job, JobRun.occurrence).where(
        tuple_(JobRun.job, JobRun.occurrence).in_(keys), JobRun.finished_at.is_not(None)
    )
    done = {(row[0], row[1]) for row in await session.execute(query)}
    return [item for item in wanted if (item.job, item.name) not in done]


async def claim(session: AsyncSession, occurrence: Occurrence, now: datetime, claimed_by: str) -> bool:
    """Take the occurrence: True for exactly one caller, or for one that comes after a claimant died."""
    taken = {"started_at": now, "claimed_by": claimed_by}
    statement = (
        insert_into(session, JobRun)
        .values(job=occurrence.job, occurrence=occurrence.name, planned_at=occurrence.planned_at, **taken)
        .on_conflict_do_update(
            index_elements=["job", "occurrence"],
            set_=taken,
            where=JobRun.__table__.c.finished_at.is_(None) & (JobRun.__table__.c.started_at < now - ABANDONED_AFTER),
        )
        .returning(JobRun.__table__.c.job)
    )
    return (await session.execute(statement)).first() is not None


async def finish(session: AsyncSession, occurrence: Occurrence, now: datetime, result: dict[str, object]) -> None:
    """Mark the occurrence as done."""
    await session.execute(
        update(JobRun)
        .where(JobRun.job == occurrence.job, JobRun.occurrence == occurrence.name)
        .values(finished_at=now, result=result)
    )


async def last_finished(session: AsyncSession, job: str, before: str) -> str | None:
    """The name of the job's last finished occurrence that sorts before the given one."""
    query = select(func.max(JobRun.occurrence)).where(
        JobRun.job == job, JobRun.finished_at.is_not(None), JobRun.occurrence < before
    )
    return await session.scalar(query)
