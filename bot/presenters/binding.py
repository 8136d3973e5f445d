"""The words around binding: what came of a code, the question to the office, and who somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.binding import AccountTaken, AsksOffice, Bound, Decided, ExpiredCode, Me, Outcome, UsedCode, WrongCode
from bot.presenters.actions import DecideBinding
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.words import label, render

TEMPLATES: dict[type[Outcome], str] = {
    Bound: "reply/binding_bound",
    WrongCode: "reply/binding_wrong_code",
    ExpiredCode: "reply/binding_expired_code",
    UsedCode: "reply/binding_used_code",
    AsksOffice: "reply/binding_asks_office",
    AccountTaken: "reply/binding_account_taken",
}
NAME_SHOWN = 60


class Told(StrEnum):
    """What an account is told of the office's decision."""

    APPROVED = "approved"
    REFUSED = "refused"
    REPLACED = "replaced"


@dataclass(frozen=True)
class BindingQuestion:
    """What the office needs to decide about a second account. `account`: how it calls itself."""

    request_id: int
    person: str
    post: str
    account: str


def present_outcome(outcome: Outcome) -> Reply:
    """One clear answer to a code."""
    return Reply(render(TEMPLATES[type(outcome)], outcome=outcome))


def present_too_many_tries() -> Reply:
    """Said once to an account that guesses."""
    return Reply(render("reply/binding_too_many"))


def present_no_code() -> Reply:
    """A bare /start of an unknown account."""
    return Reply(render("reply/guard_stranger"))


def present_welcome(me: Me) -> Reply:
    """A bare /start of somebody we know."""
    return Reply(render("reply/binding_welcome", me=me))


def present_me(me: Me) -> Reply:
    """Who the person is, and how to undo it."""
    return Reply(render("reply/me", me=me, role=label(f"binding.role.{me.role}")))


def present_question(question: BindingQuestion) -> Reply:
    """The question to the office, with its two answers."""
    buttons = [
        Button(label("binding.approve"), DecideBinding(question.request_id, approve=True).pack()),
        Button(label("binding.refuse"), DecideBinding(question.request_id, approve=False).pack()),
    ]
    account = question.account[:NAME_SHOWN]
    return Reply(render("push/binding_request", question=question, account=account), rows(buttons))


def present_decided(told: Told, post: str) -> Reply:
    """What the two accounts are told."""
    return Reply(render("push/binding_decided", told=told.value, post=post))


def present_decision(decided: Decided) -> Reply:
    """The answered question, for the one who answered."""
    return Reply(render("reply/binding_decision", decided=decided)).replacing()
