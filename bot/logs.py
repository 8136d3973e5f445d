"""Logging: short events with fields, to standard error; standard output belongs to the commands."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Any, TextIO, cast

import structlog

from bot.tracing import add_trace

NOISY = ("httpx", "httpcore", "telegram", "apscheduler", "uvicorn", "aiosqlite", "alembic", "asyncio", "apprise")
HIDDEN = "[hidden]"


class Redacting:
    """A stream that shows no secret, whoever writes: the last line of defence behind code that does not say them."""

    def __init__(self, stream: TextIO, secrets: Sequence[str]) -> None:
        self._stream, self._secrets = stream, secrets

    def write(self, text: str) -> int:
        """Write the text with every secret hidden."""
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, HIDDEN)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def hide(secrets: Sequence[str]) -> None:
    """From now on nothing that goes to standard error shows any of these: log lines, tracebacks, warnings."""
    if secrets:
        sys.stderr = cast("TextIO", Redacting(sys.stderr, secrets))


def _readable() -> structlog.dev.ConsoleRenderer:
    # The default formatter shows the local variables of each frame, secrets and messages among them.
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
    )


def _to_standard_error(*_names: object) -> structlog.PrintLogger:
    return structlog.PrintLogger(sys.stderr)


def set_up_logging(level: str = "info", form: str = "text", *, lasting: bool = True) -> None:
    """Lines for people ("text"), or one JSON document a line ("json"). `lasting`: for the life of a process.

    Libraries speak from WARNING on whatever the level: some log secret addresses.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    as_json = form == "json"
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            add_trace,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            *([structlog.processors.format_exc_info] if as_json else []),
            structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _readable(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr) if lasting else _to_standard_error,
        cache_logger_on_first_use=lasting,
    )
