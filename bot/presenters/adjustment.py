"""Requests to change a target: the choice, the form, the request with its chain, the list, and its pushes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from bot.domain.adjusting import AdjustCause, AdjustField, AdjustState, Form
from bot.presenters.actions import Action, CancelDraft, ShowCard
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.shortening import shortened
from bot.presenters.words import label, plain_number, render

NAME_LENGTH = 120
BUTTON_NAME = 18
TEXT_LENGTH = 300
SHOWN = 10


@dataclass(frozen=True)
class StartAdjustment(Action):
    """Begin a request for this indicator."""

    prefix: ClassVar[str] = "adj"
    indicator_id: int


@dataclass(frozen=True)
class ChooseCause(Action):
    """The kind of cause, in the draft of that version."""

    prefix: ClassVar[str] = "adjk"
    kind: str
    draft: int


@dataclass(frozen=True)
class EditAdjustment(Action):
    """Change one field of the form."""

    prefix: ClassVar[str] = "adje"
    field: str
    draft: int


@dataclass(frozen=True)
class SendAdjustment(Action):
    """Submit the request as the form shows it."""

    prefix: ClassVar[str] = "adjo"
    draft: int


@dataclass(frozen=True)
class ShowAdjustment(Action):
    """The request with its chain."""

    prefix: ClassVar[str] = "adjs"
    request_id: int


@dataclass(frozen=True)
class DecideAdjustment(Action):
    """Yes or no at the request's present step; `version` is its row version."""

    prefix: ClassVar[str] = "adjd"
    request_id: int
    version: int
    accept: bool


@dataclass(frozen=True)
class Adjustable:
    """An indicator that this person may ask for; `word`: its grade."""

    indicator_id: int
    name: str
    word: str


@dataclass(frozen=True)
class AdjustmentChoice:
    """Which indicator; `late`: the district's own cut-off has passed. `requests`: those on their way."""

    indicators: tuple[Adjustable, ...]
    requests: tuple[tuple[int, str, str], ...]
    late: bool
    cutoff: date
    office: bool


@dataclass(frozen=True)
class FormShown:
    """The form so far, and the field that the next words fill in."""

    name: str
    unit: str
    form: Form
    old_target: Decimal
    done: Decimal | None
    forecast: Decimal | None
    before: Decimal | None
    after: Decimal | None
    awaiting: AdjustField | None
    version: int


@dataclass(frozen=True)
class RequestShown:
    """A request with its chain. `may`: whether this person decides now; `steps`: (when, who, sentence)."""

    request_id: int
    indicator_id: int
    version: int
    name: str
    unit: str
    state: AdjustState
    form: Form
    old_target: Decimal
    done: Decimal | None
    forecast: Decimal | None
    before: Decimal | None
    after: Decimal | None
    by: str
    document: str
    steps: tuple[tuple[datetime, str], ...]
    may: bool
    said: str = ""


@dataclass(frozen=True)
class AdjustWords:
    """The next words are the reason of a return, or the number of the document."""

    name: str
    act: str
    version: int


def _form(shown: FormShown | RequestShown) -> list[tuple[str, str]]:
    form, unit = shown.form, shown.unit
    values = {
        AdjustField.TARGET: f"{plain_number(form.target)}{unit}" if form.target is not None else "",
        AdjustField.KIND: label(f"adjust.kind.{form.kind}") if form.kind else "",
        AdjustField.EXPLANATION: form.explanation,
        AdjustField.BASIS: form.basis,
        AdjustField.MEASURES: form.measures,
        AdjustField.CONTACT: form.contact,
    }
    return [(label(f"adjust.field.{field}"), shortened(text, TEXT_LENGTH)) for field, text in values.items() if text]


def present_choice(found: AdjustmentChoice) -> Reply:
    """The indicators that are warned of, and the requests on their way."""
    text = render("reply/adjust_choice", found=found, requests=found.requests[:SHOWN], short=shortened)
    lines = [
        [
            Button(
                label("card.button", grade=one.word, name=shortened(one.name, BUTTON_NAME)),
                StartAdjustment(one.indicator_id).pack(),
            )
        ]
        for one in found.indicators[:SHOWN]
    ]
    lines += [
        [Button(label("adjust.request", name=shortened(name, BUTTON_NAME)), ShowAdjustment(key).pack())]
        for key, name, _ in found.requests[:SHOWN]
    ]
    return Reply(text, rows(*lines))


def present_form(shown: FormShown) -> Reply:
    """The form and its next question; with nothing missing, the button that submits it."""
    question = label(f"adjust.question.{shown.awaiting}") if shown.awaiting else ""
    text = render(
        "reply/adjust_form",
        shown=shown,
        title=shortened(shown.name, NAME_LENGTH),
        lines=_form(shown),
        question=question,
    )
    kinds = [
        [Button(label(f"adjust.kind.{kind}"), ChooseCause(kind.value, shown.version).pack()) for kind in part]
        for part in (list(AdjustCause)[:3], list(AdjustCause)[3:])
    ]
    send = [] if shown.form.lacks else [Button(label("adjust.send"), SendAdjustment(shown.version).pack())]
    edits = [
        Button(label(f"adjust.edit.{field}"), EditAdjustment(field.value, shown.version).pack())
        for field in AdjustField
        if field is not shown.awaiting and getattr(shown.form, field.value)
    ]
    asks_kind = kinds if shown.awaiting is AdjustField.KIND else []
    cancel = Button(label("order.cancel"), CancelDraft(shown.version).pack())
    return Reply(text, rows(*asks_kind, send, edits[:3], edits[3:], [cancel]))


def present_request(shown: RequestShown) -> Reply:
    """The request as it stands, with the decision for whoever it waits for."""
    text = render(
        "reply/adjust_request",
        shown=shown,
        title=shortened(shown.name, NAME_LENGTH),
        lines=_form(shown),
        state=label(f"adjust.state.{shown.state}"),
    )
    return Reply(text, rows(_decisions(shown) if shown.may else [], [_card(shown)]))


def present_adjustment_push(shown: RequestShown, event: str) -> Reply:
    """A step on a request, for whoever it waits for now or whoever made it."""
    text = render(
        "push/adjustment",
        shown=shown,
        event=event,
        title=shortened(shown.name, NAME_LENGTH),
        lines=_form(shown),
        state=label(f"adjust.state.{shown.state}"),
    )
    show = Button(label("adjust.show"), ShowAdjustment(shown.request_id).pack())
    return Reply(text, rows([*(_decisions(shown) if event == "asked" else []), show]))


def present_reminder(names: Sequence[str], closes: date, cutoff: date) -> Reply:
    """The window is near, or open: these indicators are warned of."""
    return Reply(
        render("push/adjustment_reminder", names=names[:SHOWN], more=len(names) - SHOWN, closes=closes, cutoff=cutoff)
    )


def _card(shown: RequestShown) -> Button:
    return Button(label("warning.details"), ShowCard(shown.indicator_id).pack())


def _decisions(shown: RequestShown) -> list[Button]:
    yes = "adjust.enter" if shown.state is AdjustState.SENT else "adjust.yes"
    key, version = shown.request_id, shown.version
    return [
        Button(label(yes), DecideAdjustment(key, version, accept=True).pack()),
        Button(label("adjust.no"), DecideAdjustment(key, version, accept=False).pack()),
    ]


def present_words(wanted: AdjustWords) -> Reply:
    """One question; the next message answers it."""
    text = render("reply/adjust_words", act=wanted.act, title=shortened(wanted.name))
    return Reply(text, rows([Button(label("order.cancel"), CancelDraft(wanted.version).pack())]))


PRESENTERS: Mapping[type[object], Callable[[Any], Reply]] = {
    AdjustmentChoice: present_choice,
    FormShown: present_form,
    RequestShown: present_request,
    AdjustWords: present_words,
}
