"""INSERT … ON CONFLICT on either engine: SQLAlchemy has it in each dialect's own statement, with the same methods."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import Base


def insert_into(session: AsyncSession, table: type[Base]) -> SqliteInsert:
    """An insert into the table that knows `on_conflict_do_nothing` and `on_conflict_do_update` of the engine."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite_insert(table)
    # The two classes share no base that has these methods, but both have them.
    return postgresql_insert(table)  # type: ignore[return-value]
