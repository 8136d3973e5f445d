"""Opens what a command works on: settings, clock, database at the right revision; and closes it again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import typer

from bot.clock import clock_for
from bot.config import Settings, read_settings
from bot.console.explaining import Explained
from bot.db.engine import Database
from bot.db.migrate import current_revision, head_revision, known_revisions, migrate
from bot.logs import set_up_logging
from bot.presenters.words import label, set_zone
from bot.services.year import set_office_zone
from bot.tracing import trace_of_moment, tracing


@dataclass(frozen=True)
class Desk:
    """What a command works on. `now` was read once, when the command began."""

    settings: Settings
    db: Database
    now: datetime


def at_desk(work: Callable[[Desk], Awaitable[int]], *, upgrade: bool = True) -> None:
    """Do the work on the database of the settings and exit with its status.

    With `upgrade` a database without tables gets them first, and one of another revision is refused.
    """
    raise typer.Exit(asyncio.run(_open_and_work(work, upgrade)))


async def _open_and_work(work: Callable[[Desk], Awaitable[int]], upgrade: bool) -> int:
    settings = read_settings()
    # Standard output belongs to what the command says.
    set_up_logging("warning", settings.log_format, lasting=False)
    set_zone(settings.zone)
    set_office_zone(settings.zone)
    db = open_database(settings)
    try:
        if upgrade:
            await be_current(db)
        now = clock_for(settings.clock).now()
        with tracing(trace_of_moment("c", now)):
            return await work(Desk(settings, db, now))
    finally:
        await db.close()


def open_database(settings: Settings) -> Database:
    """The database of the settings. Raises Explained for an address that is none."""
    try:
        return Database(settings.database_url.get_secret_value())
    except ValueError as error:
        raise Explained(label("console.bad_database_url")) from error


async def be_current(db: Database) -> None:
    """Give an empty database its tables. Raises Explained for one of an older or unknown revision."""
    revision = await current_revision(db)
    if revision is None:
        await migrate(db)
    elif revision != head_revision():
        key = "console.needs_upgrade" if revision in known_revisions() else "console.too_new"
        raise Explained(label(key, revision=revision))
