"""Writes bot/reading/pinyin.txt: how Chinese characters are read, and the words in which one is read otherwise.

    .venv/bin/python tools/pinyin_table.py

pypinyin knows 47,000 words and takes 57 MB and a third of a second to load, most of it words whose characters are read
as always. What it says of all of them fits into the readings of the single characters and some three thousand words.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from pypinyin import Style, lazy_pinyin, phrases_dict, pinyin_dict

sys.path.insert(0, str(Path(__file__).parents[1]))
from bot.reading.pinyin import HAN, TABLE, Pinyin

HEAD = """\
# Readings of Chinese characters without tones, and of the words in which a character is read otherwise.
# Made by tools/pinyin_table.py from pypinyin {version}; its data is under the MIT licence, (c) mozillazg and others.
"""


def said(text: str) -> list[str]:
    """What pypinyin says, one syllable per character."""
    return lazy_pinyin(text, style=Style.NORMAL)


def main() -> None:
    """Write the table."""
    characters: dict[str, list[str]] = {}
    for char in (chr(code) for code in pinyin_dict.pinyin_dict if HAN.fullmatch(chr(code))):
        characters.setdefault(said(char)[0], []).append(char)
    readings = {char: syllable for syllable, chars in characters.items() for char in chars}
    words: dict[str, list[str]] = {}
    # Short ones first: a longer one is needed only where those do not give its reading already.
    for word in sorted(phrases_dict.phrases_dict, key=lambda word: (len(word), word)):
        if HAN.fullmatch(word) and Pinyin(readings, words).syllables(word) != said(word):
            words[word] = said(word)
    lines = [f"{syllable} {''.join(sorted(chars))}" for syllable, chars in sorted(characters.items())]
    lines += ["", *(f"{word} {' '.join(syllables)}" for word, syllables in sorted(words.items()))]
    TABLE.write_text(HEAD.format(version=version("pypinyin")) + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
