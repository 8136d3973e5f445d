"""The rules import nothing but the standard library and each other, and speak no language."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

DOMAIN = Path(__file__).parents[2] / "bot/domain"
MODULES = sorted(DOMAIN.glob("*.py"))


def imported(tree: ast.AST) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports_only_the_standard_library(path):
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("bot.domain"), name


def docstrings(tree: ast.AST) -> set[str | None]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_has_no_words_for_users(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings(tree):
            assert node.value.isascii(), node.value
