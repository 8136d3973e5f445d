"""Answers around a warning order: the order itself, an answer on its way, what was asked for and decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.answers import Field, Request
from bot.presenters.actions import Acknowledge, CancelDraft, ShowCard, StartDirective
from bot.presenters.order_actions import (
    ChooseOrder,
    EditAnswer,
    PrintOrder,
    RequestClosing,
    SendAnswer,
    ShowOrder,
    ShowReview,
    StartAnswer,
    StartClosing,
    StartExtension,
)
from bot.presenters.order_said import (
    Answered,
    AnswerPreview,
    ClosingSent,
    Decided,
    ExtensionSent,
    NoOrder,
    OrderNamed,
    OrderView,
    ReviewList,
    ThreadLine,
    WhichOrder,
    WordsWanted,
)
from bot.presenters.push_order import answer_lines, decide_buttons
from bot.presenters.push_warning import order_number
from bot.presenters.reply import Button, Reply, Rows, rows
from bot.presenters.shortening import shortened, some_names
from bot.presenters.words import label, moment, render, words_under

NAME_LENGTH = 120
BUTTON_NAME = 16
THREAD_SHOWN = 12
LINE_LENGTH = 80
RECIPIENTS_SHOWN = 12


def _titled(template: str, order: OrderNamed, **more: object) -> str:
    """The template with the order's name and number."""
    title, number = shortened(order.name, NAME_LENGTH), order_number(*order.number)
    return render(template, order=order, title=title, number=number, **more)


def _show(order: OrderNamed) -> Button:
    return Button(label("order.show"), ShowOrder(order.order_id).pack())


def present_order(view: OrderView) -> Reply:
    """The order, readable from top to bottom, with the buttons of what this person can do."""
    hidden = max(len(view.thread) - THREAD_SHOWN, 0)
    text = _titled(
        "reply/order",
        view.order,
        view=view,
        state=label(f"card.state.{view.state}"),
        asked=label(f"warning.asked.{view.asked}") if view.asked else "",
        lead=some_names(view.lead_units),
        answer=answer_lines(view.answer),
        people=view.recipients[:RECIPIENTS_SHOWN],
        more_people=max(len(view.recipients) - RECIPIENTS_SHOWN, 0),
        thread=[(moment(line.at), event_sentence(line)) for line in view.thread[hidden:]],
        hidden=hidden,
    )
    return Reply(text, _view_buttons(view))


def event_sentence(line: ThreadLine) -> str:
    """What happened to the order, in one line."""
    sentences = words_under("order.event")
    sentence = sentences.get(line.event, line.event)
    return shortened(sentence.format(who=line.who, **line.detail), LINE_LENGTH).rstrip(label("order.colon"))


def _view_buttons(view: OrderView) -> Rows:
    order, may = view.order, view.may
    unit = {
        "acknowledge": ("warning.acknowledge", Acknowledge(order.order_id, order.severity)),
        "respond": ("order.answer", StartAnswer(order.order_id)),
        "extend": ("order.extend", StartExtension(order.order_id)),
        "request_closing": ("order.request_closing", RequestClosing(order.order_id)),
    }
    lines = [[Button(label(key), action.pack()) for name, (key, action) in unit.items() if name in may]]
    lines += [
        decide_buttons(what, order.order_id, view.refs.get(what.value, 0)) for what in Request if what.value in may
    ]
    last = [Button(label("warning.details"), ShowCard(order.indicator_id).pack())]
    if "direct" in may:
        last.append(Button(label("warning.direct"), StartDirective(order.indicator_id).pack()))
    if "close" in may:
        last.append(Button(label("order.close"), StartClosing(order.order_id, view.version).pack()))
    sheet = [Button(label("paper.order_sheet"), PrintOrder(order.order_id).pack())] if "sheet" in may else []
    return rows(*lines, last, sheet)


def present_preview(found: AnswerPreview) -> Reply:
    """The answer so far, and the one question that is next; with nothing missing, a button to send it."""
    taken = [label(f"order.field.{field}") for field in found.from_report]
    text = _titled(
        "reply/order_answer",
        found.order,
        lines=answer_lines(found.answer),
        question=label(f"order.question.{found.asked}.{found.awaiting}") if found.awaiting else "",
        taken=label("push.comma").join(taken),
    )
    buttons = [
        Button(label(f"order.edit.{field}"), EditAnswer(field.value, found.version).pack())
        for field in Field
        if field is not found.awaiting and (getattr(found.answer, field.value) or field is Field.HELP)
    ]
    send = [] if found.lacks else [Button(label("order.send"), SendAnswer(found.version).pack())]
    cancel = Button(label("order.cancel"), CancelDraft(found.version).pack())
    return Reply(text, rows(send, buttons[:2], buttons[2:], [cancel]))


def present_answered(done: Answered) -> Reply:
    """The answer is in."""
    text = _titled("reply/order_answered", done.order, done=done, lines=answer_lines(done.answer))
    again = Button(label("order.answer_again"), StartAnswer(done.order.order_id).pack())
    return Reply(text, rows([again, _show(done.order)]))


def present_wanted(wanted: WordsWanted) -> Reply:
    """One question; the next message answers it."""
    text = _titled("reply/order_words", wanted.order, act=wanted.act, due=wanted.due)
    return Reply(text, rows([Button(label("order.cancel"), CancelDraft(wanted.version).pack())]))


def present_extension(sent: ExtensionSent) -> Reply:
    """More time was asked for."""
    return Reply(_titled("reply/order_extension", sent.order, sent=sent), rows([_show(sent.order)]))


def present_closing(sent: ClosingSent) -> Reply:
    """The close-out was asked for."""
    return Reply(_titled("reply/order_closing", sent.order, sent=sent), rows([_show(sent.order)]))


def present_decided(done: Decided) -> Reply:
    """What the office decided, and who hears of it."""
    text = _titled("reply/order_decided", done.order, done=done, told=some_names(done.told))
    return Reply(text, rows([_show(done.order), Button(label("order.review"), ShowReview(0).pack())]))


def present_which(found: WhichOrder) -> Reply:
    """Several orders fit: each with its button."""
    act = label(f"order.act.{found.act}")
    text = render("reply/order_which", act=act, total=len(found.orders) + found.hidden, hidden=found.hidden)
    buttons = [[Button(_picked(order), ChooseOrder(order.order_id, found.version).pack())] for order in found.orders]
    return Reply(text, rows(*buttons, [Button(label("order.cancel"), CancelDraft(found.version).pack())]))


def _picked(order: OrderNamed) -> str:
    number = order_number(*order.number)
    return label("order.pick", number=number, name=shortened(order.name, BUTTON_NAME))


def present_none(found: NoOrder) -> Reply:
    """No order that the words could be about."""
    return Reply(render("reply/order_none", act=label(f"order.act.{found.act}")))


def present_review(found: ReviewList) -> Reply:
    """What waits for the office, each with the two words that it can say."""
    items = [
        (label(f"order.request.{item.what}"), order_number(*item.order.number), shortened(item.order.name), item)
        for item in found.rows
    ]
    buttons = [
        [
            Button(
                label("order.review_one", what=what, name=shortened(item.order.name, BUTTON_NAME)),
                ShowOrder(item.order.order_id).pack(),
            )
        ]
        for what, _, _, item in items
    ]
    pages = []
    if found.page > 0:
        pages.append(Button(label("report.button.back"), ShowReview(found.page - 1).pack()))
    if found.page + 1 < found.pages:
        pages.append(Button(label("report.button.on"), ShowReview(found.page + 1).pack()))
    return Reply(render("reply/order_review", found=found, items=items), rows(*buttons, pages))


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    OrderView: present_order,
    AnswerPreview: present_preview,
    Answered: present_answered,
    WordsWanted: present_wanted,
    ExtensionSent: present_extension,
    ClosingSent: present_closing,
    Decided: present_decided,
    WhichOrder: present_which,
    NoOrder: present_none,
    ReviewList: present_review,
}
