"""Whether all is well: what keeps a process from being ready, what keeps the heartbeat back, what stands still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic, perf_counter

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import health, promises
from bot.db.depths import Depths, depths
from bot.db.engine import Database
from bot.db.migrate import current_revision, head_revision
from bot.db.telling import Notice, tell
from bot.db.trouble import is_trouble
from bot.domain.checkup import Finding
from bot.domain.pushes import PushKind
from bot.presenters.checkup import finding, listing
from bot.presenters.words import render
from bot.services import ledger
from bot.services.alerting import TOLD
from bot.services.sweeping import JOBS

# What should have left, or been finished, so long ago stands still.
STANDS_STILL = timedelta(minutes=10)
ENOUGH = 20


async def not_ready(db: Database, now: datetime, *, sweeps: bool) -> list[str]:
    """What is missing for an answer: "database", "migrations"; with `sweeps` also "sweeps" where one is late."""
    try:
        if await current_revision(db) != head_revision():
            return ["migrations"]
        if sweeps:
            async with db.read() as session:
                return ["sweeps"] if await ledger.late(session, JOBS, now) else []
    except Exception as error:
        if not is_trouble(error):
            raise
        return ["database"]
    return []


async def standing_still(session: AsyncSession, now: datetime) -> dict[str, list[str]]:
    """By the number of the finding: updates, pushes and orders with which nothing goes on, the first few of each."""
    before = now - STANDS_STILL
    found = {
        "E003": await health.forgotten_updates(session, before),
        "E019": await promises.overdue_pushes(session, before, ENOUGH),
        "E022": await promises.orders_nobody_is_asked_about(session, before),
    }
    return {number: items for number, items in found.items() if items}


async def tell_what_stands_still(db: Database, now: datetime) -> Sequence[Finding]:
    """Tell the administrators what stands still, each finding once a day; what was found."""
    async with db.read() as session:
        found = await standing_still(session, now)
    findings = [finding("db", number, count=len(items), items=listing(items)) for number, items in found.items()]
    if findings:
        async with db.write() as session:
            for item in findings:
                await tell(session, TOLD, _notice(item, now))
    return findings


class Auditor:
    """Looks every ten minutes for what stands still; the first time when the process had that long to catch up."""

    def __init__(self, db: Database, pause: float = STANDS_STILL.total_seconds()) -> None:
        self._db, self._pause = db, pause
        self._next = monotonic() + pause

    async def look(self, now: datetime) -> None:
        """Look, if it is time."""
        if monotonic() >= self._next:
            self._next = monotonic() + self._pause
            await tell_what_stands_still(self._db, now)


def _notice(item: Finding, now: datetime) -> Notice:
    return Notice(
        kind=PushKind.ALERT,
        text=render("push/watch", finding=item),
        key=f"watch:{item.id}:{now:%Y-%m-%d}",
        reason="failure",
        now=now,
        second=True,
    )


@dataclass(frozen=True)
class Figures:
    """What the database shows of the queues, how many seconds it took for that, and how many occurrences are late."""

    depths: Depths
    seconds: float
    overdue: int


async def figures(db: Database, now: datetime) -> Figures | None:
    """The queues as they are; None while the database cannot be asked."""
    begun = perf_counter()
    try:
        async with db.read() as session:
            found = await depths(session, now)
            overdue = len(await ledger.late(session, JOBS, now))
    except Exception as error:
        if not is_trouble(error):
            raise
        return None
    return Figures(found, perf_counter() - begun, overdue)
