"""Telegram's HTML as words alone: for a message whose tags it refused, and for channels that know no tags."""

from __future__ import annotations

import html
import re


def plain_text(text: str) -> str:
    """The words alone."""
    return html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", text))
