"""Migrations: bring a database to a revision, and tell where it stands.

Alembic takes longer to load than the database takes to answer: it is loaded only where something is to be moved. The
revisions are known by the names that their files give them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.clock import SystemClock
from bot.db import audit_chain
from bot.db.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "head"
# Any number will do, as long as every process that migrates takes the same one.
_MIGRATION_LOCK = 0x42_61_74_6F_6E
_FOLDER = Path(__file__).parent / "migrations"
_NAMES = re.compile(r'^(revision|down_revision)\b[^=\n]*= *(?:"([^"]+)"|None)', re.MULTILINE)


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration without an ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@lru_cache(maxsize=1)
def _revisions() -> tuple[str, ...]:
    """All revisions from the oldest to the newest: each file names its own and the one before it."""
    after: dict[str | None, str] = {}
    for file in (_FOLDER / "versions").glob("*.py"):
        named = {name: value or None for name, value in _NAMES.findall(file.read_text(encoding="utf-8"))}
        if revision := named.get("revision"):
            after[named.get("down_revision")] = revision
    order: list[str] = []
    while (following := after.get(order[-1] if order else None)) is not None:
        order.append(following)
    return tuple(order)


def _move(connection: Connection, revision: str) -> None:
    from alembic import command

    if connection.dialect.name == "postgresql":
        # Two processes may start at once: the second waits and finds nothing to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    config = alembic_config(connection)
    order = _revisions()
    target = order[-1] if revision == HEAD else revision
    rank: dict[str | None, int] = {"base": -1, None: -1}
    rank |= {name: place for place, name in enumerate(order)}
    if rank[target] >= rank[_current(connection)]:
        command.upgrade(config, revision)
    else:
        command.downgrade(config, revision)
    if target == order[-1]:
        audit_chain.begin(connection, SystemClock().now())


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


async def migrate(database: Database, revision: str = HEAD) -> None:
    """Bring the database to `revision` ("head", "base" or an identifier), up or down, in one transaction."""
    async with database.write() as session:
        connection = await session.connection()
        await connection.run_sync(_move, revision)


async def current_revision(database: Database) -> str | None:
    """The revision that the database is at; None when it is empty."""
    async with database.read() as session:
        connection = await session.connection()
        return await connection.run_sync(_current)


def head_revision() -> str | None:
    """The newest revision that this code knows."""
    return _revisions()[-1]


def known_revisions() -> frozenset[str]:
    """All revisions that this code knows."""
    return frozenset(_revisions())
