"""The words for problems of a scheme file, from templates/sheets/scheme_problems.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from bot.sheets.scheme_file import SchemeProblem

WORDS = Path(__file__).parents[2] / "templates" / "sheets" / "scheme_problems.toml"


def problem_words(problem: SchemeProblem) -> str:
    """The sentence for a problem of a scheme file."""
    return str(_words()[problem.code]).format_map(dict(problem.params))


@cache
def _words() -> dict[str, str]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
