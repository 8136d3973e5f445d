"""Files up and down. A file is kept once; its id is good for as long as the state file."""

from __future__ import annotations

import mimetypes
import secrets
import struct
from typing import Any

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.params import Params, Upload
from bot.sandbox.settings import Settings
from bot.sandbox.store import Row, Store

MAX_PHOTO = 10 * 1024 * 1024
WRONG_ID = "wrong file_id or the file is temporarily unavailable"


class Files:
    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def keep(self, upload: Upload, kind: str) -> Row:
        """Stores an uploaded file; `kind` is document, photo or sticker."""
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > self._settings.max_upload:
            raise ApiError(413, "Request Entity Too Large")
        width, height = image_size(upload.data) or (0, 0)
        if kind == "photo":
            if len(upload.data) > MAX_PHOTO:
                raise bad_request(f"file of size {len(upload.data)} bytes is too big for a photo")
            if not width:
                raise bad_request("IMAGE_PROCESS_FAILED")
        mime = upload.mime
        if mime == "application/octet-stream":
            mime = mimetypes.guess_type(upload.name)[0] or mime
        file_id = f"BQAC{secrets.token_urlsafe(24)}"
        self._store.run(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            file_id,
            self._store.next("files"),
            upload.name or "file",
            mime,
            len(upload.data),
            kind,
            width,
            height,
            upload.data,
        )
        return self.need(file_id)

    def given(self, params: Params, name: str, kind: str) -> Row:
        """The file a call names by upload, `attach://` or file_id."""
        if name in params.files:
            return self.keep(params.files[name], kind)
        value = params.text(name)
        if value.startswith("attach://"):
            upload = params.files.get(value.removeprefix("attach://"))
            if upload is None:
                raise bad_request(f"file not found in the request: {value}")
            return self.keep(upload, kind)
        if value.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        if not value:
            raise bad_request(f"there is no {kind} in the request")
        row = self.find(value)
        if row is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if (row["kind"] == "photo") != (kind == "photo"):
            raise bad_request(f"can't use file of type {row['kind'].title()} as {kind.title()}")
        return row

    def find(self, file_id: str) -> Row | None:
        return self._store.one("SELECT * FROM files WHERE id = ?", file_id)

    def need(self, file_id: str) -> Row:
        row = self.find(file_id)
        if row is None:
            raise bad_request(WRONG_ID)
        return row

    def at(self, path: str) -> Row | None:
        """The file of a `file_path`, as `documents/file_12.xlsx`."""
        stem = path.rsplit("/", 1)[-1].removeprefix("file_").split(".")[0]
        row = self._store.one("SELECT * FROM files WHERE number = ?", int(stem)) if stem.isdigit() else None
        return row if row and file_path(row) == path else None


def file_path(row: Row) -> str:
    suffix = row["name"].rsplit(".", 1)[-1] if "." in row["name"] else ""
    suffix = suffix if suffix.isascii() and suffix.isalnum() else ""
    return f"{row['kind']}s/file_{row['number']}" + (f".{suffix}" if suffix else "")


def _base(row: Row) -> dict[str, Any]:
    return {"file_id": row["id"], "file_unique_id": f"AgAD{row['number']}", "file_size": row["size"]}


def file_object(row: Row) -> dict[str, Any]:
    return {**_base(row), "file_path": file_path(row)}


def content_of(row: Row, kind: str) -> dict[str, Any]:
    """The part of a Message that carries the file."""
    if kind == "photo":
        return {"photo": [{**_base(row), "width": row["width"], "height": row["height"]}]}
    if kind == "sticker":
        size = {"width": row["width"] or 512, "height": row["height"] or 512}
        flags = {"type": "regular", "is_animated": False, "is_video": False}
        return {"sticker": {**_base(row), **size, **flags, "emoji": "👍"}}
    return {"document": {**_base(row), "file_name": row["name"], "mime_type": row["mime"]}}


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data.startswith(b"GIF8") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return int(width), int(height)
    return _jpeg_size(data) if data.startswith(b"\xff\xd8") else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + length
    return None
