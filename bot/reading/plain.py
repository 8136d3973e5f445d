"""One plain form for everything that people type: half-width characters, ordinary spaces, bare numbers."""

from __future__ import annotations

import re
import unicodedata

# Minus signs and hyphens that NFKC leaves alone. Dashes (—, –) stay: they also join ranges, "1—5月".
_MINUS = str.maketrans(dict.fromkeys("−‐‑⁃﹣", "-"))
_INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""))
_SPACES = re.compile(r"\s+")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_HALF_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_HALF_WIDTH |= {ord("．"): ord("."), ord("％"): ord("%"), ord("　"): ord(" "), 0xA0: ord(" ")}


def plain(text: str) -> str:
    """The text in half-width characters, single spaces, no thousands separators: "１，２３４ 万元" -> "1234 万元"."""
    folded = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_MINUS)
    return without_thousands(_SPACES.sub(" ", folded).strip())


def squeezed(text: str) -> str:
    """The plain text without any space: "50 家" -> "50家"."""
    return without_thousands(plain(text).replace(" ", ""))


def without_thousands(text: str) -> str:
    """The text with "1,234,567" as "1234567"; other commas stay."""
    return _THOUSANDS.sub(lambda match: match.group().replace(",", ""), text)


def tidy(text: str) -> str:
    """A name as it should be shown: one line, half-width letters and digits, its own punctuation kept."""
    return _SPACES.sub(" ", text.translate(_INVISIBLE).translate(_HALF_WIDTH)).strip()


def name_key(text: str) -> str:
    """What two spellings of one name have in common: half-width, no spaces, no quotation marks, lower case."""
    return re.sub(r"[\"'“”‘’「」]", "", squeezed(text)).casefold()
