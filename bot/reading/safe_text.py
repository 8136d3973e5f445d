"""Cleans what people type before it is stored: nothing invisible, nothing that turns a line around, bounded length."""

from __future__ import annotations

import re
import unicodedata

# Telegram's own limit for a message.
MAX_LENGTH = 4096
# More marks than this on one letter are decoration that covers the lines around it.
_MAX_MARKS = 4
_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"
_BREAKS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
# Format, control, surrogate, private use, unassigned.
_UNWANTED = {"Cf", "Cc", "Cs", "Co", "Cn"}
# Invisible, although Unicode calls them letters or marks.
_HIDDEN = set("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")


def safe_text(text: str, limit: int = MAX_LENGTH) -> str:
    """`text` fit to store and to show: at most `limit` visible characters, line breaks as newline, edges trimmed."""
    kept: list[str] = []
    marks = 0
    for position, char in enumerate(_BREAKS.sub("\n", text)):
        if _is_emoji_glue(char, kept):
            kept.append(char)
            continue
        if not _is_visible(char):
            continue
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(" " if char == "\t" else char)
        if position > limit * (_MAX_MARKS + 8):
            break
    cleaned = _BLANK_LINES.sub("\n\n", "".join(kept).rstrip(_JOINER)).strip()
    return cut(cleaned, limit)


def _is_visible(char: str) -> bool:
    if char in "\n\t":
        return True
    return unicodedata.category(char) not in _UNWANTED and char not in _HIDDEN and not _is_selector(char)


def _is_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _is_emoji_glue(char: str, kept: list[str]) -> bool:
    """The joiner and the style mark stay only inside an emoji: behind a symbol, and never two of them."""
    if char not in (_JOINER, _EMOJI_STYLE) or not kept:
        return False
    before = kept[-1]
    return unicodedata.category(before) in ("So", "Sk") or (char == _JOINER and before == _EMOJI_STYLE)


def cut(text: str, limit: int) -> str:
    """The first `limit` visible characters: a letter keeps its marks and an emoji its parts, or goes as a whole."""
    shown = 0
    for position, char in enumerate(text):
        if _continues(text, position):
            continue
        if shown == limit:
            return text[:position].rstrip()
        shown += 1 if char else 0
    return text


def _continues(text: str, position: int) -> bool:
    char = text[position]
    if position == 0:
        return False
    if (
        char in (_JOINER, _EMOJI_STYLE)
        or unicodedata.category(char) in ("Mn", "Me")
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    ):
        return True
    return text[position - 1] == _JOINER
