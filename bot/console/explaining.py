"""What cannot be done is explained in one sentence on standard error; with --json also as the one document."""

from __future__ import annotations

import sys
from errno import errorcode
from typing import Any

import orjson
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import ArgumentError

from bot.db.health import UNREACHABLE, reason_of
from bot.domain.errors import BatonError, Conflict, InvalidInput, NotAllowed, NotFound
from bot.presenters.words import label, words_under

WIDTH_OF_A_PIPE = 200
EXPLAINED = (BatonError, ValidationError, *UNREACHABLE, ArgumentError, OSError)


def screen(*, error: bool = False) -> Console:
    """Standard output or error; a pipe gets wide lines, since nobody sees its edge."""
    stream = sys.stderr if error else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else WIDTH_OF_A_PIPE, highlight=False, soft_wrap=False)


def say(text: str, *, error: bool = False) -> None:
    """One line of words, whatever it holds."""
    screen(error=error).print(text, markup=False, soft_wrap=True)


def emit(document: object) -> None:
    """The one JSON document on standard output."""
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


class Explained(BatonError):
    """A sentence that is ready to be shown."""


def explain(error: BaseException) -> int:
    """Say what is wrong; the exit status."""
    sentences = sentences_for(error)
    for line in sentences:
        say(line, error=True)
    if "--json" in sys.argv:
        emit({"ok": False, "error": sentences})
    return 1


def sentences_for(error: BaseException) -> list[str]:
    """The words for an error that can be explained."""
    if isinstance(error, Explained):
        return [str(error)]
    if isinstance(error, ValidationError):
        found = [label("console.unexpected_setting", name=name, reason=why) for name, why in setting_errors(error)]
        return [*found, label("console.settings_hint")]
    if isinstance(error, UNREACHABLE):
        return [label("console.no_database", reason=reason_of(error))]
    if isinstance(error, ArgumentError):
        return [label("console.bad_database_url")]
    if isinstance(error, BatonError):
        return _baton_sentences(error)
    if isinstance(error, OSError) and error.strerror:
        return [label("console.failed", reason=f"{os_reason(error)} {error.filename or ''}".strip())]
    return [label("console.failed", reason=str(error))]


def os_reason(error: OSError) -> str:
    """Why the system refused, in the office's words where there are any."""
    known = words_under("console.os")
    return known.get(errorcode.get(error.errno or 0, ""), error.strerror or type(error).__name__)


def setting_errors(error: ValidationError) -> list[tuple[str, str]]:
    """Which settings are wrong, and why; never their values, which may be secrets."""
    known = words_under("console.setting")
    found = []
    for item in error.errors(include_input=False, include_url=False, include_context=False):
        # What concerns no single setting is the one rule between two of them.
        field = str(item["loc"][0]) if item["loc"] else "rehearsal"
        name = "BATON_CLOCK" if field == "rehearsal" else f"BATON_{field}".upper()
        found.append((name, known.get(field, item["msg"].removeprefix("Value error, "))))
    return found


def _baton_sentences(error: BatonError) -> list[str]:
    params: dict[str, Any] = dict(error.params)
    code = params.pop("code", None)
    if code and isinstance(error, NotFound | Conflict):
        candidates = params.pop("candidates", ())
        return [label(f"console.who.{code}", **params), *(f"  {item}" for item in candidates)]
    if isinstance(error, InvalidInput):
        return [label(error.code, **params)]
    if isinstance(error, NotAllowed):
        return [label("console.not_allowed")]
    if isinstance(error, NotFound):
        return [label("console.not_found", what=str(error))]
    return [label("console.failed", reason=str(error))]
