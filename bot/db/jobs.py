"""Planned occurrences of jobs and who does them. Functions take the session and never commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, tuple_, update
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
    late = max(0, int((now - occurrence.planned_at).total_seconds()))
    taken = {"started_at": now, "claimed_by": claimed_by, "late_seconds": late}
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
    """The name of the job's last occurrence that was run, of those that sort before the given one."""
    query = select(func.max(JobRun.occurrence)).where(
        JobRun.job == job,
        JobRun.started_at.is_not(None),
        JobRun.finished_at.is_not(None),
        JobRun.occurrence < before,
    )
    return await session.scalar(query)


async def neighbours(
    session: AsyncSession, names: Sequence[str], day: tuple[datetime, datetime]
) -> tuple[datetime | None, datetime | None]:
    """When the last recorded occurrence before a day was planned, and the first after it. `day`: its begin and end."""
    begin, end = day
    before = select(func.max(JobRun.planned_at)).where(JobRun.planned_at < begin, *_recorded(names))
    after = select(func.min(JobRun.planned_at)).where(JobRun.planned_at >= end, *_recorded(names))
    return await session.scalar(before), await session.scalar(after)


async def span(session: AsyncSession, names: Sequence[str]) -> tuple[datetime, datetime] | None:
    """When the first and the last recorded occurrence were planned; None before the ledger was begun."""
    query = select(func.min(JobRun.planned_at), func.max(JobRun.planned_at)).where(*_recorded(names))
    row = (await session.execute(query)).one()
    return (row[0], row[1]) if row[0] is not None else None


def _recorded(names: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """The rows of the first release know no lateness; what was missed in their time was not written down."""
    return JobRun.job.in_(names), JobRun.late_seconds.is_not(None)


async def unrecorded(session: AsyncSession, occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Those of the occurrences that have no row, in their order."""
    wanted = list(occurrences)
    query = select(JobRun.job, JobRun.occurrence).where(JobRun.job.in_({item.job for item in wanted}))
    known = {(row[0], row[1]) for row in await session.execute(query)} if wanted else set()
    return [item for item in wanted if (item.job, item.name) not in known]


async def record_missed(session: AsyncSession, occurrences: Sequence[Occurrence], now: datetime, by: str) -> None:
    """Write down occurrences that were never started, as far as they have no row yet."""
    for item in occurrences:
        row = {
            "job": item.job,
            "occurrence": item.name,
            "planned_at": item.planned_at,
            "finished_at": now,
            "claimed_by": by,
            "late_seconds": max(0, int((now - item.planned_at).total_seconds())),
            "result": {"missed": True},
        }
        statement = insert_into(session, JobRun).values(row)
        await session.execute(statement.on_conflict_do_nothing(index_elements=["job", "occurrence"]))


async def latest_lateness(session: AsyncSession) -> dict[str, int]:
    """By job, how many seconds late its last occurrence began."""
    last = select(JobRun.job, func.max(JobRun.planned_at).label("planned_at")).group_by(JobRun.job).subquery()
    query = select(JobRun.job, JobRun.late_seconds).join(
        last, (last.c.job == JobRun.job) & (last.c.planned_at == JobRun.planned_at)
    )
    return {row[0]: row[1] or 0 for row in await session.execute(query)}
