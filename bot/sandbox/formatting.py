"""From the parameters of a call to text with entities: parse mode, found links and commands, trimming, limits."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.entities import HtmlParser, entity_order, utf16
from bot.sandbox.errors import bad_request

MAX_TEXT = 4096
MAX_CAPTION = 1024
# What Telegram marks by itself. The order is the order of preference where two would overlap.
FOUND = (
    (
        "url",
        re.compile(
            r"(?:https?://|www\.|t\.me/)[^\s<>\"，。；！？、（）《》“”]+[^\s<>\"，。；！？、（）《》“”.,;:!?)\]']", re.I
        ),
    ),
    ("email", re.compile(r"(?<![\w.+\-])[\w.+\-]+@(?:[A-Za-z0-9\-]+\.)+[A-Za-z]{2,}", re.A)),
    ("bot_command", re.compile(r"(?<![\w/<>@#])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<![\w@])@[a-zA-Z][a-zA-Z0-9_]{3,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#@])#(?!\d+(?!\w))\w{1,256}")),
)
OPAQUE = ("pre", "code", "text_link", "text_mention")


def format_text(text: str, parse_mode: str, entities: Any = None) -> tuple[str, list[dict[str, Any]]]:
    """Plain text, trimmed, with all its entities; refuses what does not parse."""
    mode = parse_mode.strip().lower()
    if mode == "html":
        plain, marked = HtmlParser(text.replace("\r", "")).parse()
    elif mode in ("", "none"):
        plain, marked = text.replace("\r", ""), _given(entities)
    else:
        # Telegram knows Markdown too; this messenger says so instead of showing the marks as text.
        raise bad_request("unsupported parse_mode")
    plain, marked = _trim(plain, marked)
    marked += [e for e in find_entities(plain) if not any(_overlap(e, m) for m in marked if m["type"] in OPAQUE)]
    marked.sort(key=entity_order)
    return plain, marked


def find_entities(text: str) -> list[dict[str, Any]]:
    """Links, addresses, commands, mentions and tags in plain text."""
    found: list[dict[str, Any]] = []
    for kind, pattern in FOUND:
        for match in pattern.finditer(text):
            entity = {"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(match[0])}
            if not any(_overlap(entity, other) for other in found):
                found.append(entity)
    return sorted(found, key=lambda e: int(str(e["offset"])))


def check_text(text: str) -> None:
    if not text:
        raise bad_request("message text is empty")
    if len(text) > MAX_TEXT:
        raise bad_request("message is too long")


def check_caption(caption: str) -> None:
    if len(caption) > MAX_CAPTION:
        raise bad_request("message caption is too long")


def _given(entities: Any) -> list[dict[str, Any]]:
    if not entities:
        return []
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    for entity in entities:
        whole = isinstance(entity, dict) and {"type", "offset", "length"} <= entity.keys()
        if not whole or not all(isinstance(entity[name], int) for name in ("offset", "length")):
            raise bad_request("can't parse MessageEntity")
    return [dict(entity) for entity in entities]


def _trim(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Telegram drops blank space at the end, and at the start as far as nothing there is marked."""
    lead = utf16(text[: len(text) - len(text.lstrip())])
    if entities:
        lead = min(lead, min(e["offset"] for e in entities))
    plain = text[lead:].rstrip()  # blank characters are one unit each
    total = utf16(plain)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        length = min(entity["offset"] + entity["length"] - lead, total) - start
        if length > 0:
            kept.append({**entity, "offset": start, "length": length})
    return plain, kept


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])
