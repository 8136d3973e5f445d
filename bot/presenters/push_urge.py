"""An urging about orders, tasks or evidence. The one about reports is in push_notes."""

from __future__ import annotations

from bot.presenters.actions_tasks import ShowTask
from bot.presenters.order_actions import ShowOrder
from bot.presenters.remind import Owed, UrgeMatter
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened
from bot.presenters.words import label, render

LINES = 20
BUTTONS = 5
BUTTON_NAME = 14


def present_urge_of(matter: UrgeMatter, owed: tuple[Owed, ...], words: str) -> Reply:
    """The person's own list, each with its button where it has one."""
    text = render(
        "push/urge_of",
        matter=matter.value,
        what=label(f"remind.owed.{matter}"),
        lines=[(shortened(item.name), item.state) for item in owed[:LINES]],
        more=max(len(owed) - LINES, 0),
        count=len(owed),
        words=words,
    )
    buttons = [[_button(matter, item)] for item in owed] if matter is not UrgeMatter.EVIDENCE else []
    return Reply(text, rows(*(buttons if len(buttons) <= BUTTONS else [])))


def _button(matter: UrgeMatter, item: Owed) -> Button:
    action = ShowOrder(item.key) if matter is UrgeMatter.ORDER else ShowTask(item.key)
    return Button(label("remind.open", name=shortened(item.name, BUTTON_NAME)), action.pack())
