"""The orders that typed words could be about, for what their writer may do and what the orders wait for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.db import order_book
from bot.db.engine import Database
from bot.db.order_book import NamedOrder
from bot.db.people import subjects_of
from bot.domain.answers import ANSWER_DUE, PROMISED, due_of
from bot.domain.orders import OrderState
from bot.domain.rights import Action, Scope, Subject, may, nearness
from bot.presenters.order_said import OrderNamed
from bot.services.cause import Cause
from bot.services.order_pending import named, waiting_requests
from bot.services.year import year_at

NEEDED = {
    "respond": Action.RESPOND,
    "extend": Action.EXTEND,
    "request_closing": Action.REQUEST_CLOSING,
    "close": Action.CLOSE_ORDER,
    "approve": Action.REVIEW_ORDER,
    "return": Action.REVIEW_ORDER,
    "order": Action.VIEW_INDICATOR,
}


@dataclass(frozen=True)
class Candidate:
    """An open order that the words could mean."""

    named: OrderNamed
    state: OrderState


async def candidates(db: Database, cause: Cause, act: str) -> list[Candidate]:
    """Those that this person may act on, worst first; those that wait for this act before all others.

    Raises NotAllowed for somebody who may do so with no indicator at all.
    """
    async with db.read() as session:
        year = await year_at(session, cause.now)
        found = await order_book.open_named(session, year.cycle_id)
        subjects = await subjects_of(session, [item.order.indicator_id for item in found])
        waiting = {item.order.order_id for item in await waiting_requests(session, year)}
    allowed = [item for item in found if _allowed(cause, act, subjects[item.order.indicator_id])]
    if not allowed and NEEDED[act] in (Action.REVIEW_ORDER, Action.CLOSE_ORDER):
        cause.check(NEEDED[act])
    fits: dict[str, Callable[[NamedOrder], bool]] = {
        "respond": lambda item: item.order.state in ANSWER_DUE,
        "extend": lambda item: _due(item) is not None,
        "request_closing": lambda item: item.order.state in PROMISED,
        "close": lambda item: item.order.state == OrderState.CLOSING_REQUESTED,
        "approve": lambda item: item.order.id in waiting,
        "return": lambda item: item.order.id in waiting,
        "order": lambda _: True,
    }
    wanted = [item for item in allowed if fits[act](item)]
    if act in ("approve", "return"):
        allowed = wanted
    return [Candidate(named(year, item), OrderState(item.order.state)) for item in wanted or allowed]


def _due(item: NamedOrder) -> object:
    return due_of(OrderState(item.order.state), item.order.reply_due, item.order.promised_until)


def _allowed(cause: Cause, act: str, subject: Subject) -> bool:
    actor = cause.actor.actor
    if not may(actor, NEEDED[act], subject):
        return False
    # The office answers for others only where it says which order it means, by replying or by the number.
    mine = nearness(actor, subject) < Scope.ANY
    return mine or act not in ("respond",)
