"""`baton run` and `baton sandbox`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.logs import set_up_logging

EVERY_ROLE = "web,inbox,jobs,sender"
Only = Annotated[str, typer.Option("--only", help="web,inbox,jobs,sender: the roles of this process")]


def run(only: Only = EVERY_ROLE) -> None:
    """Run the bot: all roles in one process, or those named."""
    # The bot itself is loaded by the commands that run it: the others answer at once.
    from bot.console.starting import UnknownRole, run_bot

    try:
        raise typer.Exit(run_bot(only))
    except UnknownRole as error:
        raise typer.BadParameter(str(error), param_hint="--only") from None


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
