"""The parameters of one call: JSON, form or multipart come out the same."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from bot.sandbox.errors import bad_request

INTEGER = re.compile(r"\s*-?\d+\s*\Z")
DISPOSITION = re.compile(rb';\s*([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\r\n]*))')


@dataclass(frozen=True)
class Upload:
    """A file part of a request."""

    name: str
    mime: str
    data: bytes


@dataclass
class Params:
    """Values as they came (JSON values, or strings of a form) and uploaded files by part name."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """The number, or `default` where it is missing or no number (as Telegram reads it)."""
        return whole(self.values.get(name), default)

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).strip().lower() in ("true", "1", "yes", "y", "t")

    def tree(self, name: str, wanted: str) -> Any:
        """A JSON object or array; `wanted` is Telegram's word for it in the refusal."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {wanted} JSON object") from None


def whole(value: Any, default: int = 0) -> int:
    """A JSON value or string as a whole number; `default` for anything else."""
    if isinstance(value, int | float):
        return int(value)
    return int(value) if isinstance(value, str) and INTEGER.match(value) else default


def parse_request(content_type: str, query: str, body: bytes) -> Params:
    """Reads query and body; a body that is not what it says it is is refused with 400."""
    params = Params(dict(parse_qsl(query, keep_blank_values=True)))
    kind = content_type.split(";")[0].strip().lower()
    if not body:
        return params
    if kind == "application/json":
        try:
            values = json.loads(body)
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(values, dict):
            raise bad_request("object expected as JSON body")
        params.values.update(values)
    elif kind == "multipart/form-data":
        fields, params.files = parse_multipart(content_type, body)
        params.values.update(fields)
    else:
        params.values.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return params


def parse_multipart(content_type: str, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Fields and files of a multipart body."""
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if not found:
        raise bad_request("multipart body without boundary")
    fields: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + found[1].encode("latin-1"))[1:]:
        if part.startswith(b"--"):
            break
        head, _, data = part.partition(b"\r\n\r\n")
        names = _disposition(head)
        if "filename" in names:
            mime = re.search(rb"(?im)^content-type:\s*([^\r\n;]+)", head)
            kind = mime[1].decode("latin-1").strip() if mime else "application/octet-stream"
            files[names.get("name", "")] = Upload(names["filename"], kind, data)
        elif "name" in names:
            fields[names["name"]] = data.decode("utf-8", "replace")
    return fields, files


def _disposition(head: bytes) -> dict[str, str]:
    line = next((x for x in head.split(b"\r\n") if x.lower().startswith(b"content-disposition")), b"")
    names: dict[str, str] = {}
    for match in DISPOSITION.finditer(line):
        raw = match[2] if match[2] is not None else match[3]
        names[match[1].decode("latin-1").lower()] = re.sub(rb"\\(.)", rb"\1", raw).decode("utf-8", "replace")
    return names
