"""Telegram's HTML as text: without its tags, or in parts that each fit into one message."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from bot.presenters.plain import plain_text

__all__ = ["LIMIT", "plain_text", "split_message", "units"]

# Telegram's limit for one message, in UTF-16 units of the text that is left when the tags are read.
LIMIT = 4096
_PIECE = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z-]+)[^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);|.", re.DOTALL)


def units(text: str) -> int:
    """Length as Telegram counts it: a character beyond the basic plane is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def split_message(text: str, limit: int = LIMIT) -> list[str]:
    """Parts of at most `limit` units each, cut between lines where that is possible.

    A tag that is open at a cut is closed there and opened again in the next part.
    """
    if units(plain_text(text)) <= limit:
        return [text]
    parts = _Parts(limit)
    for line in _lines(text):
        parts.add_line(line)
    return parts.finished()


Piece = tuple[str, int]  # as written, and its length for Telegram


def _lines(text: str) -> Iterator[list[Piece]]:
    line: list[Piece] = []
    for match in _PIECE.finditer(text):
        written = match.group()
        length = 0 if match.group("name") else units(html.unescape(written))
        line.append((written, length))
        if written == "\n":
            yield line
            line = []
    if line:
        yield line


class _Parts:
    """Collects pieces; knows which tags are open."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._done: list[str] = []
        self._open: list[str] = []
        self._begin()

    def _begin(self) -> None:
        self._written = list(self._open)
        self._length = 0

    def add_line(self, line: list[Piece]) -> None:
        # The line break at the end may fall away, so it does not count.
        if self._length and self._length + sum(size for written, size in line if written != "\n") > self._limit:
            self._cut()
        for written, size in line:
            if size and self._length + size > self._limit:
                self._cut()
                if written == "\n":
                    continue
            self._written.append(written)
            self._length += size
            self._follow(written, size)

    def _follow(self, written: str, size: int) -> None:
        if size or not written.startswith("<"):
            return
        if not written.startswith("</"):
            self._open.append(written)
        elif self._open:
            self._open.pop()

    def _cut(self) -> None:
        while self._written and self._written[-1] == "\n":
            self._written.pop()
        closing = [f"</{_name(tag)}>" for tag in reversed(self._open)]
        part = "".join([*self._written, *closing]).strip("\n")
        if plain_text(part).strip():
            self._done.append(part)
        self._begin()

    def finished(self) -> list[str]:
        self._cut()
        return self._done


def _name(tag: str) -> str:
    match = re.match(r"<([a-zA-Z-]+)", tag)
    return match.group(1) if match else ""
