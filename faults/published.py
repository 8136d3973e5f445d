"""The table of the suite: on the screen, and between its marks in docs/reliability.md."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from faults.verdict import Verdict

DOCUMENT = Path(__file__).parents[1] / "docs" / "reliability.md"
HEAD = (
    "| what was done | engine | intake | faults | updates | reports accepted | pushes (red) | lost | twice | uncertain "
    "| marked 补发 | answers again | recovery median / longest |\n"
    "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@dataclass(frozen=True)
class Row:
    """The outcome of one scenario on one engine in one mode. Times in seconds."""

    scenario: str
    meaning: str
    engine: str
    mode: str
    faults: int
    median: float | None
    longest: float | None
    verdict: Verdict
    seconds: float

    def line(self) -> str:
        """The row in Markdown."""
        found = self.verdict
        recovery = f"{self.median:.1f} / {self.longest:.1f} s" if self.median is not None else "–"
        cells = (
            self.meaning,
            "PostgreSQL" if self.engine == "postgresql" else "SQLite",
            self.mode,
            self.faults,
            found.updates,
            found.accepted,
            f"{found.pushes} ({found.red})",
            found.lost,
            found.doubled,
            found.uncertain,
            found.marked_repeats,
            found.repeated_answers,
            recovery,
        )
        mark = " **broken**" if found.broken else ""
        return "| " + " | ".join(str(cell) for cell in cells) + f" |{mark}"


def table(rows: list[Row]) -> str:
    """The whole table and its sum."""
    total = (
        f"{sum(row.faults for row in rows)} faults, {sum(row.verdict.updates for row in rows)} updates, "
        f"{sum(row.verdict.accepted for row in rows)} reports accepted, "
        f"{sum(row.verdict.pushes for row in rows)} pushes: "
        f"{sum(row.verdict.lost for row in rows)} lost, {sum(row.verdict.doubled for row in rows)} twice."
    )
    return "\n".join([HEAD, *(row.line() for row in rows), "", total])


def keep_row(path: Path, row: Row) -> None:
    """Add the row to a file; one of the same scenario, engine and mode goes."""
    mine = (row.scenario, row.engine, row.mode)
    others = [one for one in read_rows(path) if (one.scenario, one.engine, one.mode) != mine]
    path.write_text(json.dumps([asdict(one) for one in (*others, row)], ensure_ascii=False), encoding="utf-8")


def read_rows(path: Path) -> list[Row]:
    """The rows of such a file, none where there is no file."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [Row(**{**one, "verdict": Verdict(**one["verdict"])}) for one in kept]


def machine() -> str:
    """What it ran on, in a line."""
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{os.cpu_count()} × {model}, {platform.system()} {platform.machine()}, Python {python}"


def replace_between(name: str, text: str) -> None:
    """Put the text between the marks of that name in the document. Raises ValueError without them."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    document = DOCUMENT.read_text(encoding="utf-8")
    if start not in document or end not in document:
        raise ValueError(f"{DOCUMENT.name} has no marks {start} … {end}")
    head, _, rest = document.partition(start)
    _, _, tail = rest.partition(end)
    DOCUMENT.write_text(f"{head}{start}\n{text}\n{end}{tail}", encoding="utf-8")


def publish(rows: list[Row]) -> None:
    """Write the table with date, machine and command."""
    minutes = sum(row.seconds for row in rows) / 60
    note = f"`make faults` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {minutes:.0f} minutes, {machine()}."
    replace_between("faults", f"{note}\n\n{table(rows)}")
