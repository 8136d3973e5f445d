"""Logging: short events with fields, to standard error; standard output belongs to the commands."""

from __future__ import annotations

import logging
import sys

import structlog

NOISY = ("httpx", "httpcore", "telegram", "apscheduler", "uvicorn", "aiosqlite", "alembic", "asyncio")


def _for_a_terminal() -> structlog.dev.ConsoleRenderer:
    # The default formatter shows the local variables of each frame, secrets and messages among them.
    return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)


def set_up_logging(level: int = logging.INFO) -> None:
    """Readable lines on a terminal, JSON elsewhere. Libraries speak from WARNING on: some log secret addresses."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            *([] if terminal else [structlog.processors.format_exc_info]),
            _for_a_terminal() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
