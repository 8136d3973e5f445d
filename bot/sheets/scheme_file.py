"""The scheme file: TOML as the office writes it -> `Scheme`, or every problem with its key, line and reason code.

The sentences for the codes are in templates/sheets/scheme_problems.toml. Numbers are read as exact decimals.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.domain.scheme import Scheme
from bot.sheets.scheme_checks import Finding, check
from bot.sheets.scheme_models import SchemeModel

# pydantic's word for an error -> ours. What is missing here is "wrong_value".
_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "enum": "not_one_of",
    "literal_error": "not_one_of",
    "month_day": "not_a_month_day",
    "string_too_short": "empty",
    "too_short": "empty",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
}
_KINDS = {"time": "not_a_time", "date": "not_a_date", "decimal": "not_a_number", "int": "not_a_number"}


@dataclass(frozen=True, slots=True)
class SchemeProblem:
    """One thing wrong with a scheme file. `key`: as in "ladder.serious[0].q_below"; `line` from 1, None if unknown."""

    source: str
    key: str
    line: int | None
    code: str
    params: tuple[tuple[str, str], ...] = ()


def load_scheme(text: str, source: str) -> Scheme | list[SchemeProblem]:
    """The scheme of the file's text; else all its problems. `source` names the file in the problems."""
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        return [_syntax_problem(error, source)]
    try:
        model = SchemeModel.model_validate(raw)
    except ValidationError as error:
        findings = [_finding(details) for details in error.errors(include_url=False)]
    else:
        findings = list(check(model))
        if not findings:
            return model.to_scheme()
    lines = _lines_by_key(text)
    return [
        SchemeProblem(source, finding.key, _line_of(finding.key, lines), finding.code, finding.params)
        for finding in findings
    ]


def _syntax_problem(error: tomllib.TOMLDecodeError, source: str) -> SchemeProblem:
    where = re.search(r"at line (\d+)", str(error))
    return SchemeProblem(source, "", int(where[1]) if where else None, "not_toml", (("detail", str(error)),))


def _finding(details: ErrorDetails) -> Finding:
    kind = details["type"]
    code = _CODES.get(kind) or next((ours for prefix, ours in _KINDS.items() if kind.startswith(prefix)), "wrong_value")
    context = details.get("ctx") or {}
    limits = {name: str(context[name]) for name in ("expected", "gt", "ge", "lt", "le") if name in context}
    limit = " ".join(f"{_SIGNS.get(name, '')}{value}" for name, value in limits.items())
    given = "" if kind == "missing" else str(details["input"])[:80]
    return Finding(_key(details["loc"]), code, (("given", given), ("limit", limit.replace("'", ""))))


_SIGNS = {"gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ "}


def _key(location: tuple[int | str, ...]) -> str:
    key = ""
    for part in location:
        if isinstance(part, int):
            key += f"[{part}]"
        elif part != "[key]":
            key += f".{part}" if key else part
    return key


def _lines_by_key(text: str) -> dict[str, int]:
    """The line of each key and table. Good enough for files laid out as usual; only used to point at a line."""
    lines: dict[str, int] = {}
    table, counts = "", dict[str, int]()
    for number, line in enumerate(text.splitlines(), start=1):
        if array := re.match(r"\s*\[\[\s*([\w.\-]+)\s*\]\]", line):
            index = counts.get(array[1], 0)
            counts[array[1]] = index + 1
            table = f"{array[1]}[{index}]"
            lines.setdefault(array[1], number)
            lines[table] = number
        elif header := re.match(r"\s*\[\s*([\w.\-]+)\s*\]", line):
            table = header[1]
            lines[table] = number
        elif entry := re.match(r"\s*([\w\-]+)\s*=", line):
            lines[f"{table}.{entry[1]}" if table else entry[1]] = number
    return lines


def _line_of(key: str, lines: dict[str, int]) -> int | None:
    """The line of the key, or of the nearest table around it."""
    return next((lines[outer] for outer in _outwards(key) if outer in lines), None)


def _outwards(key: str) -> Iterator[str]:
    while key:
        yield key
        cut = max(key.rfind("."), key.rfind("["))
        key = key[:cut] if cut > 0 else ""
