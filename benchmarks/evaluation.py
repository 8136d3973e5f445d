"""Time and memory of grading a district for a month: everything loaded, judged by the rules and stored, on SQLite.

    python benchmarks/evaluation.py [1000 10000 100000]

Each size runs in a process of its own, on one core. "first": no verdict was stored before; "again": nothing has
changed, so everything is judged and nothing written. CPU seconds are this process's own, all threads together.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.tables import Cycle, Indicator, Report, SchemeVersion, Snapshot, Target
from bot.services import evaluating
from bot.services.cause import Cause
from bot.services.year import year_at

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
MONTHS = 6
NOW = datetime(2026, 6, 24, 2, tzinfo=UTC)
SCHEME = Path(__file__).parents[1] / "samples" / "scheme.toml"
KINDS = ("cumulative",) * 6 + ("growth", "level", "control_level", "event")
ROWS = 5_000


async def fill(db: Database, count: int) -> None:
    """So many indicators, each with a target and a report for every month so far; a third is behind."""
    async with db.write() as session:
        session.add(Cycle(id=1, year=2026))
        await session.flush()
        body = SCHEME.read_text(encoding="utf-8")
        since = datetime(2026, 1, 1, tzinfo=UTC)
        session.add(
            SchemeVersion(
                id=1, cycle_id=1, version="1", effective_from=since.date(), body=body, sha256="-", loaded_at=since
            )
        )
        await session.flush()
        connection = await session.connection()
        for start in range(1, count + 1, ROWS):
            keys = range(start, min(start + ROWS, count + 1))
            await connection.execute(Indicator.__table__.insert(), [_indicator(key) for key in keys])
            await connection.execute(Target.__table__.insert(), [_target(key, since) for key in keys])
            rows = [_report(key, month) for key in keys for month in range(1, MONTHS + 1)]
            await connection.execute(Report.__table__.insert(), rows)


def _indicator(key: int) -> dict[str, object]:
    kind = KINDS[key % len(KINDS)]
    return {
        "id": key,
        "cycle_id": 1,
        "position": key,
        "name": f"indicator {key}",
        "kind": kind,
        "direction": "lower" if kind in ("control_level", "event") else "higher",
        "weight": 10,
        "start_month": 1,
        "list_title": "benchmark",
        "aliases": [],
        "row_version": 1,
    }


def _target(key: int, since: datetime) -> dict[str, object]:
    return {"indicator_id": key, "effective_from": since.date(), "value": 120, "text": "120", "recorded_at": since}


def _report(key: int, month: int) -> dict[str, object]:
    behind = key % 3 == 0
    return {
        "indicator_id": key,
        "period": f"2026-{month:02d}",
        "revision": 1,
        "value": (6 if behind else 11) * month,
        "nodes_done": [],
        "no_change": False,
        "source": "chat",
        "reported_at": NOW,
    }


async def measure(count: int) -> dict[str, float]:
    """One size, in this process."""

    # Orders are opened once for each warning and are no part of grading: here they are left to another run.
    async def no_orders(*_about: object) -> None:
        return None

    evaluating.settle_orders = no_orders  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/bench.db")
        await migrate(db)
        await fill(db, count)
        found: dict[str, float] = {"indicators": count, "before_mb": _peak()}
        for name in ("first", "again"):
            cpu, wall = time.process_time(), time.perf_counter()
            async with db.write() as session:
                months = await evaluating._months(session, NOW, *(2 * ((await year_at(session, NOW)).period,)))
                ids = list(range(1, count + 1))
                graded = await evaluating._evaluate(session, Cause(NOW), evaluating._Sweep(ids, months))
            found |= {f"{name}_cpu": time.process_time() - cpu, f"{name}_wall": time.perf_counter() - wall}
            assert graded == count, graded
        async with db.read() as session:
            stored = await session.scalar(select(func.count()).select_from(Snapshot))
            warned = await session.scalar(select(func.count()).select_from(Snapshot).where(Snapshot.severity > 0))
        assert stored == count
        await db.close()
        return found | {"peak_mb": _peak(), "warned": warned or 0}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the curve as a Markdown table; as the only argument `--one N` one size as JSON."""
    if sys.argv[1:2] == ["--one"]:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        print(json.dumps(asyncio.run(measure(int(sys.argv[2])))))
        return
    print("| indicators | first: wall s | CPU s | µs each | again: wall s | µs each | peak MB | of it before |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for size in [int(size) for size in sys.argv[1:]] or SIZES:
        command = [sys.executable, __file__, "--one", str(size)]
        row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        each, again = (row[f"{name}_cpu"] / size * 1e6 for name in ("first", "again"))
        print(
            f"| {size:,} | {row['first_wall']:.2f} | {row['first_cpu']:.2f} | {each:.0f} | {row['again_wall']:.2f} "
            f"| {again:.0f} | {row['peak_mb']:.0f} | {row['before_mb']:.0f} |"
        )


if __name__ == "__main__":
    main()
