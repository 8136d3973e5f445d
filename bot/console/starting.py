"""Starts the bot as quickly as it can be: what it does not need to run is not loaded."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
from collections.abc import Callable, Iterable, Iterator

# What libraries load if they find it, and what nobody here uses: structlog's colourful tracebacks, httpx as a command,
# the job queue of python-telegram-bot. Together a fifth of the start.
NOT_NEEDED = ("rich", "httpx._main", "apscheduler")


class UnknownRole(ValueError):
    """Not a role that a process can have."""


@contextlib.contextmanager
def _without(names: Iterable[str]) -> Iterator[None]:
    """Whoever is loaded meanwhile finds these modules missing, and does without."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules |= dict.fromkeys(hidden)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop, which halves the cost of the network; None where the platform has none: Python's own does as well."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def run_bot(only: str) -> int:
    """Run the bot with these roles, comma between them, until it is told to stop; the exit status.

    Raises UnknownRole, pydantic.ValidationError for a bad setting, and what bot.app raises when it cannot run.
    """
    # Nothing of what is loaded now will ever be thrown away: looking for waste in it costs a tenth of the start.
    gc.disable()
    with _without(NOT_NEEDED):
        from bot.app import ROLES, Baton, TokenRefused
        from bot.config import read_settings
        from bot.db.engine import UnknownDatabase
        from bot.logs import hide, set_up_logging
        from bot.presenters.words import label

    roles = tuple(name.strip() for name in only.split(",") if name.strip())
    if not roles or set(roles) - set(ROLES):
        raise UnknownRole(", ".join(ROLES))
    settings = read_settings()
    hide(settings.secrets)
    set_up_logging(settings.log_level, settings.log_format)
    if settings.bot_token is None:
        sys.stderr.write(label("rehearsal.no_token") + "\n")
        return 1
    if settings.mode == "webhook" and not (settings.public_url and settings.webhook_secret):
        sys.stderr.write(label("rehearsal.no_webhook") + "\n")
        return 1
    try:
        baton = Baton(settings, roles)
    except UnknownDatabase:
        sys.stderr.write(label("console.bad_database_url") + "\n")
        return 1
    gc.freeze()
    gc.enable()
    try:
        with asyncio.Runner(loop_factory=_quick_loop()) as runner:
            runner.run(baton.run())
    except TokenRefused:
        sys.stderr.write(label("console.token_refused") + "\n")
        return 1
    return 0
