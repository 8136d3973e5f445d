"""`python -m faults`: run the scenarios, write the table into docs/reliability.md; exit 1 when a promise broke."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from faults.engines import Engines, be_quiet
from faults.ground import ground
from faults.published import Row, keep_row, publish, read_rows, table
from faults.scenarios import SCENARIOS, Dose, Scenario
from faults.verdict import Verdict

DISK_MEGABYTES = 24


@dataclass(frozen=True)
class Job:
    """One row to be: a scenario on an engine in a mode."""

    scenario: Scenario
    engine: str
    mode: str


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A disk of a few megabytes; None where this machine does not let us mount one."""
    disk = folder / "small"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield disk if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(disk)], check=False)


async def run(job: Job, engines: Engines, folder: Path, dose: Dose, disk: Path | None) -> Row:
    """Hurt a fresh ground and judge it."""
    plan = dataclasses.replace(job.scenario.plan, mode=job.mode, disk=disk)
    started = time.monotonic()
    async with ground(engines[job.engine], folder, plan) as made:
        failure = None
        try:
            await job.scenario.hurt(made, dose)
        except (TimeoutError, LookupError, RuntimeError) as error:
            failure = f"broke off: {type(error).__name__}: {str(error)[-300:]}"
        await made.rest()
        verdict = await made.verdict()
        if failure:
            verdict.broken.append(failure)
        return row_of(job, verdict, made.faults, made.recoveries, time.monotonic() - started)


def row_of(job: Job, verdict: Verdict, faults: int, recoveries: list[float], seconds: float) -> Row:
    """The row of the table."""
    return Row(
        scenario=job.scenario.name,
        meaning=job.scenario.meaning,
        engine=job.engine,
        mode=job.mode,
        faults=faults,
        median=statistics.median(recoveries) if recoveries else None,
        longest=max(recoveries, default=None),
        verdict=verdict,
        seconds=seconds,
    )


def run_one(job: Job, engines: Engines, root: Path, dose: Dose) -> Row | None:
    """A row, or None where this machine cannot run the scenario. The folder of a broken one is kept."""
    folder = root / f"{job.scenario.name}-{job.engine}-{job.mode}"
    folder.mkdir()
    engines[job.engine]
    with small_disk(folder) if job.scenario.small_disk else contextlib.nullcontext(None) as disk:
        if job.scenario.small_disk and disk is None:
            sys.stderr.write(f"{job.scenario.name}: skipped, no small disk can be mounted here\n")
            return None
        row = asyncio.run(run(job, engines, folder, dose, disk))
    if not row.verdict.broken:
        shutil.rmtree(folder, ignore_errors=True)
    return row


def main() -> int:
    """Parse, run, publish."""
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", help=", ".join(one.name for one in SCENARIOS))
    parser.add_argument("--engine", choices=("sqlite", "postgresql"))
    parser.add_argument("--mode", choices=("polling", "webhook"))
    parser.add_argument("--kills", type=int, default=50, help="random kills for each engine and mode")
    parser.add_argument("--quick", action="store_true", help="one round of everything, ten kills; publishes nothing")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--rows", type=Path, help="keep the rows in this file, beside those of earlier runs in it")
    parser.add_argument("--publish", type=Path, help="run nothing: write the rows of that file into the document")
    parser.add_argument("--no-docs", action="store_true", help="do not write docs/reliability.md")
    given = parser.parse_args()
    if given.publish:
        publish(read_rows(given.publish))
        return 0
    dose = Dose(10, 1) if given.quick else Dose(given.kills, given.rounds)
    jobs = [
        Job(scenario, engine, mode)
        for scenario in SCENARIOS
        if not given.only or scenario.name in given.only
        for engine, mode in scenario.grounds
        if given.engine in (None, engine) and given.mode in (None, mode)
    ]
    if not jobs:
        parser.error("nothing of that name")
    root = Path(tempfile.mkdtemp(prefix="baton-faults-"))
    root.chmod(0o755)
    be_quiet()
    engines = Engines(root)
    rows: list[Row] = []
    try:
        for job in jobs:
            print(f"{job.scenario.name} · {job.engine} · {job.mode} …", flush=True)
            if (row := run_one(job, engines, root, dose)) is not None:
                rows.append(row)
                if given.rows:
                    keep_row(given.rows, row)
                print(row.line(), flush=True)
                for line in row.verdict.broken[:20]:
                    print(f"  {line}", flush=True)
    finally:
        engines.close()
    print(table(rows))
    broken = [row for row in rows if row.verdict.broken]
    if not (given.only or given.quick or given.engine or given.mode or given.no_docs):
        publish(rows)
    if broken:
        print(f"{len(broken)} rows broke a promise; their logs are in {root}")
        return 1
    shutil.rmtree(root, ignore_errors=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
