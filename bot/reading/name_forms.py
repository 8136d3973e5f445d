"""The spellings of a name and the keys under which an index finds them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.aliases import CLOSE, spoken_names
from bot.reading.folding import fold
from bot.reading.named import NamedItem
from bot.reading.sounds import SoundCodes, initials_of, readings_of

_ALIAS_SCORE, _SPOKEN_SCORE, _WEAK_SCORE = 99, 97, 72


@dataclass(frozen=True, slots=True)
class Form:
    """One spelling of a name: `best` is the score of typing exactly this."""

    text: str
    sounds: tuple[str, ...]
    initials: tuple[str, ...]
    best: int


def compact(text: str) -> str:
    """The letters and digits of `text`, folded: the form in which names are compared."""
    return "".join(char for char in fold(text) if unicodedata.category(char)[0] in "LN")


def spellings(item: NamedItem) -> list[tuple[str, int]]:
    """Every spelling with the score of typing exactly it; the best of equal spellings stays."""
    name = compact(item.name)
    spellings = {compact(alias): _ALIAS_SCORE for alias in item.aliases}
    for word, around in spoken_names(name):
        score = _SPOKEN_SCORE - around if around <= CLOSE else _WEAK_SCORE
        spellings[word] = max(score, spellings.get(word, 0))
    spellings[name] = 100
    return [(text, best) for text, best in spellings.items() if text]


def forms_of(item: NamedItem, codes: SoundCodes) -> tuple[Form, ...]:
    """Every spelling with its sounds; `codes` learns those that it has not met."""
    return tuple(_form(text, best, codes) for text, best in spellings(item))


def _form(text: str, best: int, codes: SoundCodes) -> Form:
    readings = readings_of(text)
    sounds = dict.fromkeys(codes.learn(text, reading) for reading in readings)
    return Form(text, tuple(sounds), tuple(dict.fromkeys(map(initials_of, readings))), best)


def owner_names(owner: str) -> Iterator[str]:
    name = compact(owner)
    yield name
    if len(name) > 2 and name[0] in "区市县":
        yield name[1:]


def pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)] or [text]


def keys(form: Form) -> Iterator[str]:
    for text in (form.text, *form.sounds):
        yield f"^{text[:1]}"
        yield f"^{text[:2]}"
        yield from pairs(text)
        yield from text
    for letters in form.initials:
        for size in (1, 2, 3):
            yield f"^#{letters[:size]}"
            yield from (f"#{letters[at : at + size]}" for at in range(len(letters) - size + 1) if size > 1)
