"""The words for findings: codes and parameters become text and hint, from templates/sheets/problems.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from bot.sheets.records import Finding, Problem

WORDS = Path(__file__).parents[2] / "templates" / "sheets" / "problems.toml"


def render_problem(finding: Finding) -> dict[str, str]:
    """A problem or note as `file`, `sheet`, `cell`, `text`, `hint`."""
    group = "problem" if isinstance(finding, Problem) else "note"
    words = _words()[group][finding.code]
    return {
        "file": finding.file,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "text": words["text"].format_map(finding.params),
        "hint": words["hint"].format_map(finding.params),
    }


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
