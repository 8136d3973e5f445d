"""Evaluates every indicator of a built district once, as after a change of the scheme; prints one JSON line.

.venv/bin/python benchmarks/evaluation.py FOLDER/baton.db
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import time
from datetime import timedelta

import orjson
from sqlalchemy import delete, func, select

from benchmarks.district import NOW
from bot.db.engine import Database
from bot.db.tables import DecisionRow, Indicator, OrderEvent, OrderRecipient, Push, Snapshot, WarningOrder
from bot.presenters.words import load_everything
from bot.services.cause import Cause
from bot.services.evaluating import evaluate_all

# After the month's due date: what was not reported is graded as missing.
LATE = NOW + timedelta(days=9)


async def run(path: str) -> dict[str, float]:
    """Seconds and memory of one evaluation of everything, the snapshots written anew."""
    load_everything()
    db = Database(f"sqlite:///{path}")
    async with db.write() as session:
        for row in (DecisionRow, OrderEvent, OrderRecipient, Push, WarningOrder, Snapshot):
            await session.execute(delete(row))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.perf_counter(), time.process_time()
    async with db.write() as session:
        await evaluate_all(session, Cause(LATE))
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    async with db.read() as session:
        stored = await session.scalar(select(func.count()).select_from(Snapshot))
        indicators = await session.scalar(select(func.count()).select_from(Indicator))
    await db.close()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"indicators": indicators, "stored": stored, "seconds": took, "cpu": spent, "memory": after / 1024,
            "grown": (after - before) / 1024}  # fmt: skip


if __name__ == "__main__":
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    print(orjson.dumps(asyncio.run(run(sys.argv[1]))).decode())
