"""The result as a table, and the table and the curves in docs/."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
Record = dict[str, Any]


def _questions(one: Record) -> list[tuple[str, str, str, bool]]:
    ptb, aiogram, baton = one["ptb"], one["aiogram"], one["baton"]
    slow = ", ".join(f"{name} {one[name]['slow_rate']:.0f}/s" for name in ("baton", "aiogram", "ptb"))
    return [
        (
            "CPU per answered question, against the default python-telegram-bot echo",
            f"{one['cpu_ratio']:.2f} × ({baton['cpu']:.2f} ms, echo {ptb['cpu']:.2f} ms)",
            "≤ 1.0 ×",
            one["cpu_ratio"] <= 1.0,
        ),
        (
            "questions/s in a flood, against the aiogram echo",
            f"{one['rate_ratio']:.2f} × ({baton['rate']:.0f}/s, echo {aiogram['rate']:.0f}/s; ptb {ptb['rate']:.0f}/s)",
            "≥ 1.0 ×",
            one["rate_ratio"] >= 1.0,
        ),
        (
            "the same with 50 ms of API latency",
            f"{one['slow_ratio']:.2f} × ({slow})",
            "≥ 1.0 ×",
            one["slow_ratio"] >= 1.0,
        ),
    ]


def _reports(one: Record) -> list[tuple[str, str, str, bool]]:
    each = f"{one['cpu']:.2f} ms for both messages, echo {one['echo']:.2f} ms"
    return [
        ("CPU per confirmed report (value and 确认: two messages), against one echo", f"{one['ratio']:.2f} × ({each})",
         "≤ 3 ×", one["ratio"] <= 3.0),
        ("the same per message", f"{one['ratio'] / 2:.2f} ×", "", True),
    ]  # fmt: skip


def _paced(one: Record) -> list[tuple[str, str, str, bool]]:
    shown = f"{one['p99']:.1f} ms (median {one['p50']:.1f} ms)"
    return [("p99 added at 200 questions/s, 50 ms API latency", shown, "≤ 25 ms", one["p99"] <= 25)]


def _fanout(one: Record) -> list[tuple[str, str, str, bool]]:
    shown = f"{one['share']:.1%} of the ideal ({one['took']:.1f} s for {one['count']}), {one['refused']} × 429"
    return [("fan-out to 1,000 chats at 30/s", shown, "≥ 98 %, 0 × 429", one["share"] >= 0.98 and one["refused"] == 0)]


def _urgent(one: Record) -> list[tuple[str, str, str, bool]]:
    shown = f"p99 {one['p99']:.2f} s, median {one['p50']:.2f} s ({one['sent']} of {one['count']} sent)"
    good = one["p99"] <= 2.0 and one["sent"] == one["count"]
    return [("严重 while 3,000 routine pushes wait: commit to wire", shown, "p99 ≤ 2 s", good)]


def _startup(one: Record) -> list[tuple[str, str, str, bool]]:
    return [
        (f"start to first poll, {one['rows']:,} rows", f"{one['seconds']:.2f} s", "≤ 1.0 s", one["seconds"] <= 1.0),
        ("memory then", f"{one['memory']:.0f} MB", "≤ 120 MB", one["memory"] <= 120),
    ]


def _flatness(one: Record) -> list[tuple[str, str, str, bool]]:
    curve = one["curve"]
    shown = ", ".join(f"{point['indicators']:,}: {point['p50']:.1f} ms" for point in curve)
    return [("question latency as indicators grow", f"{one['ratio']:.2f} × ({shown})", "≤ 1.3 ×", one["ratio"] <= 1.3)]


def _evaluation(one: Record) -> list[tuple[str, str, str, bool]]:
    last = one["curve"][-1]
    shown = ", ".join(f"{point['indicators']:,}: {point['first_cpu']:.2f} s" for point in one["curve"])
    memory = f"{last['peak_mb'] - last['before_mb']:.0f} MB more than before"
    waited = f"{last['first_wall']:.1f} s by the clock"
    label = "CPU for evaluating and storing all indicators of a month"
    return [(label, f"{shown} ({waited}); {memory}", "100,000 in ≤ 10 s", last["first_cpu"] <= 10)]


ROWS = {
    "questions": _questions,
    "reports": _reports,
    "paced": _paced,
    "fanout": _fanout,
    "urgent": _urgent,
    "startup": _startup,
    "flatness": _flatness,
    "evaluation": _evaluation,
}


def table(found: dict[str, Record]) -> str:
    """A Markdown table of what was measured."""
    lines = ["| measure | result | bar | |", "| --- | --- | --- | --- |"]
    for name, one in found.items():
        for measure, result, bar, good in ROWS[name](one):
            lines.append(f"| {measure} | {result} | {bar} | {'' if not bar else 'yes' if good else '**no**'} |")
    return "\n".join(lines)


def _machine() -> str:
    told = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    cpu = told[0].partition(":")[2].strip() if told else platform.processor()
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite"


def publish(found: dict[str, Record]) -> None:
    """Write the table between its marks, and the curves."""
    when = time.strftime("%Y-%m-%d")
    load = "/".join(f"{one:.1f}" for one in os.getloadavg())
    said = f"Measured on {when} with `make bench` ({_machine()}; load average {load} at the end).\n\n{table(found)}"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{said}\n\n{END}{after}", encoding="utf-8")
    if "flatness" in found:
        points = [(point["indicators"], point["p50"]) for point in found["flatness"]["curve"]]
        _curve("latency-by-indicators", ("Latency of a question", "ms"), points)
    if "evaluation" in found:
        points = [(point["indicators"], point["first_cpu"]) for point in found["evaluation"]["curve"]]
        _curve(
            "evaluation-by-indicators", ("Evaluating and storing all indicators", "seconds of CPU"), points, linear=True
        )


def _curve(name: str, said: tuple[str, str], points: list[tuple[float, float]], *, linear: bool = False) -> None:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = name
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 3.2))
    axes.plot([x for x, _ in points], [y for _, y in points], marker="o")
    axes.set_xscale("log")
    if linear:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.set_xlabel("indicators")
    axes.set_ylabel(said[1])
    axes.set_title(said[0])
    axes.grid(visible=True, alpha=0.3)
    figure.tight_layout()
    (DOCS / "images").mkdir(exist_ok=True)
    figure.savefig(DOCS / "images" / f"{name}.svg", metadata={"Date": None})
