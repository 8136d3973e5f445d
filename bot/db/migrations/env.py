"""Alembic's environment: runs the revisions on the connection that bot.db.migrate hands over."""

from __future__ import annotations

from alembic import context

from bot.db.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    # SQLite cannot alter a column; Alembic then rebuilds the table.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
