"""The `baton` command with all its commands."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from bot.console import checking, database, fallback, inbox, lists, running, schemes, warnings


def version_line() -> str:
    """The answer to `--version`."""
    return f"baton {version('baton')}"


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version_line())
        raise typer.Exit


def _options(
    _version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True)] = False,
) -> None:
    """Options of the command itself."""


def commands() -> typer.Typer:
    """All commands."""
    app = typer.Typer(
        help="Baton, the chat assistant of a performance-appraisal office.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for part in (running, lists, schemes, database, warnings, inbox, fallback, checking):
        part.register(app)
    return app
