"""Keeps the messages about an order true: whoever has one sees its present state and the buttons that still work."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from bot.db import order_book, orders
from bot.db.pushes import EditOfPush, enqueue_edit
from bot.db.tables import OrderRecipient, Push
from bot.domain.answers import ANSWER_DUE, PROMISED, Request, due_of
from bot.domain.orders import OrderState
from bot.domain.pushes import Act, PushKind, PushState
from bot.presenters.push_order import OrderStatus, settled_note, with_status
from bot.presenters.warning import as_buttons
from bot.services.order_desk import OrderDesk
from bot.services.order_inbox import rewrite_lists

UNIT = frozenset({"contact", "lead_contact", "deputy", "head", "lead_head"})
GONE = (PushState.CANCELLED.value, PushState.EXPIRED.value, PushState.FAILED.value)


async def refresh(desk: OrderDesk, settled: Request | None = None, *, but_for: int | None = None) -> None:
    """Edit every message about the order. `settled`: the request that needs no decision any more.

    `but_for`: the person whose message is edited by the answer to their own press.
    """
    await desk.session.flush()
    query = (
        select(Push)
        .where(
            Push.subject_kind.in_(("order", "order_request")),
            Push.subject_id == desk.order.id,
            Push.act == Act.SEND.value,
            Push.state.not_in(GONE),
        )
        .order_by(Push.id)
    )
    pushes = list((await desk.session.scalars(query)).all())
    recipients = await orders.recipients_of(desk.session, [desk.order.id])
    for push in _newest(pushes):
        row = recipients.get((desk.order.id, push.person_id or 0))
        if row is not None and push.person_id != but_for:
            reply = with_status(push.text, as_buttons(push.buttons), await _status(desk, row))
            await _edit(desk, push, reply.text, reply.buttons)
    for push in pushes:
        if settled is not None and push.subject_kind == "order_request" and push.reason == settled.value:
            reply = settled_note(push.text, desk.order.id, desk.cause.actor.name, desk.cause.now)
            await _edit(desk, push, reply.text, reply.buttons)
    if settled is not None:
        await rewrite_lists(desk.session, desk.cause, desk.year, desk.order.indicator_id)


def _newest(pushes: Iterable[Push]) -> list[Push]:
    """The newest warning of each person: older ones speak of a grade that was, and stay as they are."""
    found: dict[int, Push] = {}
    for push in pushes:
        if push.kind == PushKind.WARNING and push.person_id is not None:
            found[push.person_id] = push
    return list(found.values())


async def _status(desk: OrderDesk, row: OrderRecipient) -> OrderStatus:
    order, state = desk.order, desk.state
    acknowledged = (row.acknowledged_severity or 0) >= row.severity
    return OrderStatus(
        order_id=order.id,
        indicator_id=order.indicator_id,
        severity=row.severity,
        state=order.state,
        due=due_of(state, order.reply_due, order.promised_until),
        promised=state in PROMISED,
        acknowledged_at=row.acknowledged_at if acknowledged else None,
        asked_for_more=await order_book.open_extension(desk.session, order.id) is not None,
        may_answer=row.relation in UNIT and state in ANSWER_DUE,
        may_close=row.relation in UNIT and state in PROMISED,
        closed=state is OrderState.CLOSED,
    )


async def _edit(desk: OrderDesk, push: Push, text: str, buttons: Iterable[Iterable[object]]) -> None:
    rows = [list(line) for line in buttons]
    await enqueue_edit(desk.session, EditOfPush(push.id, text, rows, desk.cause.now, update_id=desk.cause.update_id))
