"""Restores a backup into an empty database of either engine, and compares what came out with what was saved."""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import Table, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.engine import Database
from bot.db.migrate import head_revision
from bot.db.tables import AuditHead, Base
from bot.domain.errors import InvalidInput
from bot.services.archive import (
    Manifest,
    NotABackup,
    is_safe,
    line_of,
    read_manifest,
    row_of,
    table_entry,
    verify,
)
from bot.services.backup import BackupMade

BATCH = 500


async def restore(db: Database, path: Path, folder: Path, *, replace: bool = False) -> BackupMade:
    """Put the archive's rows and files in place: all of them, verified, or nothing.

    Raises InvalidInput for a database that is not empty (without `replace`), for an archive of another revision,
    and for one that is damaged; OSError where files cannot be read or written.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = read_manifest(archive)
            _check_revision(manifest)
            await asyncio.to_thread(verify, archive, manifest)
            async with db.write() as session:
                await _make_room(session, replace=replace)
                for table in Base.metadata.sorted_tables:
                    await _load(session, archive, table)
                await _compare(session, manifest)
                await _reset_sequences(session)
                await asyncio.to_thread(_write_files, archive, manifest, folder)
    except zipfile.BadZipFile as error:
        raise InvalidInput("console.backup.not_a_backup", path=path) from error
    except NotABackup as error:
        raise InvalidInput("console.backup.damaged", what=str(error)) from error
    return BackupMade(manifest.rows, len(manifest.files))


def _check_revision(manifest: Manifest) -> None:
    if manifest.revision != head_revision():
        raise InvalidInput("console.backup.other_revision", revision=manifest.revision, head=head_revision())


async def _make_room(session: AsyncSession, *, replace: bool) -> None:
    tables = Base.metadata.sorted_tables
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(text("PRAGMA defer_foreign_keys = ON"))
    if replace:
        for table in reversed(tables):
            await session.execute(delete(table))
        return
    # A new database has an audit chain without rows.
    await session.execute(delete(AuditHead).where(AuditHead.length == 0))
    for table in tables:
        if await session.scalar(select(func.count()).select_from(table)):
            raise InvalidInput("console.backup.not_empty")


async def _load(session: AsyncSession, archive: zipfile.ZipFile, table: Table) -> None:
    with archive.open(table_entry(table.name)) as stream:
        rows = (row_of(table, line) for line in stream)
        for batch in _batches(rows):
            await session.execute(insert(table), batch)


def _batches(rows: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


async def _compare(session: AsyncSession, manifest: Manifest) -> None:
    """Read everything back out of the database: it must be what was saved, to the byte."""
    for table in Base.metadata.sorted_tables:
        digest, rows = hashlib.sha256(), 0
        found = await session.stream(select(table).order_by(*table.primary_key.columns))
        async for batch in found.mappings().partitions(BATCH):
            digest.update(b"".join(line_of({**row}) for row in batch))
            rows += len(batch)
        entry = table_entry(table.name)
        if rows != manifest.rows.get(table.name) or digest.hexdigest() != manifest.hashes.get(entry):
            raise NotABackup(entry)


async def _reset_sequences(session: AsyncSession) -> None:
    """PostgreSQL counts on from the highest number; SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        if len(keys) != 1 or keys[0].autoincrement is False or not issubclass(keys[0].type.python_type, int):
            continue
        name, column = table.name, keys[0].name
        sequence = await session.scalar(select(func.pg_get_serial_sequence(name, column)))
        if sequence:
            highest = select(func.coalesce(func.max(keys[0]), 0) + 1).scalar_subquery()
            await session.execute(select(func.setval(sequence, highest, False)))


def _write_files(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    for name in manifest.files:
        if not is_safe(name):
            raise NotABackup(name)
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive.read(name))
