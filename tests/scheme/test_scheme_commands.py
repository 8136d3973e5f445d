"""`baton scheme`: the three schemes that ship are sound, can be read, and can be compared on the sample district."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.console.assembling import commands
from bot.db.engine import Database
from bot.domain.period import Period
from bot.domain.scheme import Scheme
from bot.presenters.scheme_words import explained
from bot.services import sampling
from bot.sheets.scheme_file import load_scheme

SAMPLES = Path(__file__).parents[2] / "samples"
SHIPPED = (SAMPLES / "scheme.toml", *sorted((SAMPLES / "schemes").glob("*.toml")))


def run(*arguments: object, **settings: str) -> Result:
    return CliRunner().invoke(commands(), [str(argument) for argument in ("scheme", *arguments)], env=settings)


def scheme_of(path: Path) -> Scheme:
    scheme = load_scheme(path.read_text(encoding="utf-8"), path.name)
    assert isinstance(scheme, Scheme), scheme
    return scheme


def test_three_schemes_ship_and_are_sound() -> None:
    assert len(SHIPPED) == 3
    result = run("check", *SHIPPED)
    assert (result.exit_code, result.output.count("没有问题")) == (0, 3)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_scheme_can_be_read_and_signed(path: Path) -> None:
    text = explained(scheme_of(path))
    for grade in scheme_of(path).grades:
        assert grade.word in text
    assert "&" not in text
    assert not set("{}") & set(text)
    assert "None" not in text


def test_a_problem_is_one_line_and_exit_one(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(SHIPPED[0].read_text(encoding="utf-8").replace("year = 2026 ", "year = 2027 "), encoding="utf-8")
    result = run("check", file)
    assert result.exit_code == 1
    assert "bad.toml 第8行 effective_from：2026-01-01 不在考评年度 2027 年内。" in result.output
    assert json.loads(run("explain", file, "--json").output)["problems"][0]["code"] == "outside_the_year"
    assert run("diff", file).exit_code == 2


async def _sample(url: str) -> None:
    db = Database(url)
    await sampling.load_lists(db, SAMPLES, datetime(2026, 1, 4, tzinfo=UTC))
    await sampling.load_months(db, SAMPLES, Period(2026, 4))
    await db.close()


@pytest.fixture
async def sample_url(sqlite_url: str) -> str:
    await _sample(sqlite_url)
    return sqlite_url


def diff(url: str, *files: Path) -> Any:
    # The command has an event loop of its own, as in a process of its own.
    found: list[Result] = []
    arguments = ("diff", *files, "--at", "2026-03-31", "--json")
    worker = threading.Thread(target=lambda: found.append(run(*arguments, BATON_DATABASE_URL=url)))
    worker.start()
    worker.join()
    assert found[0].exit_code == 0, found[0].output
    return json.loads(found[0].output)


async def test_schemes_are_compared_on_what_was_reported(sample_url: str) -> None:
    default, four, two = SHIPPED
    assert diff(sample_url, default, default)["changed"] == []
    found = diff(sample_url, default, two)
    assert (found["period"], found["indicators"]) == ("2026-03", 65)
    assert {item["grade"] for item in found["counts"]} >= {"正常", "黄牌", "红牌", "警示"}
    changed = {item["name"]: item for item in found["changed"]}
    farmland = changed["新建及改造提升高标准农田"]
    assert farmland["before"]["word"] != farmland["after"]["word"]
    assert any("联络员" in post for post in farmland["after"]["told"])
    assert diff(sample_url, four, two)["changed"]
