"""The archive of a backup: every row of every table as JSON lines, the evidence files, and a manifest with hashes."""

from __future__ import annotations

import hashlib
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import IO, Any

import orjson
from sqlalchemy import Date, LargeBinary, Table
from sqlalchemy.types import TypeEngine

from bot.db.types import ExactDecimal, UtcDateTime
from bot.domain.errors import BatonError

FORMAT = 1
MANIFEST = "manifest.json"
FILES = "evidence"
CHUNK = 1024 * 1024


class NotABackup(BatonError):
    """The file is not an archive of ours, or is damaged."""


@dataclass
class Manifest:
    """What an archive holds. `rows`: how many by table; `hashes`: SHA-256 of each entry."""

    revision: str
    made_at: str
    rows: dict[str, int] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def files(self) -> list[str]:
        """The entries that are evidence files."""
        return [name for name in self.hashes if name.startswith(f"{FILES}/")]


def table_entry(table: str) -> str:
    """The entry with a table's rows."""
    return f"tables/{table}.jsonl"


def line_of(row: Mapping[str, Any]) -> bytes:
    """A row as one line: decimals and times as exact texts, so that both engines write the same."""
    return orjson.dumps({name: _plain(value) for name, value in row.items()}, option=orjson.OPT_APPEND_NEWLINE)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value.isoformat() if isinstance(value, date | datetime) else value


def row_of(table: Table, line: bytes) -> dict[str, Any]:
    """The row of a line, each value as its column wants it. Raises NotABackup for a line of another shape."""
    try:
        raw = orjson.loads(line)
        return {column.name: _typed(raw[column.name], column.type) for column in table.columns}
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise NotABackup(table.name) from error


def _typed(value: Any, wanted: TypeEngine[Any]) -> Any:
    if value is None:
        return None
    if isinstance(wanted, ExactDecimal):
        return Decimal(value)
    if isinstance(wanted, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(wanted, LargeBinary):
        return b64decode(value, validate=True)
    return date.fromisoformat(value) if isinstance(wanted, Date) else value


def files_under(folder: Path) -> Iterator[tuple[str, Path]]:
    """The evidence files with their entry names."""
    root = folder / FILES
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            yield f"{FILES}/{path.relative_to(root).as_posix()}", path


def is_safe(name: str) -> bool:
    """Whether an entry stays within the folder it is written to."""
    parts = PurePosixPath(name).parts
    return bool(parts) and parts[0] == FILES and ".." not in parts and "\\" not in name and ":" not in name


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """The archive's manifest. Raises NotABackup."""
    try:
        manifest = Manifest(**orjson.loads(archive.read(MANIFEST)))
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise NotABackup(MANIFEST) from error
    if manifest.format != FORMAT:
        raise NotABackup(MANIFEST)
    return manifest


def verify(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Compare every entry with its hash. Raises NotABackup with the name of the entry that differs."""
    for name, wanted in manifest.hashes.items():
        try:
            with archive.open(name) as stream:
                found = _digest(stream)
        except (KeyError, zipfile.BadZipFile, EOFError, OSError) as error:
            raise NotABackup(name) from error
        if found != wanted:
            raise NotABackup(name)


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
