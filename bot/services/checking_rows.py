"""Checks the database: that it is whole, and that nothing was lost or done twice."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import health, promises
from bot.db.engine import Database
from bot.db.jobs import Occurrence
from bot.db.migrate import current_revision, head_revision
from bot.domain.checkup import Finding
from bot.domain.errors import NotFound
from bot.presenters.checkup import finding, listing
from bot.services import evidence_store, ledger
from bot.services.checking_audit import check_audit
from bot.services.sweeping import JOBS
from bot.services.year import year_at

# What is younger than this is still being worked on.
SETTLES_WITHIN = timedelta(minutes=10)


async def check_database(db: Database, now: datetime, data_dir: Path | None = None) -> list[Finding]:
    """All findings, as of one moment; none for a database that is well. `data_dir`: also that its files are whole."""
    revision = await current_revision(db)
    if revision != head_revision():
        return [finding("db", "E001", revision=revision or "-", head=head_revision())]
    async with db.read() as session:
        await health.one_look(session)
        found = await _rows(session, now) | await check_audit(session) | await _promises(session, now)
        found |= await _files(session, data_dir) if data_dir is not None else {}
    return [
        finding("db", number, count=len(items), items=listing(items))
        for number, items in sorted(found.items())
        if items
    ]


async def _files(session: AsyncSession, data_dir: Path) -> dict[str, list[str]]:
    """That every evidence file is there, and is what was sent."""
    kept = {seal: name for name, seal in await promises.evidence_files(session)}
    whole = await asyncio.to_thread(lambda: {seal: evidence_store.is_whole(data_dir, seal) for seal in kept})
    return {
        "E023": [name for seal, name in kept.items() if whole[seal] is None],
        "E024": [name for seal, name in kept.items() if whole[seal] is False],
    }


async def _rows(session: AsyncSession, now: datetime) -> dict[str, list[str]]:
    """That the rows fit together, and nothing hangs."""
    before = now - SETTLES_WITHIN
    return {
        "E002": await health.damage(session),
        "E003": await health.forgotten_updates(session, before),
        "E004": await health.stuck_pushes(session, before),
        "E005": await _leaders_not_told(session, now),
        "E006": await health.indicators_without_target(session),
        "E007": await health.indicators_without_unit(session),
        "E008": await health.doubled_reports(session),
        "E009": await health.bound_without_post(session),
        "E010": await health.snapshots_of_old_reports(session),
        "W001": await health.parked_updates(session),
        "W002": await health.undelivered_pushes(session),
    }


async def _promises(session: AsyncSession, now: datetime) -> dict[str, list[str]]:
    """That nothing was lost: each update has its outcome, each push its cause and its end, each order its notices."""
    before = now - SETTLES_WITHIN
    gaps = await ledger.gaps(session, JOBS, now)
    return {
        "E016": await promises.updates_without_outcome(session),
        "E017": await promises.pushes_without_cause(session),
        "E018": await promises.pushes_without_end(session),
        "E019": await promises.overdue_pushes(session, before),
        "E020": await _recipients_not_told(session, now),
        "E021": [_named(item) for item in gaps.holes],
        "E022": await promises.orders_nobody_is_asked_about(session, before),
        "W003": await promises.uncertain_pushes(session),
        "W004": [_named(item) for item in gaps.late],
    }


def _named(occurrence: Occurrence) -> str:
    return f"{occurrence.job} {occurrence.name}"


async def _recipients_not_told(session: AsyncSession, now: datetime) -> list[str]:
    try:
        year = await year_at(session, now)
    except NotFound:
        return []
    urgent = [grade.code for grade in year.scheme.warnings if year.scheme.is_urgent(grade.code)]
    return await promises.recipients_not_told(session, urgent, now - SETTLES_WITHIN)


async def _leaders_not_told(session: AsyncSession, now: datetime) -> list[str]:
    try:
        year = await year_at(session, now)
    except NotFound:
        return []
    return await health.leaders_not_told(session, year.scheme.worst.severity, year.year)
