"""The README cannot lie: every setting, command and chat command stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer.main

from bot import cli
from bot.config import Settings
from bot.handlers import ROUTES
from bot.tg.routes import Command

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")


def commands() -> list[str]:
    group = typer.main.get_command(cli.commands())
    found = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"baton {name} {sub}" for sub in inner] if inner else [f"baton {name}"]
    return found


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_explained(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`BATON_{name.upper()}`" not in text]
    assert missing == []


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_explained(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert [command for command in commands() if command not in text] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_chat_command_is_explained(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    names = [route.name for route in ROUTES if isinstance(route, Command)]
    assert names
    assert [name for name in names if f"`/{name}" not in text] == []


def test_the_pictures_of_the_readme_are_there() -> None:
    assert (ROOT / "docs" / "images" / "sandbox.png").is_file()
