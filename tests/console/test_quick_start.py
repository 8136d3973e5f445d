"""A command loads what it needs and no more: the large libraries wait for the commands that use them."""

from __future__ import annotations

import subprocess
import sys

import pytest


def loaded_by(code: str) -> set[str]:
    """The top-level modules that are loaded after these lines, in a process of their own."""
    said = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in said.stdout.splitlines()[-1].split()}


def test_the_version_is_told_without_loading_the_bot():
    loaded = loaded_by("import bot.cli\nsys.argv = ['baton', '--version']\nbot.cli.main()")
    assert not loaded & {"telegram", "aiohttp", "sqlalchemy", "pypinyin", "openpyxl", "alembic"}


def test_the_commands_are_there_without_the_telegram_library_and_the_dictionaries():
    loaded = loaded_by("import bot.cli\nbot.cli.commands()")
    assert "sqlalchemy" in loaded
    assert not loaded & {"telegram", "aiohttp", "pypinyin"}


def test_the_bot_runs_without_what_only_files_and_pictures_need():
    loaded = loaded_by(
        "from bot.console.starting import NOT_NEEDED, _without\nwith _without(NOT_NEEDED):\n    import bot.app"
    )
    unused = {"openpyxl", "numpy", "matplotlib", "docxtpl", "alembic", "apprise", "typer", "rich", "pypinyin"}
    assert not loaded & unused


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_the_command_answers(arguments: list[str]):
    code = f"from bot.cli import main\nsys.argv = ['baton', *{arguments}]\nmain()"
    said = subprocess.run([sys.executable, "-c", f"import sys\n{code}"], capture_output=True, text=True, check=True)
    assert "baton" in said.stdout.lower()
