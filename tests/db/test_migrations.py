"""Each revision goes up, down and up again, and the models equal the migrated schema, on both engines."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.db.engine import Database
from bot.db.migrate import alembic_config, current_revision, head_revision, migrate
from bot.db.tables import Base

REVISIONS = [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()][::-1]


@pytest.fixture
async def empty(db: Database) -> Database:
    await migrate(db, "base")
    return db


async def test_every_revision_goes_up_down_and_up(empty: Database) -> None:
    before = "base"
    for revision in REVISIONS:
        await migrate(empty, revision)
        await migrate(empty, before)
        await migrate(empty, revision)
        assert await current_revision(empty) == revision
        before = revision
    assert before == head_revision()


async def test_models_equal_the_migrated_schema(db: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with db.read() as session:
        connection = await session.connection()
        assert await connection.run_sync(differences) == []


async def test_migrating_a_migrated_database_changes_nothing(db: Database) -> None:
    await migrate(db)
    assert await current_revision(db) == head_revision()
