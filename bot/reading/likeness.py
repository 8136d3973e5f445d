"""How well what was typed matches one name: a whole number from 0 to 100, with its reason."""

from __future__ import annotations

from enum import StrEnum
from itertools import takewhile

from rapidfuzz import fuzz

# Below this share of common letters two names are simply different.
_SIMILAR = 62
_SHORTEST_SIMILAR = 4


class Why(StrEnum):
    """Why a name was found."""

    NAME = "name"
    ALIAS = "alias"
    BEGINNING = "beginning"
    PART = "part"
    MENTIONED = "mentioned"
    ABBREVIATION = "abbreviation"
    INITIALS = "initials"
    SOUND = "sound"
    SIMILAR = "similar"
    OWNER = "owner"


def overlap(query: str, name: str) -> tuple[int, Why | None]:
    """Score where one holds the other whole; 0 without a reason where neither does."""
    if query == name:
        return 100, Why.NAME
    if query in name:
        share = 100 * len(query) // len(name)
        if name.startswith(query):
            return 80 + 15 * share // 100, Why.BEGINNING
        return 68 + 20 * share // 100, Why.PART
    if len(name) > 1 and name in query:
        return 30 + 65 * len(name) // len(query), Why.MENTIONED
    return 0, None


def abbreviation(query: str, name: str) -> int:
    """Score of 固投 for 固定资产投资: some letters of the name in their order."""
    if not 2 <= len(query) <= len(name) or not is_subsequence(query, name):
        return 0
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(query, name, strict=False)))
    return 52 + 24 * len(query) // len(name) + 12 * alike // len(query) + 3 * (alike > 0)


def similarity(query: str, name: str) -> int:
    """Score of a name with typos in it, or of a part of one; 0 below what can be a typo."""
    if min(len(query), len(name)) < _SHORTEST_SIMILAR:
        return 0
    score = fuzz.ratio(query, name, score_cutoff=_SIMILAR)
    if len(query) < len(name):
        score = max(score, fuzz.partial_ratio(query, name, score_cutoff=_SIMILAR * 5 / 4) * 4 / 5)
    return int(score) * 9 // 10


def letter_likeness(query: str, initials: str) -> int:
    """Score of typed initials: gdzctz, gdzc, and with gaps gdtz."""
    share = 100 * len(query) // max(len(initials), 1)
    if query == initials:
        return 96
    if initials.startswith(query):
        return 78 + 15 * share // 100
    if query in initials:
        return 62 + 20 * share // 100
    if len(query) > 2 and query[0] == initials[0] and is_subsequence(query, initials):
        return 40 + 25 * share // 100
    return 0


def is_subsequence(short: str, long: str) -> bool:
    """Whether the letters of `short` stand in `long` in the same order."""
    letters = iter(long)
    return all(letter in letters for letter in short)
