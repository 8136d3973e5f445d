"""The open warnings with what their orders wait for, and what of it is asked of the person who looks."""

from __future__ import annotations

from dataclasses import replace

from bot.db import order_book, orders
from bot.db.engine import Database
from bot.db.people import subjects_of
from bot.db.tables import OrderRecipient, WarningOrder
from bot.domain.answers import ANSWER_DUE, PROMISED
from bot.domain.escalating import REVIEWED
from bot.domain.orders import OrderState
from bot.domain.rights import Action, Scope, Subject, may, nearness
from bot.presenters.indicator_list import WarningList
from bot.presenters.words import label, month_day
from bot.services import asking
from bot.services.cause import Cause
from bot.services.year import Year, year_at


async def warnings(db: Database, cause: Cause, page: int = 0) -> WarningList:
    """A page of the open warnings; each line says what its order waits for."""
    found = await asking.warnings(db, cause, page)
    ids = [row.indicator_id for row in found.rows]
    if not ids:
        return found
    async with db.read() as session:
        year = await year_at(session, cause.now)
        opened = await orders.open_orders(session, ids)
        recipients = await orders.recipients_of(session, [order.id for order in opened.values()])
        subjects = await subjects_of(session, list(opened))
        pending = await order_book.undecided(session)
    notes = {}
    for indicator_id, order in opened.items():
        mine = recipients.get((order.id, cause.actor.person_id))
        waits = order.id in pending
        asked = _asked(cause, year, (order, subjects[indicator_id]), mine, waits=waits)
        notes[indicator_id] = label("order.note_line", state=label(f"card.state.{order.state}"), asked=asked)
    return replace(found, notes=notes)


def _asked(
    cause: Cause, year: Year, found: tuple[WarningOrder, Subject], mine: OrderRecipient | None, *, waits: bool
) -> str:
    """What is asked of this person; empty where nothing is."""
    order, subject = found
    actor = cause.actor.actor
    if may(actor, Action.REVIEW_ORDER) and (
        waits or order.state in (OrderState.RESPONDED, OrderState.CLOSING_REQUESTED)
    ):
        return label("order.ask.review")
    own = nearness(actor, subject) is Scope.OWN and may(actor, Action.EXTEND, subject)
    duty = year.scheme.duty(order.grade)
    if own and order.state in ANSWER_DUE and order.reply_due is not None and duty and duty.asked in REVIEWED:
        late = "respond_late" if order.reply_due < year.today else "respond"
        return label(f"order.ask.{late}", due=month_day(order.reply_due))
    if mine is not None and not mine.digest_only and (mine.acknowledged_severity or 0) < mine.severity:
        return label("order.ask.acknowledge")
    if own and order.state in PROMISED and order.promised_until is not None:
        return label("order.ask.keep", due=month_day(order.promised_until))
    return ""
