"""`baton why` and `baton sweep` in words, and as the documents of the contract."""

from __future__ import annotations

from datetime import datetime

from bot.presenters.words import label, moment, words_under


def reason_words(reasons: str) -> str:
    """The sentence of a reason; several, as a digest has them, one after the other."""
    known = words_under("why.reason")
    return label("why.and").join(known.get(code, code) for code in reasons.split(","))


def decision_line(at: datetime, kind: str, grade_word: str | None, sent: bool, reason: str) -> str:
    """One recorded decision as a line."""
    grade = label("why.grade", word=grade_word) if grade_word else ""
    key = "why.line_sent" if sent else "why.line_withheld"
    return label(key, moment=moment(at), kind=kind_word(kind), grade=grade, reason=reason_words(reason))


def kind_word(kind: str) -> str:
    """The word for a kind of push or decision."""
    return words_under("why.kind").get(kind, kind)
