"""Renders the words of templates/. Every word that a user reads comes through here; nothing is decided here."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import DictLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parents[2] / "templates"
# Telegram's limit for a message, counted after entities parsing; we count the visible text.
MESSAGE_LIMIT = 4096
BAR_CELLS = 10
_zone = ZoneInfo("Asia/Shanghai")


def set_zone(zone: ZoneInfo) -> None:
    """The office's time zone for every date shown; set once by the composition root."""
    global _zone
    _zone = zone


def plain_number(value: Decimal | int | None, places: int | None = None) -> str:
    """`1234.50` -> `1,234.5`; rounded half up to `places` when given."""
    if value is None:
        return "—"
    exact = Decimal(value)
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{exact:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed_number(value: Decimal | int, places: int = 2) -> str:
    """Rounded half up, always with `places` digits: `50` -> `50.00`."""
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"


def signed_number(value: Decimal, places: int | None = None) -> str:
    """With its sign: `+3.2`, `-0.5`, `0`."""
    return f"+{plain_number(value, places)}" if value > 0 else plain_number(value, places)


def bar(points: Decimal | int | None) -> str:
    """Ten cells that show `points` of 100 as text; clamped."""
    share = min(max(Decimal(points or 0), Decimal(0)), Decimal(100)) / 100
    full = int((share * BAR_CELLS).to_integral_value(ROUND_HALF_UP))
    return "▓" * full + "░" * (BAR_CELLS - full)


def _local(value: datetime) -> datetime:
    return value.astimezone(_zone)


def month_day(value: date | datetime) -> str:
    """`11月20日` through the word list."""
    day = _local(value) if isinstance(value, datetime) else value
    return label("format.month_day", month=day.month, day=day.day)


def full_date(value: date | datetime) -> str:
    """`2026年11月20日` through the word list."""
    day = _local(value) if isinstance(value, datetime) else value
    return label("format.full_date", year=day.year, month=day.month, day=day.day)


def moment(value: datetime) -> str:
    """`11月20日 08:30` in the office's time zone."""
    return f"{month_day(value)} {_local(value):%H:%M}"


def month_words(period: str) -> str:
    """`2026-11` -> `11月`."""
    return label("format.month", month=int(period[5:7]))


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    files = sorted((TEMPLATES / "words").glob("*.toml"))
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


def label(key: str, **values: object) -> str:
    """A short text by its dotted key: `report.confirm` is `confirm` in templates/words/report.toml.

    Raises KeyError for a key that is not there.
    """
    text = _texts()[key]
    return text.format(**values) if values else text


@lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    """Every short text by its dotted key."""
    return dict(_flat("", _words()))


def _flat(above: str, table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, found in table.items():
        if isinstance(found, dict):
            yield from _flat(f"{above}{name}.", found)
        else:
            yield f"{above}{name}", str(found)


def words_under(key: str) -> dict[str, str]:
    """All short texts of one table of templates/words/."""
    found: Any = _words()
    for part in key.split("."):
        found = found[part]
    return {str(name): str(text) for name, text in found.items()}


def _nl2br_free(text: object) -> Markup:
    """User text inside a message: escaped, and kept to the line it stands on."""
    return Markup(str(escape(" ".join(str(text).split()))))


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one Jinja environment: strict about missing names, escaping by default, compiled once."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
        cache_size=-1,
    )
    jinja.filters.update(
        number=plain_number,
        fixed=fixed_number,
        signed=signed_number,
        bar=bar,
        month_day=month_day,
        full_date=full_date,
        moment=moment,
        month=month_words,
        oneline=_nl2br_free,
    )
    jinja.globals["label"] = label
    return jinja


def load_everything() -> None:
    """Read all words and all templates now; a template is compiled when it is first used.

    For a process that runs on: files that an upgrade puts in place meanwhile must not mix with those read before.
    """
    _texts()
    jinja = environment()
    names = (file.relative_to(TEMPLATES).as_posix() for file in TEMPLATES.rglob("*.j2"))
    jinja.loader = DictLoader({name: (TEMPLATES / name).read_text(encoding="utf-8") for name in names})


def render(name: str, **context: object) -> str:
    """The template `name` (without `.html.j2`) as text; blank lines collapse to one, ends are trimmed.

    Raises jinja2.UndefinedError when the template names something that the context lacks.
    """
    text = environment().get_template(f"{name}.html.j2").render(**context)
    lines: list[str] = []
    for line in text.splitlines():
        stripped = line.rstrip()
        if stripped or (lines and lines[-1]):
            lines.append(stripped)
    return "\n".join(lines).strip()
