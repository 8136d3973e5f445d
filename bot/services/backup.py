"""Backs up: one consistent look at all rows, and the evidence files, in one archive that is read back at once."""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.engine import Database
from bot.db.health import one_look
from bot.db.migrate import current_revision
from bot.db.tables import Base
from bot.services.archive import MANIFEST, Manifest, files_under, line_of, read_manifest, table_entry, verify


@dataclass(frozen=True)
class BackupMade:
    """What an archive holds: rows by table, how many files, and the hash of the archive itself."""

    rows: dict[str, int]
    files: int
    sha256: str = ""

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


async def back_up(db: Database, path: Path, folder: Path, now: datetime) -> BackupMade:
    """Write the archive; it appears under its name only when it is complete and was verified.

    Raises OSError where it cannot be written.
    """
    partial = path.with_name(f"{path.name}.part")
    manifest = Manifest(revision=await current_revision(db) or "", made_at=now.isoformat())
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            async with db.read() as session:
                await one_look(session)
                for table in Base.metadata.sorted_tables:
                    await _write_table(session, archive, manifest, table)
            await asyncio.to_thread(_write_files, archive, manifest, folder)
            archive.writestr(MANIFEST, orjson.dumps(vars(manifest), option=orjson.OPT_INDENT_2))
        digest = await asyncio.to_thread(_verified, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return BackupMade(manifest.rows, len(manifest.files), digest)


async def _write_table(session: AsyncSession, archive: zipfile.ZipFile, manifest: Manifest, table: Table) -> None:
    digest, rows = hashlib.sha256(), 0
    entry = table_entry(table.name)
    found = await session.stream(select(table).order_by(*table.primary_key.columns))
    with archive.open(entry, "w", force_zip64=True) as stream:
        async for row in found.mappings():
            line = line_of({**row})
            digest.update(line)
            stream.write(line)
            rows += 1
    manifest.rows[str(table.name)], manifest.hashes[entry] = rows, digest.hexdigest()


def _write_files(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    for name, path in files_under(folder):
        archive.write(path, name)
        with path.open("rb") as stream:
            manifest.hashes[name] = hashlib.file_digest(stream, "sha256").hexdigest()


def _verified(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        verify(archive, read_manifest(archive))
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
