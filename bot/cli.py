"""The `baton` command: what must be quick is done here, all else by the commands of bot/console."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

EVERY_ROLE = "web,inbox,jobs,sender"


def commands() -> typer.Typer:
    """All commands. They are loaded here, so that the version is told and the bot runs without them."""
    from bot.console.assembling import commands as assembled

    return assembled()


def main() -> None:
    """Run the command. Exit status: 0 well, 1 a problem that is explained, 2 wrong usage."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from importlib.metadata import version

        print(f"baton {version('baton')}")
        return
    try:
        if (only := roles_asked_for(arguments)) is not None:
            from bot.console.starting import UnknownRole, run_bot

            with contextlib.suppress(UnknownRole):
                sys.exit(run_bot(only))
        commands()()
    except Exception as error:
        from bot.console.explaining import EXPLAINED, explain

        if not isinstance(error, EXPLAINED):
            raise
        sys.exit(explain(error))


def roles_asked_for(arguments: list[str]) -> str | None:
    """What `run`, plainly written, names as its roles; None for anything else.

    The bot is up sooner without the machinery of the other commands.
    """
    match arguments:
        case ["run"]:
            return EVERY_ROLE
        case ["run", "--only", only] if not only.startswith("-"):
            return only
        case ["run", only] if only.startswith("--only="):
            return only.removeprefix("--only=")
    return None
