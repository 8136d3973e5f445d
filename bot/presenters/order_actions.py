"""Buttons around warning orders. `version` is the order's row version, or the draft's where the name says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.presenters.actions import Action


@dataclass(frozen=True)
class ShowOrder(Action):
    """The order with its thread."""

    prefix: ClassVar[str] = "ord"
    order_id: int


@dataclass(frozen=True)
class StartAnswer(Action):
    """Begin an answer (反馈)."""

    prefix: ClassVar[str] = "ans"
    order_id: int


@dataclass(frozen=True)
class EditAnswer(Action):
    """Change one field of the answer in the draft: cause, measure, recovery or help."""

    prefix: ClassVar[str] = "ansf"
    field: str
    draft: int


@dataclass(frozen=True)
class SendAnswer(Action):
    """Send the answer as the preview shows it."""

    prefix: ClassVar[str] = "anso"
    draft: int


@dataclass(frozen=True)
class StartExtension(Action):
    """Begin a request for more time."""

    prefix: ClassVar[str] = "ext"
    order_id: int


@dataclass(frozen=True)
class RequestClosing(Action):
    """Ask the office to close the order."""

    prefix: ClassVar[str] = "rqc"
    order_id: int


@dataclass(frozen=True)
class DecideRequest(Action):
    """The office's word on an answer, an extension or a close-out. `accept` False asks for the reason first.

    `ref`: the answer or the request for more time that was shown; 0 for a close-out.
    """

    prefix: ClassVar[str] = "dec"
    what: str
    order_id: int
    ref: int
    accept: bool


@dataclass(frozen=True)
class StartClosing(Action):
    """The office closes an order of its own accord; the basis is typed next."""

    prefix: ClassVar[str] = "shut"
    order_id: int
    version: int


@dataclass(frozen=True)
class ChooseOrder(Action):
    """Which order the typed words were about."""

    prefix: ClassVar[str] = "which"
    order_id: int
    draft: int


@dataclass(frozen=True)
class ShowReview(Action):
    """What waits for the office."""

    prefix: ClassVar[str] = "revw"
    page: int


@dataclass(frozen=True)
class PrintOrder(Action):
    """The order's sheet as a Word document, for the office."""

    prefix: ClassVar[str] = "ordsheet"
    order_id: int
