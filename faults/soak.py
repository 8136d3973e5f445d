"""`python -m faults.soak`: an hour at twenty updates a second; memory, handles and threads must not grow.

After the warm-up a straight line is laid through the samples: a slope beyond what is allowed ends it with status 1.
SOAK_MINUTES and SOAK_RATE say how long and how fast.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from bot.db.tables import Push
from bot.domain.pushes import PushState
from faults.engines import Engines, Postgres, Sqlite, be_quiet
from faults.ground import Ground, Plan, ground
from faults.published import machine, replace_between
from faults.verdict import Verdict

SAMPLE_SECONDS = 5.0
# What Python, its allocator and the caches need to find their size.
WARM_UP_SHARE = 0.3
MEGABYTES_PER_HOUR = 12.0
HANDLES_PER_HOUR = 6.0
# What may come and go without being growth: a few pages, a connection more.
STEPS = {"memory": 3.0, "handles": 3.0, "threads": 1.0}
# One person has about this many updates in a conversation.
UPDATES_PER_CONVERSATION = 1.6


@dataclass(frozen=True)
class Sample:
    """The process at a moment. Minutes since the start, megabytes of resident memory."""

    minute: float
    memory: float
    handles: int
    threads: int
    inbox: int
    outbox: int


def slope(samples: list[Sample], value: str) -> float:
    """Growth of that value in an hour, by least squares."""
    xs = [sample.minute / 60 for sample in samples]
    ys = [float(getattr(sample, value)) for sample in samples]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else 0.0


async def sample(trial: Ground, born: float) -> Sample:
    """Look at the process and at its queues."""
    process = Path(f"/proc/{trial.bot.pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines() if ":" in line)
    query = select(func.count()).select_from(Push).where(Push.state == PushState.QUEUED.value)
    async with trial.db.read() as session:
        waiting = await session.scalar(query.where(Push.not_before <= trial.now)) or 0
    return Sample(
        minute=(time.monotonic() - born) / 60,
        memory=int(status["VmRSS"].split()[0]) / 1024,
        handles=len(list((process / "fd").iterdir())),
        threads=int(status["Threads"]),
        inbox=trial.world.updates.count(),
        outbox=waiting,
    )


async def soak(engine: Sqlite | Postgres, folder: Path, minutes: float, rate: float) -> tuple[list[Sample], Verdict]:
    """Run it; the samples, and whether all promises held."""
    people = 54
    plan = Plan(pause=people * UPDATES_PER_CONVERSATION / rate, notice_pause=2.0)
    async with ground(engine, folder, plan) as trial:
        await trial.start()
        trial.talk()
        born, samples = time.monotonic(), []
        while time.monotonic() - born < minutes * 60:
            await asyncio.sleep(SAMPLE_SECONDS)
            samples.append(await sample(trial, born))
            if len(samples) % 12 == 0:
                last = samples[-1]
                pace = len(trial.updates) / (last.minute * 60)
                print(f"{last.minute:5.1f} min {last.memory:6.1f} MB {last.handles} handles {pace:.1f}/s", flush=True)
        await trial.rest()
        return samples, await trial.verdict()


def findings(samples: list[Sample], verdict: Verdict) -> list[str]:
    """What is not as it must be."""
    warm = samples[int(len(samples) * WARM_UP_SHARE) :]
    found = list(verdict.broken)
    for value, allowed in (("memory", MEGABYTES_PER_HOUR), ("handles", HANDLES_PER_HOUR), ("threads", 2.0)):
        grown, rise = slope(warm, value), getattr(warm[-1], value) - getattr(warm[0], value)
        # A step or two within a short run make a steep line of nothing.
        if grown > allowed and rise > STEPS[value]:
            found.append(f"{value} grows by {grown:.1f} an hour, allowed are {allowed}")
    return found


def report(engine: str, samples: list[Sample], verdict: Verdict, minutes: float) -> str:
    """The figures in Markdown."""
    warm = samples[int(len(samples) * WARM_UP_SHARE) :]
    seconds = samples[-1].minute * 60
    lines = [
        f"`SOAK_MINUTES={minutes:g} make soak` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}, {engine}.",
        "",
        "| | after warm-up | at the end | slope in an hour | allowed |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, value, allowed in (
        ("memory (RSS), MB", "memory", MEGABYTES_PER_HOUR),
        ("open handles", "handles", HANDLES_PER_HOUR),
        ("threads", "threads", 2.0),
    ):
        first, last = getattr(warm[0], value), getattr(warm[-1], value)
        lines.append(f"| {name} | {first:.0f} | {last:.0f} | {slope(warm, value):+.1f} | {allowed:g} |")
    figures = (
        f"{verdict.updates} updates ({verdict.updates / seconds:.1f}/s), {verdict.accepted} reports accepted, "
        f"{verdict.pushes} pushes; {verdict.lost} lost, {verdict.doubled} twice. "
        f"Longest queue: {max(one.inbox for one in samples)} updates, {max(one.outbox for one in samples)} pushes."
    )
    return "\n".join([*lines, "", figures])


def main() -> int:
    """Parse, run, publish."""
    parser = argparse.ArgumentParser(prog="python -m faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("SOAK_MINUTES", "60")))
    parser.add_argument("--rate", type=float, default=float(os.environ.get("SOAK_RATE", "20")))
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--no-docs", action="store_true", help="do not write docs/reliability.md")
    given = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="baton-soak-"))
    root.chmod(0o755)
    be_quiet()
    engines = Engines(root)
    try:
        samples, verdict = asyncio.run(soak(engines[given.engine], root, given.minutes, given.rate))
    finally:
        engines.close()
    text = report(given.engine, samples, verdict, given.minutes)
    print(text)
    if not given.no_docs:
        replace_between("soak", text)
    found = findings(samples, verdict)
    for line in found[:20]:
        sys.stderr.write(f"{line}\n")
    if not found:
        shutil.rmtree(root, ignore_errors=True)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
