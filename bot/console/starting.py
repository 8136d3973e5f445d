"""Starts the bot as quickly as it can be: what it does not need to run is not loaded."""

from __future__ import annotations

import asyncio
import gc
import sys

if "rich" not in sys.modules:
    # structlog loads it, and pygments with it, for colourful tracebacks that nobody gets to see here.
    sys.modules["rich"] = None  # type: ignore[assignment]
    import structlog  # noqa: F401

    del sys.modules["rich"]

from bot.config import read_settings
from bot.logs import set_up_logging
from bot.presenters.words import label


class UnknownRole(ValueError):
    """Not a role that a process can have."""


def run_bot(only: str) -> int:
    """Run the bot with these roles, comma between them, until it is told to stop; the exit status.

    Raises UnknownRole, pydantic.ValidationError for a bad setting, and what bot.app raises when it cannot run.
    """
    # Nothing of what is loaded now will ever be thrown away: looking for waste in it costs a tenth of the start.
    gc.disable()
    from bot.app import ROLES, Baton

    set_up_logging()
    roles = tuple(name.strip() for name in only.split(",") if name.strip())
    if not roles or set(roles) - set(ROLES):
        raise UnknownRole(", ".join(ROLES))
    settings = read_settings()
    if settings.bot_token is None:
        sys.stderr.write(label("rehearsal.no_token") + "\n")
        return 1
    if settings.mode == "webhook" and not (settings.public_url and settings.webhook_secret):
        sys.stderr.write(label("rehearsal.no_webhook") + "\n")
        return 1
    baton = Baton(settings, roles)
    gc.freeze()
    gc.enable()
    asyncio.run(baton.run())
    return 0
