"""One id from the trigger to its last consequence: it stands in every log line and in every push that it caused.

"u871" is the update 871, "s20261123T003000" the sweep of that moment, "c…" a command of the console, "r…" a run of
the bot for what it does by itself, "p12" what a push without an id of its own led to.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from typing import Any

_current: ContextVar[str | None] = ContextVar("baton_trace", default=None)


class tracing:  # noqa: N801 - used like a function; as a class it costs a third of a generator on every update
    """All that happens in the block, tasks started in it included, carries this id."""

    __slots__ = ("_token", "_trace")

    def __init__(self, trace: str) -> None:
        self._trace = trace

    def __enter__(self) -> None:
        self._token: Token[str | None] = _current.set(self._trace)

    def __exit__(self, *_error: object) -> None:
        _current.reset(self._token)


def current_trace() -> str | None:
    """The id of what is going on; None outside of any trigger."""
    return _current.get()


def trace_of_update(update_id: int) -> str:
    """The id of all that an update causes."""
    return f"u{update_id}"


def trace_of_moment(letter: str, now: datetime) -> str:
    """The id of all that a sweep ("s") or a command ("c") of this moment causes."""
    return f"{letter}{now.astimezone(UTC):%Y%m%dT%H%M%S}"


def add_trace(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """For the log: the id of what is going on, unless the line brings its own."""
    if (trace := _current.get()) is not None:
        event.setdefault("trace", trace)
    return event
