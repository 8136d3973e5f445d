"""A stage per engine and file, on a database without any tables: the commands have to make them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import _database_url
from tests.scene.stage import Stage, opened_stage

_numbers = itertools.count()
_failed: set[object] = set()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database that holds nothing."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('scene') / 'baton.db'}"
        return
    server = request.getfixturevalue("postgres")
    name = f"scene_{next(_numbers)}"
    server.psql(f'CREATE DATABASE "{name}"')
    yield _database_url(server, name)
    server.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def stage(empty_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage that the tests of a file share: each goes on where the one before it ended."""
    with opened_stage(tmp_path_factory.mktemp("stage"), empty_database) as one:
        yield one


def _scene_of(item: pytest.Item) -> object | None:
    """What links the steps of one scene on one engine; None for a test that stands alone."""
    call: Any = item
    return (item.path, call.callspec.params["empty_database"]) if getattr(call.module, "STEPS", False) else None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    if outcome.get_result().failed and (scene := _scene_of(item)):
        _failed.add(scene)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if _scene_of(item) in _failed:
        pytest.skip("an earlier step of the scene failed")
