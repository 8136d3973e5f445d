"""How Chinese characters are read: a small table instead of a dictionary of words (see tools/pinyin_table.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("pinyin.txt")
HAN = re.compile(r"[\u3007\u3400-\u9fff]+")


class Pinyin:
    """`characters`: the usual reading of each; `words`: those in which a character is read otherwise."""

    def __init__(self, characters: Mapping[str, str], words: Mapping[str, list[str]]) -> None:
        self._characters, self._words = characters, words
        self._longest = max(map(len, words), default=1)
        self._openings = frozenset(word[:2] for word in words)

    def syllables(self, text: str) -> list[str]:
        """One syllable without tone per character, the longest known word first; other characters stay."""
        found: list[str] = []
        at = 0
        while at < len(text):
            word = self._word_at(text, at)
            found.extend(word or [self._characters.get(text[at], text[at])])
            at = len(found)
        return found

    def _word_at(self, text: str, at: int) -> list[str] | None:
        if text[at : at + 2] not in self._openings:
            return None
        for size in range(self._longest, 1, -1):
            word = self._words.get(text[at : at + size])
            if word is not None and at + size <= len(text):
                return word
        return None


@lru_cache(maxsize=1)
def _table() -> Pinyin:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    cut = lines.index("")
    characters = {
        char: syllable for line in lines[:cut] for syllable, _, chars in [line.partition(" ")] for char in chars
    }
    words = {word: said.split() for line in lines[cut + 1 :] for word, _, said in [line.partition(" ")]}
    return Pinyin(characters, words)


def syllables(text: str) -> list[str]:
    """How `text` is read: one syllable per Chinese character; letters, digits and signs stay as they are."""
    return _table().syllables(text)
