"""What may be kept as evidence: kinds of files that offices send, within Telegram's limit, nothing that runs."""

from __future__ import annotations

from enum import StrEnum

MEGABYTE = 1024 * 1024
# Telegram gives a bot no file beyond this.
LARGEST_MB = 20
LONGEST_NAME = 120

KEPT = frozenset(
    (
        *("pdf", "ofd", "doc", "docx", "wps", "xls", "xlsx", "et", "ppt", "pptx", "dps", "txt", "csv", "rtf"),
        *("jpg", "jpeg", "png", "gif", "bmp", "webp", "heic", "heif", "tif", "tiff", "mp4", "mov", "mp3", "wav", "m4a"),
        *("zip", "rar", "7z"),
    )
)
# How files begin that a computer would run, whatever they are called.
_RUNS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    PHOTO = "photo"
    DOCUMENT = "document"
    REFERENCE = "reference"


class Refusal(StrEnum):
    """Why a file is not kept."""

    TOO_BIG = "too_big"
    EMPTY = "empty"
    KIND = "kind"
    RUNS = "runs"


def refused_unseen(name: str, size: int | None) -> Refusal | None:
    """Why a file of this name and size is not even fetched; None when it may be."""
    if size is not None and size > LARGEST_MB * MEGABYTE:
        return Refusal.TOO_BIG
    return None if extension(name) in KEPT else Refusal.KIND


def refused(name: str, content: bytes) -> Refusal | None:
    """Why a fetched file is not kept; None when it is."""
    if not content:
        return Refusal.EMPTY
    if content.startswith(_RUNS):
        return Refusal.RUNS
    return refused_unseen(name, len(content))


def extension(name: str) -> str:
    """The ending of a file name in lower case; empty without one."""
    head, dot, tail = name.rpartition(".")
    return tail.lower() if dot and head else ""


def safe_name(name: str) -> str:
    """The name without folders and control characters, cut in the middle so that its ending stays."""
    bare = "".join(char for char in name.replace("\\", "/").rpartition("/")[2] if char.isprintable()).strip(". ")
    if len(bare) <= LONGEST_NAME:
        return bare
    ending = extension(bare)
    return f"{bare[: LONGEST_NAME - len(ending) - 2]}~.{ending}"
