"""Checks an installation: settings, database, calendar, scheme, people. Each finding says what to do."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.config import Settings
from bot.db import health
from bot.db.engine import Database
from bot.db.migrate import current_revision, head_revision
from bot.domain.checkup import Finding
from bot.domain.errors import NotFound
from bot.holidays import china
from bot.presenters.checkup import finding
from bot.services.checking_rows import check_database
from bot.services.year import year_at

TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
# From this month on the plan of the coming year's holidays is awaited.
NEXT_YEAR_FROM_MONTH = 12


def check_settings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """What the settings alone show."""
    if settings.bot_token is None:
        yield finding("check", "E002")
    elif not TOKEN.fullmatch(settings.bot_token.get_secret_value()):
        yield finding("check", "E003")
    if settings.mode == "webhook":
        yield from _check_webhook(settings)
    if not _writable(settings.data_dir):
        yield finding("check", "E008", path=settings.data_dir)
    today = now.astimezone(settings.zone).date()
    wanted = [today.year, today.year + 1] if today.month >= NEXT_YEAR_FROM_MONTH else [today.year]
    for year in wanted:
        if not china().is_published(year):
            yield finding("check", "W001", year=year)


def _check_webhook(settings: Settings) -> Iterator[Finding]:
    if not settings.public_url:
        yield finding("check", "E004")
    elif not settings.public_url.startswith("https://"):
        yield finding("check", "W002", url=settings.public_url)
    if settings.webhook_secret is None or not SECRET.fullmatch(settings.webhook_secret.get_secret_value()):
        yield finding("check", "E005")


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


async def check_installation(db: Database, now: datetime) -> list[Finding]:
    """What the database shows: reachable, migrated, whole, with a scheme, people and accounts."""
    try:
        revision = await current_revision(db)
    except health.UNREACHABLE as error:
        return [finding("check", "E006", reason=health.reason_of(error))]
    if revision != head_revision():
        return [finding("check", "E007", revision=revision or "-", head=head_revision())]
    found = await check_database(db, now)
    async with db.read() as session:
        try:
            await year_at(session, now)
        except NotFound:
            found.append(finding("check", "W003", year=now.year))
        people, unbound = await health.unbound_count(session)
    if not people:
        found.append(finding("check", "W004"))
    elif unbound:
        found.append(finding("check", "I001", people=people, unbound=unbound))
    return found
