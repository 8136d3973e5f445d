"""The `baton` command: assembles the commands of bot/console, and explains what goes wrong."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer


def _version_line() -> str:
    return f"baton {version('baton')}"


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(_version_line())
        raise typer.Exit


def _options(
    _version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True)] = False,
) -> None:
    """Options of the command itself."""


def commands() -> typer.Typer:
    """All commands. They are loaded here, so that the version is told without them."""
    from bot.console import checking, database, lists, running, warnings

    app = typer.Typer(
        help="Baton, the chat assistant of a performance-appraisal office.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for part in (running, lists, database, warnings, checking):
        part.register(app)
    return app


def main() -> None:
    """Run the command. Exit status: 0 well, 1 a problem that is explained, 2 wrong usage."""
    if sys.argv[1:] == ["--version"]:
        typer.echo(_version_line())
        return
    from bot.console.explaining import EXPLAINED, explain

    try:
        commands()()
    except EXPLAINED as error:
        sys.exit(explain(error))
