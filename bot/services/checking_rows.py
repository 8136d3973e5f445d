"""Checks the database: that it is whole, and that nothing was lost or done twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import health
from bot.db.engine import Database
from bot.db.migrate import current_revision, head_revision
from bot.domain.checkup import Finding
from bot.domain.errors import NotFound
from bot.presenters.checkup import finding
from bot.presenters.words import label
from bot.services.year import year_at

# What is younger than this is still being worked on.
SETTLES_WITHIN = timedelta(minutes=10)
NAMES_SHOWN = 5


async def check_database(db: Database, now: datetime) -> list[Finding]:
    """All findings; none for a database that is well."""
    revision = await current_revision(db)
    if revision != head_revision():
        return [finding("db", "E001", revision=revision or "-", head=head_revision())]
    async with db.read() as session:
        before = now - SETTLES_WITHIN
        found = {
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
    return [finding("db", number, count=len(items), items=_some(items)) for number, items in found.items() if items]


async def _leaders_not_told(session: AsyncSession, now: datetime) -> list[str]:
    try:
        year = await year_at(session, now)
    except NotFound:
        return []
    return await health.leaders_not_told(session, year.scheme.worst.severity, year.year)


def _some(items: Sequence[str]) -> str:
    shown = label("lists.listing").join(items[:NAMES_SHOWN])
    return f"{shown}…" if len(items) > NAMES_SHOWN else shown
