"""How names sound: one code per character stands for its syllable, so that pinyin and homophones compare as strings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

from bot.reading.pinyin import syllables

# Characters with two everyday readings that the table may get wrong in a name; both are indexed.
_POLYPHONES = {
    "长": ("chang", "zhang"),
    "重": ("zhong", "chong"),
    "行": ("xing", "hang"),
    "调": ("diao", "tiao"),
    "降": ("jiang", "xiang"),
    "都": ("du", "dou"),
    "会": ("hui", "kuai"),
    "乐": ("le", "yue"),
    "强": ("qiang", "jiang"),
    "校": ("xiao", "jiao"),
    "参": ("can", "shen"),
    "曾": ("zeng", "ceng"),
    "单": ("dan", "shan"),
    "厦": ("sha", "xia"),
    "传": ("chuan", "zhuan"),
}
_MAX_READINGS = 8
_LONGEST_SYLLABLE = 6
_MAX_CUTS = 3
# Codes live in a private-use plane: they can never equal a character that somebody typed.
_FIRST_CODE = 0xF0000
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[a-z]+")


def sound_class(syllable: str) -> str:
    """Syllables that many speakers do not tell apart fall together: zh/z, ch/c, sh/s, -ang/-an, -eng/-en, -ing/-in."""
    soft = syllable.replace("v", "u")
    if soft[:2] in ("zh", "ch", "sh"):
        soft = soft[0] + soft[2:]
    return soft.removesuffix("g") if soft.endswith(("ang", "eng", "ing")) else soft


def readings_of(text: str) -> list[list[str]]:
    """Up to eight ways to read `text`, each one syllable (or the character itself) per character."""
    options = []
    for char, said in zip(text, syllables(text), strict=True):
        others = [other for other in _POLYPHONES.get(char, ()) if other != said]
        options.append([said, *others])
    readings: list[list[str]] = []
    for reading in product(*options):
        readings.append(list(reading))
        if len(readings) == _MAX_READINGS:
            break
    return readings


def initials_of(reading: list[str]) -> str:
    """gdzctz for 固定资产投资: the first letter of each syllable; digits and Latin letters stay."""
    return "".join(syllable[0] for syllable in reading)


class SoundCodes:
    """Gives every sound class its code, and cuts typed pinyin into the classes that it has seen."""

    def __init__(self, classes: Iterable[str] = ()) -> None:
        """`classes`: those that were learnt before, in their order."""
        self._codes: dict[str, str] = {}
        self._openings: set[str] = set()
        for name in classes:
            self._learn(name)

    @property
    def classes(self) -> tuple[str, ...]:
        """What was learnt, in the order of its codes."""
        return tuple(self._codes)

    def learn(self, text: str, reading: list[str]) -> str:
        """The sound string of `text`; unseen classes get a code."""
        return "".join(
            self._learn(said) if _HAN.match(char) else char for char, said in zip(text, reading, strict=True)
        )

    def _learn(self, syllable: str) -> str:
        name = sound_class(syllable)
        if name not in self._codes:
            self._codes[name] = chr(_FIRST_CODE + len(self._codes))
            self._openings.update(name[:size] for size in range(1, len(name)))
        return self._codes[name]

    def of_typed(self, text: str) -> list[str]:
        """Sound strings of a query in characters, pinyin or both: 固定zichan."""
        if _LETTERS.fullmatch(text):
            return self.of_pinyin(text)
        found = []
        for reading in readings_of(text):
            said = "".join(self._known(char, syllable) for char, syllable in zip(text, reading, strict=True))
            found.append(_LETTERS.sub(lambda run: (self.of_pinyin(run[0]) or [run[0]])[0], said))
        return list(dict.fromkeys(found))

    def _known(self, char: str, syllable: str) -> str:
        """A class that no name has stays a character that matches nothing."""
        return self._codes.get(sound_class(syllable), char) if _HAN.match(char) else char

    def of_pinyin(self, text: str) -> list[str]:
        """Sound strings of typed pinyin, longest syllables first; an unfinished last syllable is left out."""
        if not _LETTERS.fullmatch(text):
            return []
        found: list[str] = []
        self._cut(text, 0, "", found, [200])
        return found

    def _cut(self, text: str, at: int, said: str, found: list[str], budget: list[int]) -> None:
        if at == len(text) or (said and text[at:] in self._openings):
            if said not in found:
                found.append(said)
            if at == len(text):
                return
        for size in range(min(_LONGEST_SYLLABLE, len(text) - at), 0, -1):
            budget[0] -= 1
            if len(found) >= _MAX_CUTS or budget[0] < 0:
                return
            code = self._codes.get(sound_class(text[at : at + size]))
            if code is not None:
                self._cut(text, at + size, said + code, found, budget)
