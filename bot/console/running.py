"""`baton run` and `baton sandbox`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.config import read_settings
from bot.logs import set_up_logging
from bot.presenters.words import label

err = Console(stderr=True)
EVERY_ROLE = "web,inbox,jobs,sender"
Only = Annotated[str, typer.Option("--only", help="web,inbox,jobs,sender: the roles of this process")]


def run(only: Only = EVERY_ROLE) -> None:
    """Run the bot: all roles in one process, or those named."""
    # The bot itself is loaded by the commands that run it: the others answer at once.
    from bot.app import ROLES, Baton

    set_up_logging()
    roles = tuple(name.strip() for name in only.split(",") if name.strip())
    if not roles or set(roles) - set(ROLES):
        raise typer.BadParameter(", ".join(ROLES), param_hint="--only")
    settings = read_settings()
    if settings.bot_token is None:
        err.print(label("rehearsal.no_token"))
        raise typer.Exit(1)
    if settings.mode == "webhook" and not (settings.public_url and settings.webhook_secret):
        err.print(label("rehearsal.no_webhook"))
        raise typer.Exit(1)
    asyncio.run(Baton(settings, roles).run())


def sandbox(
    bare: Annotated[bool, typer.Option("--bare", help="the messenger alone, for another bot process")] = False,
    port: Annotated[int, typer.Option(help="port of the messenger and its page, on loopback")] = 8080,
    data: Annotated[Path, typer.Option(help="where the rehearsal keeps its database and chats")] = Path("sandbox-data"),
    fresh: Annotated[bool, typer.Option("--fresh", help="forget the last rehearsal and start again")] = False,
    clock: Annotated[str, typer.Option(help="ISO time at which a fresh rehearsal starts")] = "2026-11-20T08:31",
) -> None:
    """The sandbox messenger with the sample district, in the browser; no token, no server."""
    from bot.console.rehearsal import SandboxPlan, run_bare, run_sandbox

    set_up_logging()
    if bare:
        run_bare(port, data / "messenger.db" if fresh or data.exists() else None)
        return
    run_sandbox(SandboxPlan(port=port, data=data, fresh=fresh, clock=clock))


def register(app: typer.Typer) -> None:
    """Add the commands to the `baton` command."""
    app.command()(run)
    app.command()(sandbox)
