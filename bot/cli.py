"""The `baton` command: assembles the commands of bot/console, and explains what goes wrong."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from bot.console import checking, database, lists, running, warnings
from bot.console.explaining import EXPLAINED, explain

app = typer.Typer(
    help="Baton, the chat assistant of a performance-appraisal office.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"baton {version('baton')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True)] = False,
) -> None:
    """Options of the command itself."""


for part in (running, lists, database, warnings, checking):
    part.register(app)


def main() -> None:
    """Run the command. Exit status: 0 well, 1 a problem that is explained, 2 wrong usage."""
    try:
        app()
    except EXPLAINED as error:
        sys.exit(explain(error))
