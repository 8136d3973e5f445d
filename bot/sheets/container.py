"""The file before it is a workbook: size, zip directory, old and protected formats. Nothing is unpacked here."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_ENTRIES = 2000
# Sheets of repeated styled blanks reach about 1:60; beyond this it is a bomb.
MAX_RATIO = 250
RATIO_MATTERS_FROM = 10 * 1024 * 1024
# openpyxl holds these two whole in memory, many times their size on disk.
MAX_PART_BYTES = {"xl/sharedStrings.xml": 50 * 1024 * 1024, "xl/styles.xml": 10 * 1024 * 1024}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ENTRY_ENCRYPTED = 0x1


class Unreadable(Exception):
    """The file cannot be read as a workbook."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def load_bytes(source: bytes | Path) -> bytes:
    """The file's bytes, checked to be a workbook that is safe to unpack; raises Unreadable."""
    content = _read(source)
    if not content:
        raise Unreadable("file_empty")
    if len(content) > MAX_FILE_BYTES:
        raise Unreadable("file_too_big", limit=MAX_FILE_BYTES // 1024 // 1024)
    if content.startswith(_OLE):
        raise Unreadable("file_protected" if _ENCRYPTED in content else "file_old_xls")
    if not content.startswith(b"PK"):
        raise Unreadable("file_not_a_workbook")
    _check_zip(content)
    return content


def _read(source: bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        with source.open("rb") as stream:
            return stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Unreadable("file_missing") from error


def _check_zip(content: bytes) -> None:
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable("file_broken") from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES:
        raise Unreadable("file_bomb")
    if unpacked > RATIO_MATTERS_FROM and unpacked / packed > MAX_RATIO:
        raise Unreadable("file_bomb")
    if any(entry.file_size > MAX_PART_BYTES.get(entry.filename, MAX_UNPACKED_BYTES) for entry in entries):
        raise Unreadable("file_bomb")
    if any(entry.flag_bits & _ENTRY_ENCRYPTED for entry in entries):
        raise Unreadable("file_protected")
    if not any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise Unreadable("file_not_a_workbook")
