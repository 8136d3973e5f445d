"""Finds the indicators that a person means: by name, alias, initials, pinyin, typo or a spoken question.

An inverted index over pairs of characters, of sounds and of initials narrows to a few hundred names; only those are
compared in full. Names can be added and removed at any time.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.reading.likeness import Why, abbreviation, letter_likeness, overlap, similarity
from bot.reading.name_forms import Form, compact, forms_of, keys, owner_names, pairs
from bot.reading.named import NamedItem
from bot.reading.questions import subjects_of
from bot.reading.sounds import SoundCodes

_MAX_QUERY = 40
_MAX_CANDIDATES = 96
_LOWEST = 50
_LONGEST_ABBREVIATION = 6
_FITS = 70
# From here on a comparison of typos cannot do better.
_SURE = 66
# A hit this far above the next is what the person meant.
_CLEAR_LEAD = 8
_CLEAR_SCORE = 62
ASCII = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """`score` is 0 to 100."""

    item: NamedItem
    score: int
    why: Why


@dataclass(frozen=True, slots=True)
class Found:
    """`query` is the subject that was searched for; hits come best first."""

    query: str
    hits: tuple[Hit, ...]

    @property
    def winner(self) -> Hit | None:
        """The one that is meant beyond doubt, or None: nothing found, or several that fit as well."""
        if not self.hits or self.hits[0].score < _CLEAR_SCORE:
            return None
        if len(self.hits) == 1 or self.hits[0].score - self.hits[1].score >= _CLEAR_LEAD:
            return self.hits[0]
        exact = [hit for hit in self.hits if hit.score == 100]
        return exact[0] if len(exact) == 1 else None


class NameIndex:
    """All names that may be asked for. `find` is deterministic: equal scores keep the order of adding."""

    # Occurrences looked at while candidates are counted: bounds the time of a query made of common words only.
    most_postings = 6000

    def __init__(self, items: Iterable[NamedItem] = ()) -> None:
        self._items: dict[int, NamedItem] = {}
        self._forms: dict[int, tuple[Form, ...]] = {}
        self._slots: dict[int, int] = {}
        self._next = 0
        self._postings: defaultdict[str, list[int]] = defaultdict(list)
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        self._owned: defaultdict[str, list[int]] = defaultdict(list)
        self._codes = SoundCodes()
        for item in items:
            self.add(item)

    def __len__(self) -> int:
        return len(self._slots)

    def __iter__(self) -> Iterator[NamedItem]:
        return iter(self._items.values())

    def add(self, item: NamedItem) -> None:
        """Add `item`; one with the same id is replaced."""
        self.remove(item.id)
        slot, self._next = self._next, self._next + 1
        forms = forms_of(item, self._codes)
        self._items[slot], self._forms[slot] = item, forms
        self._slots[item.id] = slot
        for key in {key for form in forms for key in keys(form)}:
            self._postings[key].append(slot)
        for text in {form.text for form in forms}:
            self._exact[text].append(slot)
        for name in {name for owner in item.owners for name in owner_names(owner)}:
            self._owned[name].append(slot)

    def remove(self, item_id: int) -> None:
        """Forget the item; asking for an unknown id is no error."""
        slot = self._slots.pop(item_id, None)
        if slot is not None:
            # Its postings stay until the index is built anew; an empty slot is never a hit.
            del self._items[slot], self._forms[slot]

    def find(self, text: str, limit: int = 8) -> Found:
        """The names that `text` may mean. Questions are understood: 固投完成多少了 searches for 固投."""
        stages = stages_of(text)
        best: dict[int, tuple[int, Why]] = {}
        for stage, width in stages:
            self._search(stage, best, width)
            # A name may itself end in a word of asking (国企改革任务): what fits unpeeled is not peeled further.
            if width and any(score >= _FITS for score, _ in best.values()):
                break
        ranked = sorted(best.items(), key=lambda entry: (-entry[1][0], entry[0]))
        hits = [
            Hit(item, score, why)
            for slot, (score, why) in ranked
            if score >= _LOWEST and (item := self._items.get(slot)) is not None
        ]
        return Found(stages[-1][0], tuple(hits[:limit]))

    def find_whole(self, text: str) -> Found | None:
        """The one name that `text`, without words of asking, spells out; None where `find` has to look further.

        Where `find` finds a winner for such a text, it is this one.
        """
        stages = [stage for stage, _ in stages_of(text)]
        slots = {slot for stage in stages for slot in self._exact.get(stage, ())}
        if len(slots) != 1:
            return None
        slot = slots.pop()
        item = self._items.get(slot)
        if item is None or not any(form.best == 100 and form.text in stages for form in self._forms[slot]):
            return None
        return Found(stages[-1], (Hit(item, 100, Why.NAME),))

    def named(self, spelling: str) -> list[NamedItem]:
        """The items that have exactly this compact spelling as a name or an alias."""
        return [item for slot in self._exact.get(spelling, ()) if (item := self._items.get(slot))]

    def beginning(self, opening: str) -> list[NamedItem]:
        """Some items whose compact name begins with `opening` (two characters or more)."""
        slots = self._postings.get(f"^{opening[:2]}", ())[:_MAX_CANDIDATES]
        return [
            item for slot in slots if (item := self._items.get(slot)) and self._forms[slot][-1].text.startswith(opening)
        ]

    def _search(self, query: str, best: dict[int, tuple[int, Why]], limit: int) -> None:
        letters = bool(ASCII.fullmatch(query))
        sounds = self._codes.of_typed(query)
        for slot in self._candidates(query, sounds, letters, limit) if limit else self._exact_within(query):
            for form in self._forms.get(slot, ()):
                score, why = _likeness(query, sounds, letters, form)
                if why is not None and score > best.get(slot, (0, why))[0]:
                    best[slot] = (score, why)
        for slot in self._owned.get(query, ())[:_MAX_CANDIDATES]:
            best.setdefault(slot, (70, Why.OWNER))

    def _candidates(self, query: str, sounds: list[str], letters: bool, limit: int) -> list[int]:
        chosen = dict.fromkeys(self._exact_within(query))
        beginnings, inner, single = asked_keys(query, sounds, letters)
        if single:
            chosen.update(dict.fromkeys(self._with_all_letters(single)))
        for slot in self._most_common(beginnings, limit // 2) + self._most_common(inner, limit):
            chosen.setdefault(slot)
        return list(chosen)[: 2 * limit]

    def _exact_within(self, query: str) -> list[int]:
        """The slots of all spellings that stand in the query as they are."""
        found: dict[int, None] = {}
        for start in range(len(query)):
            for end in range(len(query), start, -1):
                slots = self._exact.get(query[start:end])
                if slots:
                    found.update(dict.fromkeys(slots[:_MAX_CANDIDATES]))
        return list(found)[: 2 * _MAX_CANDIDATES]

    def _most_common(self, wanted: list[str], limit: int) -> list[int]:
        """The slots that share most keys, rare keys first; common ones are left out when enough has been seen."""
        postings = [(len(found), key, found) for key in set(wanted) if (found := self._postings.get(key))]
        counts: Counter[int] = Counter()
        seen = 0
        for size, _, posting in sorted(postings, key=lambda entry: entry[:2]):
            if seen and seen + size > self.most_postings:
                break
            counts.update(posting[: self.most_postings])
            seen += size
        return _highest(counts, limit)

    def _with_all_letters(self, letters: list[str]) -> list[int]:
        """Names that hold every character of an abbreviation (固投, 社零)."""
        postings = sorted((self._postings.get(letter, []) for letter in letters), key=len)
        if not postings[0] or len(postings) < 2:
            return []
        common = set(postings[0][: self.most_postings]).intersection(*postings[1:])
        return heapq.nsmallest(_MAX_CANDIDATES, common)


def _highest(counts: Counter[int], limit: int) -> list[int]:
    """The slots with the highest counts; of equal ones the first."""
    if len(counts) > limit:
        # Sorting thousands that occur once to keep a few of them would take longest of all.
        least, room = 0, limit
        for count, slots in sorted(Counter(counts.values()).items(), reverse=True):
            least = count
            if slots >= room:
                break
            room -= slots
        last = heapq.nsmallest(room, [slot for slot, count in counts.items() if count == least])
        chosen = [(slot, count) for slot, count in counts.items() if count > least]
        return [slot for slot, _ in sorted(chosen, key=lambda entry: (-entry[1], entry[0]))] + last
    return [slot for slot, _ in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))]


def stages_of(text: str) -> list[tuple[str, int]]:
    """What is searched for, as words of asking are peeled off, each with its number of candidates (0: exact ones)."""
    stages = subjects_of(compact(text[: 4 * _MAX_QUERY])[:_MAX_QUERY])
    wide = len(stages) - 3 if stages[-1] else len(stages)
    last = len(stages) - 1
    return [
        (stage, 0 if place < wide else _MAX_CANDIDATES if place == last else _MAX_CANDIDATES // 3)
        for place, stage in enumerate(stages)
    ]


def asked_keys(query: str, sounds: list[str], letters: bool) -> tuple[list[str], list[str], list[str]]:
    """The keys that find names with this beginning, with something in common, and with every letter."""
    beginnings = [f"^{query[:2]}", *(f"^{said[:2]}" for said in sounds)]
    inner = [*pairs(query), *(pair for said in sounds for pair in pairs(said))]
    if letters:
        beginnings.append(f"^#{query[:3]}")
        inner.extend(f"#{query[at : at + 3]}" for at in range(max(1, len(query) - 2)))
    single = list(dict.fromkeys(query)) if not letters and len(query) <= _LONGEST_ABBREVIATION else []
    return beginnings, inner, single


def _likeness(query: str, sounds: list[str], letters: bool, form: Form) -> tuple[int, Why | None]:
    """The best of comparing letters, initials and sounds with one spelling."""
    score, why = overlap(query, form.text)
    if why is Why.NAME:
        return form.best, why if form.best == 100 else Why.ALIAS
    found: list[tuple[int, Why | None]] = [(score, why)]
    if letters:
        found.extend((letter_likeness(query, initials), Why.INITIALS) for initials in form.initials)
    found.extend((_sound_overlap(said, sound, letters), Why.SOUND) for said in sounds for sound in form.sounds)
    if max(found, key=_score)[0] < _SURE:
        found.append((abbreviation(query, form.text), Why.ABBREVIATION))
        found.append((similarity(query, form.text), Why.SIMILAR))
        found.extend((similarity(said, form.sounds[0]) * 95 // 100, Why.SIMILAR) for said in sounds[:1])
    score, why = max(found, key=_score)
    return score * form.best // 100, why if score else None


def _score(entry: tuple[int, Why | None]) -> int:
    return entry[0]


def _sound_overlap(said: str, sound: str, pinyin: bool) -> int:
    """Two syllables inside a name are a coincidence unless they were typed as pinyin."""
    score, how = overlap(said, sound)
    by_chance = how is not Why.NAME and len(said) < (2 if pinyin else 3)
    return 0 if by_chance else score * 95 // 100
