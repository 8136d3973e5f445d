"""Backs up: one consistent look at all rows, and the evidence files, in one archive that is read back at once."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
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
from bot.domain.errors import InvalidInput
from bot.services.archive import CHUNK, MANIFEST, Manifest, files_under, line_of, read_manifest, table_entry, verify

# Each fetch is a trip to the database's thread or socket.
ROWS_AT_ONCE = 500


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


async def back_up(db: Database, path: Path, folder: Path, now: datetime, *, overwrite: bool = False) -> BackupMade:
    """Write the archive; it appears under its name only when it is complete and was verified.

    Raises InvalidInput where a file of that name is there (without `overwrite`), OSError where it cannot be written.
    """
    if not overwrite and await asyncio.to_thread(path.exists):
        raise InvalidInput("console.backup.exists", path=path)
    # Of this run alone: two backups at once must not write into each other.
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
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
        _appear(partial, path, overwrite=overwrite)
    finally:
        partial.unlink(missing_ok=True)
    return BackupMade(manifest.rows, len(manifest.files), digest)


def _appear(partial: Path, path: Path, *, overwrite: bool) -> None:
    if overwrite:
        partial.replace(path)
        return
    try:
        # Unlike renaming, linking never replaces a file that came into being meanwhile.
        path.hardlink_to(partial)
    except FileExistsError as error:
        raise InvalidInput("console.backup.exists", path=path) from error
    except OSError:
        # A file system without links.
        partial.rename(path)


async def _write_table(session: AsyncSession, archive: zipfile.ZipFile, manifest: Manifest, table: Table) -> None:
    digest, rows = hashlib.sha256(), 0
    entry = table_entry(table.name)
    found = await session.stream(select(table).order_by(*table.primary_key.columns))
    with archive.open(entry, "w", force_zip64=True) as stream:
        async for batch in found.mappings().partitions(ROWS_AT_ONCE):
            lines = b"".join(line_of({**row}) for row in batch)
            digest.update(lines)
            stream.write(lines)
            rows += len(batch)
    manifest.rows[str(table.name)], manifest.hashes[entry] = rows, digest.hexdigest()


def _write_files(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    for name, path in files_under(folder):
        # Hashed as it is written: the file may change while we read it.
        digest = hashlib.sha256()
        with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as stream:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                stream.write(chunk)
        manifest.hashes[name] = digest.hexdigest()


def _verified(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        verify(archive, read_manifest(archive))
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
