"""What style cannot be left to memory: words stay in templates, handlers stay thin, only services commit."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BOT = ROOT / "bot"
CJK = re.compile(r"[\u3400-\u9fff]")
WORDLESS = ("handlers", "jobs", "services", "domain", "tg", "presenters", "outbox", "inbox", "web", "console", "db")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*packages: str) -> list[Path]:
    found = [path for package in packages for path in sorted((BOT / package).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def docstrings(tree: ast.AST) -> set[int]:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | Function) and node.body)
    firsts = (node.body[0] for node in nodes)
    return {id(first.value) for first in firsts if isinstance(first, ast.Expr)}


def literals(path: Path) -> Iterator[ast.Constant]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node


def functions(path: Path) -> list[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def lines_of(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


@pytest.mark.parametrize("package", WORDLESS)
def test_words_that_users_read_live_in_templates(package: str) -> None:
    spoken = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value!r}"
        for path in modules(package)
        for node in literals(path)
        if CJK.search(str(node.value))
    ]
    assert spoken == []


def test_handlers_are_at_most_twenty_lines() -> None:
    long = [
        f"{path.name}:{function.name} {lines_of(function)}"
        for path in modules("handlers")
        for function in functions(path)
        if lines_of(function) > 20
    ]
    assert long == []


def test_functions_are_at_most_forty_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.name} {lines_of(function)}"
        for path in modules(".")
        for function in functions(path)
        if lines_of(function) > 40
    ]
    assert long == []


def test_modules_are_at_most_three_hundred_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)} {count}"
        for path in modules(".")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 300
    ]
    assert long == []


def test_only_services_and_the_two_queues_write() -> None:
    allowed = {"services", "outbox", "inbox"}
    writers = re.compile(r"\.write\(\) as |\.commit\(")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in modules(".")
        if path.parent.name not in allowed
        and path.relative_to(BOT).parts[0] not in {"sandbox", *allowed}
        and path.name not in ("migrate.py", "engine.py", "sqlite_writer.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if writers.search(line)
    ]
    assert found == []


def test_telegram_errors_are_read_in_one_package() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in modules(".")
        if re.search(r"from telegram\.error import", path.read_text(encoding="utf-8"))
        and path.relative_to(BOT).parts[0] not in ("tg", "app.py")
    ]
    assert readers == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules(".")
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_file_names_a_package_index() -> None:
    texts = [ROOT / "Makefile", ROOT / "pyproject.toml", *ROOT.glob("requirements*.txt"), ROOT / ".ci" / "run"]
    index = re.compile(r"(?<!emit-)index-url|https?://\S*pypi")
    named = [path.name for path in texts if index.search(path.read_text(encoding="utf-8"))]
    assert named == []
