"""`baton check`."""

from __future__ import annotations

import asyncio

import typer
from pydantic import ValidationError

from bot.clock import clock_for
from bot.config import Settings, read_settings
from bot.console.explaining import Explained, os_reason, setting_errors
from bot.console.findings import show_findings
from bot.console.linking import UNKNOWN, name_in_links
from bot.console.lists import Json
from bot.console.opening import open_database
from bot.domain.checkup import Finding
from bot.presenters.checkup import finding
from bot.presenters.words import set_zone
from bot.services.checking import check_installation, check_settings
from bot.services.year import set_office_zone


def check(as_json: Json = False) -> None:
    """Check settings and installation; every finding has a number and a hint."""
    try:
        settings = read_settings()
    except ValidationError as error:
        found = [finding("check", "E001", name=name, reason=reason) for name, reason in setting_errors(error)]
    except OSError as error:
        found = [finding("check", "E001", name=str(error.filename), reason=os_reason(error))]
    else:
        found = asyncio.run(_check(settings))
    raise typer.Exit(show_findings(found, as_json=as_json))


async def _check(settings: Settings) -> list[Finding]:
    set_zone(settings.zone)
    set_office_zone(settings.zone)
    now = clock_for(settings.clock).now()
    found = list(check_settings(settings, now))
    if settings.bot_token is not None and await name_in_links(settings) == UNKNOWN:
        found.append(finding("check", "W005", url=settings.bot_api_url))
    found += _check_second_channel(settings)
    try:
        db = open_database(settings)
    except Explained:
        return [*found, finding("check", "E009")]
    try:
        return [*found, *await check_installation(db, now)]
    finally:
        await db.close()


def _check_second_channel(settings: Settings) -> list[Finding]:
    if settings.fallback_urls is None:
        return []
    # The library that knows the addresses takes half a second to load.
    from bot.outbox.second_channel import administrators_urls, is_address

    urls = administrators_urls(settings.fallback_urls.get_secret_value())
    bad = [str(number) for number, url in enumerate(urls, 1) if not is_address(url)]
    return [finding("check", "W006", numbers=", ".join(bad))] if bad else []


def register(app: typer.Typer) -> None:
    """Add the command to the `baton` command."""
    app.command()(check)
