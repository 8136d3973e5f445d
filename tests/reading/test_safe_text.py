"""What people type, before it is stored."""

from __future__ import annotations

import pytest

from bot.reading.safe_text import MAX_LENGTH, cut, safe_text

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("征地慢", "征地慢"),
        ("  征地慢\n", "征地慢"),
        ("征\u202e地\u2066慢\u2069", "征地慢"),
        ("征\u200b地\ufeff慢\u00ad", "征地慢"),
        ("征\x00地\x1b慢\x7f", "征地慢"),
        ("征\ue000地\U000f0000慢", "征地慢"),
        ("征\ud800地慢", "征地慢"),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("一\n\n\n\n二", "一\n\n二"),
        ("一\t二", "一 二"),
        ("\u3164\u2800", ""),
        (f"好{FAMILY}❤️", f"好{FAMILY}❤️"),
        ("a\u200d\u200db", "ab"),
        ("征\ufe0f地\U000e0101慢", "征地慢"),
        ("e\u0301" + "\u0301" * 50, "e" + "\u0301" * 4),
        ("", ""),
    ],
)
def test_only_what_can_be_seen_is_kept(typed: str, stored: str) -> None:
    assert safe_text(typed) == stored


def test_a_long_text_is_cut_by_what_the_eye_counts() -> None:
    assert safe_text("征" * 5000) == "征" * MAX_LENGTH
    assert safe_text(FAMILY * 5, limit=2) == FAMILY * 2


def test_a_text_of_invisible_characters_is_cheap_and_empty() -> None:
    assert safe_text("\u200b" * 1_000_000) == ""


def test_a_letter_keeps_its_marks_when_the_text_is_cut() -> None:
    assert cut("e\u0301e\u0301", 1) == "e\u0301"
    assert cut("ab", 5) == "ab"
