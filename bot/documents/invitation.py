"""A calendar entry (RFC 5545) for a meeting: what a phone puts into its calendar when the file is tapped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# A content line has at most 75 octets; what follows goes on after a line break and one space.
_LONGEST_OCTETS = 75
_REMIND_BEFORE = timedelta(minutes=30)


@dataclass(frozen=True)
class Entry:
    """A meeting for a calendar. `uid` stays the same over its changes, `sequence` counts them; times are aware."""

    uid: str
    sequence: int
    made_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    note: str = ""
    cancelled: bool = False


def calendar_entry(entry: Entry) -> bytes:
    """The .ics file: one event, with a reminder half an hour before, or its cancellation."""
    method, status = ("CANCEL", "CANCELLED") if entry.cancelled else ("PUBLISH", "CONFIRMED")
    alarm = (
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(entry.title)}",
        f"TRIGGER:-PT{int(_REMIND_BEFORE.total_seconds()) // 60}M",
        "END:VALARM",
    )
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Baton//Dispatch//ZH",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{escaped(entry.uid)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_moment(entry.made_at)}",
        f"DTSTART:{_moment(entry.starts_at)}",
        f"DTEND:{_moment(entry.ends_at)}",
        f"SUMMARY:{escaped(entry.title)}",
        f"LOCATION:{escaped(entry.place)}",
        *([f"DESCRIPTION:{escaped(entry.note)}"] if entry.note else []),
        f"STATUS:{status}",
        *(() if entry.cancelled else alarm),
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def escaped(text: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line breaks escaped; other control characters left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for char in ("\\", ";", ","):
        plain = plain.replace(char, f"\\{char}")
    return "".join(char for char in plain.replace("\n", "\\n") if ord(char) >= 0x20 and ord(char) != 0x7F)


def folded(line: str) -> str:
    """The content line in pieces of at most 75 octets, never cut within a character."""
    pieces, piece, room = [], "", _LONGEST_OCTETS
    for char in line:
        size = len(char.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", _LONGEST_OCTETS - 1
        piece += char
        room -= size
    return "\r\n ".join([*pieces, piece])


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
