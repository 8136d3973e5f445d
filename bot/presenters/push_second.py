"""Warnings on other ways than their own: short words for the second channel, the whole for whoever passes it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from bot.presenters.push_warning import order_number
from bot.presenters.reply import Reply
from bot.presenters.shortening import shortened
from bot.presenters.words import render

LINES = 12


@dataclass(frozen=True)
class SecondWarning:
    """An order in few words. `unreachable`: the assistant cannot write to the person; else they have not answered."""

    grade_word: str
    name: str
    number: tuple[int, int]
    unreachable: bool
    reply_by: date | None


def second_warning(warning: SecondWarning) -> Reply:
    """For mail, work chats and text messages: where nothing can be pressed or answered."""
    return Reply(
        render(
            "push/second_warning",
            warning=warning,
            title=shortened(warning.name),
            number=order_number(*warning.number),
        )
    )


def standing_in(person: str, post: str, text: str) -> Reply:
    """The warning that did not reach somebody, to be passed on. `text`: its words as Telegram's HTML."""
    # The words of the warning were rendered and escaped before.
    return Reply(render("push/standing_in", person=person, post=post, text=Markup(text)))


def to_be_telephoned(lines: Sequence[tuple[str, str, str, int]]) -> Reply:
    """Whom nothing reached: (person, post, indicator, serial of the order)."""
    shown = [(person, post, shortened(name), serial) for person, post, name, serial in lines[:LINES]]
    return Reply(render("push/unreached", lines=shown, more=len(lines) - len(shown)))
