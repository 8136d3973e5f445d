"""Normalisation of the same length: one character in, one out, so that spans found in it fit the typed text."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Characters that NFKC leaves alone, but that people type for the same thing.
_SAME = {
    **dict.fromkeys("‐‑‒–−﹣－", "-"),
    **dict.fromkeys("～〜∼﹏", "~"),
    **dict.fromkeys("、﹑､", "、"),
    **dict.fromkeys("\u3000\u00a0\t\u2002\u2003\u2009\u202f", " "),
    **dict.fromkeys("“”„«»「」『』", '"'),
    **dict.fromkeys("‘’", "'"),
    "﹪": "%",
    "µ": "μ",
    "³": "3",
    "²": "2",
}


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    folded = unicodedata.normalize("NFKC", char).lower()
    return folded if len(folded) == 1 else char


# One message is folded again for each number in it.
@lru_cache(maxsize=64)
def fold(text: str) -> str:
    """Half-width, lower-case form of `text` with the same length: position i there is position i here."""
    return "".join(map(_fold_char, text))
