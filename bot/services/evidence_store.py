"""Evidence files on disk, each under the SHA-256 of its content: the same file once, and an altered one shows."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

FOLDER = "evidence"
CHUNK = 1024 * 1024


def path_of(data_dir: Path, sha256: str) -> Path:
    """Where the file with that hash lies. The name has no ending: nothing on this machine opens it by itself."""
    return data_dir / FOLDER / sha256[:2] / sha256


def keep(data_dir: Path, content: bytes) -> str:
    """Store the content unless it is there; its hash. On disk for good when this returns. Raises OSError."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(data_dir, sha256)
    if path.is_file() and path.stat().st_size == len(content):
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as stream:
        try:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
            os.chmod(stream.name, 0o640)
            os.replace(stream.name, path)
        except OSError:
            Path(stream.name).unlink(missing_ok=True)
            raise
    _sync_folder(path.parent)
    return sha256


def _sync_folder(folder: Path) -> None:
    """The file's name is on disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fetch(data_dir: Path, sha256: str) -> bytes:
    """The content. Raises FileNotFoundError where it is gone, ValueError where it was altered."""
    content = path_of(data_dir, sha256).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"evidence {sha256[:12]} was altered")
    return content


def is_whole(data_dir: Path, sha256: str) -> bool | None:
    """Whether the file is as it was stored; None where it is gone. Reads it in pieces."""
    digest = hashlib.sha256()
    try:
        with path_of(data_dir, sha256).open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest() == sha256
