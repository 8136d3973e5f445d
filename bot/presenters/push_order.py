"""A step on a warning order, told to those whom it concerns: the office that decides, or the unit that asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.answers import Answer, Request
from bot.presenters.actions import Acknowledge, ShowCard, StartDirective
from bot.presenters.order_actions import DecideRequest, RequestClosing, ShowOrder, StartAnswer, StartExtension
from bot.presenters.order_said import OrderNamed, PendingRequest
from bot.presenters.push_warning import order_number
from bot.presenters.reply import Button, Reply, Rows, rows
from bot.presenters.shortening import shortened
from bot.presenters.words import label, moment, render

TEXT_LENGTH = 600
NAME_LENGTH = 120
LINES = 8
BUTTON_NAME = 16


@dataclass(frozen=True)
class OrderNote:
    """One step. `event`: response, extension, closing (for the office); returned, extension_granted,
    extension_refused, closing_refused, closed (for the unit).

    `who`: post and name of the one who acted. `ref`: the answer or the request that the office decides on.
    """

    event: str
    order: OrderNamed
    ref: int
    who: str
    answer: Answer | None = None
    due: date | None = None
    until: date | None = None
    reason: str = ""
    progress: str = ""
    late: bool = False
    now_word: str = ""
    may_answer: bool = False


def present_order_note(note: OrderNote) -> Reply:
    """The note with the buttons of what its reader can do next."""
    text = render(
        "push/order",
        note=note,
        title=shortened(note.order.name, NAME_LENGTH),
        number=order_number(*note.order.number),
        reason=shortened(note.reason, TEXT_LENGTH),
        progress=shortened(note.progress, TEXT_LENGTH),
        answer=answer_lines(note.answer),
    )
    return Reply(text, _buttons(note))


def answer_lines(answer: Answer | None) -> list[tuple[str, str]]:
    """The fields of an answer with their names; the recovery as a day or a month. Empty ones are left out."""
    if answer is None:
        return []
    recovery = ""
    if answer.recovery is not None:
        recovery = label("order.recovery", month=answer.recovery.month, day=answer.recovery.day)
    values = {"cause": answer.cause, "measure": answer.measure, "recovery": recovery, "help": answer.help}
    return [(label(f"order.field.{name}"), shortened(text, TEXT_LENGTH)) for name, text in values.items() if text]


def _buttons(note: OrderNote) -> Rows:
    order = note.order
    show = Button(label("order.show"), ShowOrder(order.order_id).pack())
    if note.event in set(Request):
        return rows([*decide_buttons(Request(note.event), order.order_id, note.ref), show])
    again = [Button(label("order.answer"), StartAnswer(order.order_id).pack())] if note.may_answer else []
    return rows([*again, show, Button(label("warning.details"), ShowCard(order.indicator_id).pack())])


def present_requests(items: Sequence[PendingRequest]) -> Reply:
    """Everything that came for the office in one day and still waits, each with its order."""
    lines = [
        (label(f"order.request.{item.what}"), shortened(item.order.name), order_number(*item.order.number), item.by)
        for item in items[:LINES]
    ]
    buttons = [
        [
            Button(
                label("order.review_one", what=what, name=shortened(item.order.name, BUTTON_NAME)),
                ShowOrder(item.order.order_id).pack(),
            )
        ]
        for (what, *_), item in zip(lines, items, strict=False)
    ]
    text = render("reply/order_requests", lines=lines, total=len(items), more=max(len(items) - LINES, 0))
    return Reply(text, rows(*buttons))


def decide_buttons(what: Request, order_id: int, ref: int) -> list[Button]:
    """The two words that the office can say to a request."""
    return [
        Button(label(f"order.accept.{what}"), DecideRequest(what.value, order_id, ref, accept=True).pack()),
        Button(label(f"order.refuse.{what}"), DecideRequest(what.value, order_id, ref, accept=False).pack()),
    ]


@dataclass(frozen=True)
class OrderStatus:
    """Where an order stands for one reader. `due`: of the answer, or of the recovery that was `promised`."""

    order_id: int
    indicator_id: int
    severity: int
    state: str
    due: date | None
    promised: bool
    acknowledged_at: datetime | None
    asked_for_more: bool
    may_answer: bool
    may_close: bool
    closed: bool


# Between the words of a push as they were sent and the lines that are kept up to date.
RULE = "\n\n——\n"


def as_sent(text: str) -> str:
    """The words of a push without the lines that are kept up to date."""
    return text.partition(RULE)[0]


def with_status(text: str, buttons: Rows, status: OrderStatus) -> Reply:
    """The message with the order's present state and the buttons that still mean something."""
    lines = render("reply/order_status", status=status, state=label(f"card.state.{status.state}"))
    body = f"{as_sent(text)}{RULE}{lines}"
    if status.acknowledged_at is not None:
        body += f"\n{label('warning.acknowledged', moment=moment(status.acknowledged_at))}"
    return Reply(body, order_buttons(status, may_direct=_has(buttons, StartDirective.prefix)))


def order_buttons(status: OrderStatus, *, may_direct: bool) -> Rows:
    """What the reader can do with the order where it stands."""
    order_id = status.order_id
    show = Button(label("order.show"), ShowOrder(order_id).pack())
    if status.closed:
        return rows([show])
    first = []
    if status.acknowledged_at is None:
        first.append(Button(label("warning.acknowledge"), Acknowledge(order_id, status.severity).pack()))
    if status.may_answer:
        first.append(Button(label("order.answer"), StartAnswer(order_id).pack()))
        first.append(Button(label("order.extend"), StartExtension(order_id).pack()))
    if status.may_close:
        first.append(Button(label("order.request_closing"), RequestClosing(order_id).pack()))
    second = [Button(label("warning.details"), ShowCard(status.indicator_id).pack()), show]
    if may_direct:
        second.append(Button(label("warning.direct"), StartDirective(status.indicator_id).pack()))
    return rows(first, second)


def _has(buttons: Rows, prefix: str) -> bool:
    return any((item.data or "").startswith(f"{prefix}:") for line in buttons for item in line)


def settled_note(text: str, order_id: int, who: str, at: datetime) -> Reply:
    """A request that somebody in the office has decided: who and when, and no button to decide again."""
    words = label("order.settled", who=who, moment=moment(at))
    return Reply(f"{as_sent(text)}{RULE}{words}", rows([Button(label("order.show"), ShowOrder(order_id).pack())]))
