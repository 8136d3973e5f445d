"""Error class to words. Each class of the tree has its template; a failure nobody foresaw has one too."""

from __future__ import annotations

from datetime import date

from bot.domain.errors import (
    AlreadyDone,
    BatonError,
    Conflict,
    Expired,
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    Refused,
    Stale,
)
from bot.presenters.reply import Reply
from bot.presenters.words import label, month_day, render

TEMPLATES: dict[type[BatonError], str] = {
    NotAllowed: "reply/error_not_allowed",
    NotFound: "reply/error_not_found",
    Stale: "reply/error_stale",
    AlreadyDone: "reply/error_already_done",
    Conflict: "reply/error_conflict",
    Expired: "reply/error_expired",
    IllegalTransition: "reply/error_stale",
}


def present_error(error: BatonError) -> Reply:
    """One clear sentence that says what to do next."""
    if isinstance(error, InvalidInput | Refused):
        params = {key: month_day(value) if isinstance(value, date) else value for key, value in error.params.items()}
        return Reply(label(error.code, **params))
    return Reply(render(TEMPLATES.get(type(error), "reply/error_stale")))


def present_resumed() -> Reply:
    """The operation stands already; only its answer got lost."""
    return Reply(render("reply/error_resumed"))


def present_failure(reference: str) -> Reply:
    """Something broke on our side; `reference` is what the administrator can look for."""
    return Reply(render("reply/error_failure", reference=reference))


def present_outdated_button() -> Reply:
    """A button that nothing understands any more."""
    return Reply(render("reply/error_outdated_button"))


def present_alert(reference: str, kind: str, where: str) -> Reply:
    """What the administrators get, once, about a failure."""
    return Reply(render("push/alert", reference=reference, kind=kind, where=where))


def mark_repeated(text: str) -> str:
    """The words of an urgent push that may have arrived already; the same text back when it is marked already."""
    mark = label("push_marks.again")
    return text if text.startswith(mark) else f"{mark}\n{text}"
