"""Keeps long names and long lists within what a message can hold. Cuts whole items; a text only at its end."""

from __future__ import annotations

from collections.abc import Sequence

from bot.presenters.words import label

NAMES_SHOWN = 6
NAME_LENGTH = 40


def shortened(text: str, length: int = NAME_LENGTH) -> str:
    """The text on one line, cut to `length` characters with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def some_names(names: Sequence[str], shown: int = NAMES_SHOWN) -> str:
    """The names in one line; beyond `shown`, how many more there are."""
    line = label("push.comma").join(shortened(name) for name in names[:shown])
    return line if len(names) <= shown else label("push.and_more", names=line, count=len(names))
