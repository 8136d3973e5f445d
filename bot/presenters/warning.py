"""Answers around a warning order: acknowledged, already acknowledged, regraded meanwhile, and directives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.presenters.actions import Acknowledge, AcknowledgeAll, CancelDraft, ShowCard, StartDirective
from bot.presenters.order_said import OrderNamed
from bot.presenters.push_warning import order_number
from bot.presenters.reply import Button, Reply, Rows, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, moment, render

BUTTON_NAME = 16


@dataclass(frozen=True)
class ShownMessage:
    """The message whose button was pressed, as it was sent."""

    text: str
    buttons: Rows


@dataclass(frozen=True)
class Acknowledged:
    """Acknowledged just now, or before (`already`). `waiting`: others who were asked and have not yet."""

    orders: tuple[OrderNamed, ...]
    at: datetime
    already: bool = False
    waiting: tuple[str, ...] = ()
    shown: ShownMessage | None = None


@dataclass(frozen=True)
class Regraded:
    """The grade changed after the message was sent: it is to be acknowledged as it stands now."""

    order: OrderNamed


@dataclass(frozen=True)
class OrderClosed:
    """The order is closed: nothing is asked any more."""

    order: OrderNamed


@dataclass(frozen=True)
class NothingToAcknowledge:
    """Nothing that this person was told of waits for an acknowledgement."""


Outcome = Acknowledged | Regraded | OrderClosed | NothingToAcknowledge


def present_acknowledgement(outcome: Outcome) -> Reply:
    """The answer to 签收; where a message was pressed, that message with the time in place of its button."""
    if isinstance(outcome, NothingToAcknowledge):
        return Reply(render("reply/warning_nothing"))
    if isinstance(outcome, Regraded):
        order = outcome.order
        buttons = rows(
            [
                Button(label("warning.acknowledge"), Acknowledge(order.order_id, order.severity).pack()),
                Button(label("warning.details"), ShowCard(order.indicator_id).pack()),
            ]
        )
        return Reply(_order_text("reply/warning_regraded", order), buttons)
    if isinstance(outcome, OrderClosed):
        return Reply(_order_text("reply/warning_closed", outcome.order))
    if outcome.shown is not None:
        return _marked(outcome, outcome.shown)
    return Reply(
        render(
            "reply/warning_acknowledged",
            outcome=outcome,
            lines=[(shortened(order.name), order_number(*order.number), order.grade_word) for order in outcome.orders],
            waiting=some_names(outcome.waiting),
        )
    )


def _order_text(template: str, order: OrderNamed) -> str:
    return render(template, order=order, title=shortened(order.name), number=order_number(*order.number))


def _marked(outcome: Acknowledged, shown: ShownMessage) -> Reply:
    """The pressed message with the time in place of the button; of several orders only those pressed are marked."""
    buttons = without_acknowledge(shown.buttons, [order.order_id for order in outcome.orders])
    mark = label("warning.acknowledged", moment=moment(outcome.at))
    if _waits(buttons) or label("warning.one_mark") in shown.text:
        names = some_names([order.name for order in outcome.orders])
        mark = label("warning.acknowledged_one", moment=moment(outcome.at), names=names)
    text = shown.text if shown.text.endswith(mark) else f"{shown.text}\n{'' if _waits(buttons) else chr(10)}{mark}"
    toast = label("warning.toast_already" if outcome.already else "warning.toast")
    return Reply(text, buttons, toast=toast, replaces=True)


def _waits(buttons: Rows) -> bool:
    return any((item.data or "").startswith(f"{Acknowledge.prefix}:") for line in buttons for item in line)


def without_acknowledge(buttons: Rows, order_ids: Sequence[int]) -> Rows:
    """The buttons of a message without those of the orders that were acknowledged; with the last of them goes 全部."""
    done = tuple(f"{Acknowledge.prefix}:{order_id}:" for order_id in order_ids)
    left = rows(*([item for item in line if not (item.data or "").startswith(done)] for line in buttons))
    if _waits(left):
        return left
    everything = f"{AcknowledgeAll.prefix}:"
    return rows(*([item for item in line if not (item.data or "").startswith(everything)] for line in left))


def as_buttons(stored: Sequence[object]) -> Rows:
    """Buttons as they are stored with a push."""
    return rows(*([Button(**item) for item in line] for line in stored if isinstance(line, list)))


@dataclass(frozen=True)
class DirectivePrompt:
    """A directive was begun: its text is typed next. `version`: of the draft."""

    name: str
    version: int


@dataclass(frozen=True)
class DirectiveGiven:
    """A directive is on its way. `told`: persons by name; `untold`: those without an account."""

    name: str
    text: str
    units: tuple[str, ...]
    told: tuple[str, ...]
    untold: tuple[str, ...]
    leaves_at: datetime | None


@dataclass(frozen=True)
class DirectiveOfWhat:
    """A directive was typed without saying what it is about. `choices`: what this person was warned of, worst first."""

    choices: tuple[tuple[int, str], ...] = ()


def present_directive(outcome: DirectivePrompt | DirectiveGiven | DirectiveOfWhat) -> Reply:
    """Asks for the words, asks for the subject, or says who gets them and when."""
    if isinstance(outcome, DirectiveOfWhat):
        return Reply(
            render("reply/directive_of_what", choices=outcome.choices),
            rows(
                *(
                    [Button(label("warning.direct_one", name=shortened(name, BUTTON_NAME)), StartDirective(key).pack())]
                    for key, name in outcome.choices
                )
            ),
        )
    if isinstance(outcome, DirectivePrompt):
        return Reply(
            render("reply/directive_prompt", title=shortened(outcome.name)),
            rows([Button(label("warning.cancel"), CancelDraft(outcome.version).pack())]),
        )
    return Reply(
        render(
            "reply/directive_given",
            given=outcome,
            title=shortened(outcome.name),
            units=some_names(outcome.units),
            told=some_names(outcome.told),
            untold=some_names(outcome.untold),
        )
    )
