"""The small table of readings says what the large dictionary says."""

from __future__ import annotations

import pytest
from pypinyin import Style, lazy_pinyin, phrases_dict

from bot.reading.aliases import SPOKEN
from bot.reading.pinyin import HAN, syllables
from tests.reading.district import ITEMS


def dictionary(text: str) -> list[str]:
    return lazy_pinyin(text, style=Style.NORMAL, errors=list)


def test_every_word_of_the_dictionary_is_read_the_same():
    words = [word for word in phrases_dict.phrases_dict if HAN.fullmatch(word)]
    assert len(words) > 40_000
    assert [word for word in words if syllables(word) != dictionary(word)] == []


def test_names_and_their_spoken_forms_are_read_the_same():
    spoken = {word for name, words in SPOKEN for word in (name, *words.split())}
    names = {item.name for item in ITEMS} | spoken
    assert [name for name in names if syllables(name) != dictionary(name)] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("重庆银行", ["chong", "qing", "yin", "hang"]),
        ("城镇化率", ["cheng", "zhen", "hua", "lv"]),
        ("PM2.5浓度", [*"PM2.5", "nong", "du"]),
        ("银", ["yin"]),
        ("", []),
    ],
)
def test_one_syllable_for_each_character_and_the_rest_as_it_is(text: str, said: list[str]):
    assert syllables(text) == said
