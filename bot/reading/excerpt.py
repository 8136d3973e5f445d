"""An index of names that is kept elsewhere: what is stored of each name, and the part of it that one text asks for.

A year with very many indicators does not fit into memory. Its index is rows: a key with the places of the names that
have it, and a place with the spellings of its name. A search asks for the rows of some fifty keys, chooses candidates
as `NameIndex` does, asks for the spellings of these, and ranks them as `NameIndex` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.reading.name_forms import Form, keys, owner_names
from bot.reading.named import NamedItem
from bot.reading.search import ASCII, NameIndex, asked_keys, stages_of
from bot.reading.sounds import SoundCodes

# Of a key that more names have, the first are kept: such a key tells too little to look at all of them.
MOST_PLACES = 2_000
# Longer spellings cannot stand in a query as a whole.
_LONGEST_EXACT = 40
_EXACT, _OWNED = "=", "@"
_FORMS, _FIELDS, _VALUES = "\n", "\x1f", "\x1e"


def written(forms: Iterable[Form]) -> str:
    """The spellings of a name as a text to store."""
    return _FORMS.join(
        _FIELDS.join((str(form.best), form.text, _VALUES.join(form.sounds), _VALUES.join(form.initials)))
        for form in forms
    )


def read(text: str) -> tuple[Form, ...]:
    """The spellings that `written` wrote."""
    forms = []
    for line in text.split(_FORMS) if text else ():
        best, spelling, sounds, initials = line.split(_FIELDS)
        forms.append(Form(spelling, tuple(sounds.split(_VALUES)), tuple(initials.split(_VALUES)), int(best)))
    return tuple(forms)


def stored_keys(forms: Iterable[Form], owners: Iterable[str]) -> set[str]:
    """Every key under which a name is found."""
    found: set[str] = set()
    for form in forms:
        found.update(keys(form))
        if len(form.text) <= _LONGEST_EXACT:
            found.add(_EXACT + form.text)
    found.update(_OWNED + name for owner in owners for name in owner_names(owner))
    return found


def wanted_keys(text: str, codes: SoundCodes) -> set[str]:
    """The keys that a search for `text` looks at."""
    stages = stages_of(text)
    whole = stages[0][0]
    wanted = {_EXACT + whole[at:end] for at in range(len(whole)) for end in range(at + 1, len(whole) + 1)}
    for stage, width in stages:
        wanted.add(_OWNED + stage)
        if width:
            letters = bool(ASCII.fullmatch(stage))
            for group in asked_keys(stage, codes.of_typed(stage), letters):
                wanted.update(group)
    return wanted


def exact_key(spelling: str) -> str:
    """The key of the names that are spelled so."""
    return _EXACT + spelling


def whole_keys(text: str) -> list[str]:
    """The keys of the names that `text` may be as a whole, without words of asking."""
    return [exact_key(stage) for stage, _ in stages_of(text) if stage]


class Excerpt(NameIndex):
    """The part of a stored index that one text asks for, as if it were all there is."""

    most_postings = MOST_PLACES

    def __init__(self, codes: SoundCodes, places: Mapping[str, Sequence[int]]) -> None:
        """`places`: of each wanted key that the index has."""
        super().__init__()
        self._codes = codes
        for key, found in places.items():
            kept = self._exact if key[0] == _EXACT else self._owned if key[0] == _OWNED else None
            if kept is not None and len(key) > 1:
                kept[key[1:]] = list(found)
            else:
                self._postings[key] = list(found)

    def places(self) -> set[int]:
        """The places that are spelled as was asked for, as far as they can be the only one."""
        chosen = {place for found in self._exact.values() for place in found}
        return chosen if len(chosen) == 1 else set()

    def candidates(self, text: str) -> set[int]:
        """The places whose names a search for `text` compares in full."""
        chosen: set[int] = set()
        for stage, width in stages_of(text):
            letters = bool(ASCII.fullmatch(stage))
            sounds = self._codes.of_typed(stage)
            chosen.update(self._candidates(stage, sounds, letters, width) if width else self._exact_within(stage))
            chosen.update(self._owned.get(stage, ()))
        return chosen

    def put(self, place: int, item: NamedItem, forms: tuple[Form, ...]) -> None:
        """Add a candidate."""
        self._items[place], self._forms[place] = item, forms
        self._slots[item.id] = place
