"""Migrations: bring a database to a revision, and tell where it stands."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.clock import SystemClock
from bot.db import audit_chain
from bot.db.engine import Database

HEAD = "head"
# Any number will do, as long as every process that migrates takes the same one.
_MIGRATION_LOCK = 0x42_61_74_6F_6E


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _move(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        # Two processes may start at once: the second waits and finds nothing to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    config = alembic_config(connection)
    current = MigrationContext.configure(connection).get_current_revision()
    order = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    target = order[-1] if revision == HEAD else revision
    rank = {name: place for place, name in enumerate(order)} | {"base": -1, None: -1}
    if rank[target] >= rank[current]:
        command.upgrade(config, revision)
    else:
        command.downgrade(config, revision)
    if target == order[-1]:
        audit_chain.begin(connection, SystemClock().now())


async def migrate(database: Database, revision: str = HEAD) -> None:
    """Bring the database to `revision` ("head", "base" or an identifier), up or down, in one transaction."""
    async with database.write() as session:
        connection = await session.connection()
        await connection.run_sync(_move, revision)


async def current_revision(database: Database) -> str | None:
    """The revision that the database is at; None when it is empty."""
    async with database.read() as session:
        connection = await session.connection()
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


def head_revision() -> str | None:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def known_revisions() -> frozenset[str]:
    """All revisions that this code knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions())
