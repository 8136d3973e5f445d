"""Pictures for a phone: panels one below the other, drawn from a payload that holds every word.

Payload: {"title", "subtitle", "footer", "panels": [panel, …]}; a panel is one of
{"kind": "bars", "title", "rows": [{"label", "value", "note", "colour"}]} ·
{"kind": "trend", "title", "months": [text], "series": [{"label", "colour", "values": [number or null]}]} ·
{"kind": "stacks", "title", "legend": [{"label", "colour"}], "rows": [{"label", "parts": [number], "note"}]}.
Colours are the names that a scheme may use.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

# Light enough for dark figures on top, dark enough to be told apart on paper.
COLOURS: Mapping[str, str] = {
    "green": "#2e9e5b",
    "blue": "#2f7bd6",
    "yellow": "#e0a800",
    "orange": "#e8751a",
    "red": "#cf2a27",
    "grey": "#9aa0a6",
}
INK, FAINT = "#1f2328", "#6b7280"
WIDTH_INCHES, DPI = 6.0, 180
# Inches: the head, one row of bars, the columns of a trend, a panel's title, and what stands below each kind of panel.
HEAD, ROW, TREND, TITLE = 0.95, 0.36, 1.9, 0.3
BELOW: Mapping[str, float] = {"bars": 0.25, "trend": 0.75, "stacks": 0.55}
LONGEST_LABEL = 10


def _use_chinese_font() -> None:
    """The font that comes with a package of ours (Noto Sans SC, SIL OFL): no system font is needed."""
    package = find_spec("zhplot")
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).parent / "fonts" / "NotoSansSC-Regular.ttf"
    font_manager.fontManager.addfont(str(file))
    mpl.rcParams["font.family"] = font_manager.FontProperties(fname=str(file)).get_name()
    mpl.rcParams["axes.unicode_minus"] = False
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


def draw(payload: Mapping[str, Any]) -> bytes:
    """The PNG of a payload, as wide as a phone shows without loss."""
    _use_chinese_font()
    panels = payload["panels"]
    heights = [_height(panel) for panel in panels]
    whole = HEAD + sum(heights) + 0.4
    figure = plt.figure(figsize=(WIDTH_INCHES, whole), dpi=DPI, facecolor="white")
    figure.text(0.05, 1 - 0.34 / whole, payload["title"], fontsize=15, color=INK, va="center", weight="bold")
    figure.text(0.05, 1 - 0.68 / whole, payload["subtitle"], fontsize=9.5, color=FAINT, va="center")
    top = whole - HEAD
    for panel, height in zip(panels, heights, strict=True):
        left = 0.27 if panel["kind"] != "trend" else 0.09
        below = BELOW[panel["kind"]]
        axes = figure.add_axes((left, (top - height + below) / whole, 0.93 - left, (height - below - TITLE) / whole))
        figure.text(0.05, (top - 0.12) / whole, panel["title"], fontsize=11.5, color=INK, va="center", weight="bold")
        _DRAWN[panel["kind"]](axes, panel)
        top -= height
    figure.text(0.05, 0.16 / whole, payload.get("footer", ""), fontsize=8, color=FAINT, va="center")
    made = io.BytesIO()
    figure.savefig(made, format="png")
    plt.close(figure)
    return made.getvalue()


def _height(panel: Mapping[str, Any]) -> float:
    drawn = TREND if panel["kind"] == "trend" else max(len(panel["rows"]), 1) * ROW
    return drawn + TITLE + BELOW[panel["kind"]]


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def _bare(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), [_short(label) for label in labels], fontsize=9.5, color=INK)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xticks([])
    axes.tick_params(length=0)
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)


def _bars(axes: Axes, panel: Mapping[str, Any]) -> None:
    rows = panel["rows"]
    most = max((row["value"] for row in rows), default=0) or 1
    axes.barh(range(len(rows)), [row["value"] for row in rows], 0.62, color=[COLOURS[row["colour"]] for row in rows])
    for place, row in enumerate(rows):
        axes.text(row["value"] + most * 0.015, place, row["note"], va="center", fontsize=9.5, color=INK)
    axes.set_xlim(0, most * 1.42)
    _bare(axes, [row["label"] for row in rows])


def _stacks(axes: Axes, panel: Mapping[str, Any]) -> None:
    rows, legend = panel["rows"], panel["legend"]
    most = max((sum(row["parts"]) for row in rows), default=0) or 1
    start = [0.0] * len(rows)
    for place, entry in enumerate(legend):
        parts = [row["parts"][place] for row in rows]
        axes.barh(range(len(rows)), parts, 0.62, left=start, color=COLOURS[entry["colour"]], label=entry["label"])
        for at, part in enumerate(parts):
            if part >= most * 0.06:
                axes.text(start[at] + part / 2, at, f"{part:g}", va="center", ha="center", fontsize=8, color="white")
        start = [left + part for left, part in zip(start, parts, strict=True)]
    for at, row in enumerate(rows):
        axes.text(start[at] + most * 0.015, at, row["note"], va="center", fontsize=8.5, color=INK)
    axes.set_xlim(0, most * 1.42)
    _bare(axes, [row["label"] for row in rows])
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(0, 0),
        ncols=len(legend),
        frameon=False,
        fontsize=8,
        borderpad=0,
        borderaxespad=0.3,
        handlelength=1.0,
        columnspacing=1.0,
    )


def _trend(axes: Axes, panel: Mapping[str, Any]) -> None:
    months, series = panel["months"], panel["series"]
    width = 0.8 / max(len(series), 1)
    for place, one in enumerate(series):
        at = [month - 0.4 + width * (place + 0.5) for month in range(len(months))]
        values = [value or 0 for value in one["values"]]
        axes.bar(at, values, width * 0.92, color=COLOURS[one["colour"]], label=one["label"])
        for x, value in zip(at, one["values"], strict=True):
            if value is not None:
                axes.text(x, value, f"{value:g}", ha="center", va="bottom", fontsize=8, color=INK)
    axes.set_xticks(range(len(months)), months, fontsize=9.5, color=INK)
    axes.set_ylim(0, (max((value or 0 for one in series for value in one["values"]), default=1) or 1) * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.tick_params(length=0, labelsize=8.5, colors=FAINT)
    axes.grid(axis="y", color="#e5e7eb", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(0, -0.12),
        ncols=len(series),
        frameon=False,
        fontsize=8,
        handlelength=1.0,
        columnspacing=1.0,
        borderpad=0,
    )


_DRAWN = {"bars": _bars, "stacks": _stacks, "trend": _trend}
