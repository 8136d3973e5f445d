"""What a presenter gives: words in Telegram's HTML and buttons. Knows no messenger library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Button:
    """An inline button: either `data` (a packed action) or a `url`."""

    text: str
    data: str | None = None
    url: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message; `photo`: shown as a picture, else as a document."""

    name: str
    content: bytes = field(repr=False)
    photo: bool = False


@dataclass(frozen=True)
class Reply:
    """An answer or a push. `replaces`: edit the pressed message instead of sending a new one."""

    text: str
    buttons: Rows = ()
    toast: str | None = None
    replaces: bool = False
    files: tuple[Attachment, ...] = ()

    def replacing(self, toast: str | None = None) -> Reply:
        """The same reply as an edit of the pressed message."""
        return replace(self, replaces=True, toast=toast)


def rows(*lines: Iterable[Button]) -> Rows:
    """Button rows, empty ones left out."""
    made = (tuple(line) for line in lines)
    return tuple(line for line in made if line)
