"""An order to look at: where the indicator stands, who has acknowledged, what was answered, the whole thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import indicators, order_book, orders, snapshots
from bot.db.engine import Database
from bot.db.indicators import KnownIndicator
from bot.db.people import Holder, holders
from bot.db.snapshots import StoredSnapshot
from bot.db.tables import OrderExtension, OrderRecipient, OrderResponse, WarningOrder
from bot.domain.answers import ANSWER_DUE, PROMISED, Request, due_of
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.orders import OrderEvent as Step
from bot.domain.orders import OrderState, can_advance
from bot.domain.period import Period
from bot.domain.rights import Action, may
from bot.presenters.order_said import ExtensionShown, OrderNamed, OrderView, RecipientLine, ThreadLine
from bot.presenters.rule_words import rule_sentence
from bot.presenters.words import label, month_day
from bot.services.cause import Cause
from bot.services.responding import answer_of
from bot.services.year import Year, year_at


async def view(db: Database, cause: Cause, order_id: int) -> OrderView:
    """The order with its thread. Raises NotFound, or NotAllowed outside of the person's range."""
    async with db.read() as session:
        order = await session.get(WarningOrder, order_id)
        if order is None:
            raise NotFound(order_id=order_id)
        year = await year_at(session, cause.now)
        item = await indicators.one_of_cycle(session, year.cycle, year.period.last_day, order.indicator_id)
        if item is None:
            raise NotFound(order_id=order_id)
        if not may(cause.actor.actor, Action.VIEW_INDICATOR, item.subject):
            raise NotAllowed
        return await _view(session, cause, year, (order, item))


async def _view(
    session: AsyncSession, cause: Cause, year: Year, found: tuple[WarningOrder, KnownIndicator]
) -> OrderView:
    order, item = found
    span = str(Period(year.year, 1)), str(year.period)
    history = await snapshots.stored(session, [order.indicator_id], *span)
    newest = history[max(history)] if history else None
    recipients = await orders.recipients_of(session, [order.id])
    response = (await order_book.last_responses(session, [order.id])).get(order.id)
    asked = await order_book.extensions(session, order.id)
    duty = year.scheme.duty(order.grade)
    grade = year.scheme.grade(order.grade)
    return OrderView(
        order=OrderNamed(order.id, item.id, item.name, (order.year, order.serial), grade.word, order.severity),
        kind=item.kind.value,
        unit=item.unit or "",
        state=order.state,
        version=order.row_version,
        period=newest.period if newest else order.period,
        actual=newest.actual if newest else None,
        target=newest.target if newest else None,
        progress=newest.progress if newest else None,
        gap=newest.gap if newest else None,
        rule=_rule(year, newest),
        now_word=year.scheme.grade(newest.grade).word if newest else grade.word,
        asked=duty.asked.value if duty else "",
        reply_due=order.reply_due,
        promised_until=order.promised_until,
        lead_units=item.lead_units,
        recipients=await _recipients(session, list(recipients.values())),
        answer=answer_of(response) if response else None,
        verdict=response.verdict if response else None,
        extension=_extension(asked[-1]) if asked else None,
        thread=tuple(await _thread(session, year, order.id)),
        today=year.today,
        may=frozenset(_may(cause, year, found, recipients, asked)),
        refs=_refs(response, asked),
    )


def _refs(response: OrderResponse | None, asked: Sequence[OrderExtension]) -> dict[str, int]:
    """The answer and the extension that the buttons are shown for."""
    return {
        Request.RESPONSE.value: response.id if response else 0,
        Request.EXTENSION.value: asked[-1].id if asked else 0,
    }


def _rule(year: Year, newest: StoredSnapshot | None) -> str:
    if newest is None or not year.scheme.is_warning(newest.grade):
        return ""
    return rule_sentence(newest, year.scheme.grade(newest.base_grade).word)


def _extension(row: OrderExtension) -> ExtensionShown:
    return ExtensionShown(row.until, row.reason, row.verdict, row.granted)


async def _recipients(session: AsyncSession, rows: list[OrderRecipient]) -> tuple[RecipientLine, ...]:
    """Who is asked to acknowledge: those in office still, in the order in which they were asked."""
    held = await holders(session, person_ids={row.person_id for row in rows})
    posts: dict[tuple[int, int], Holder] = {(item.person_id, item.post_id): item for item in held}
    found = []
    for row in rows:
        holder = posts.get((row.person_id, row.post_id))
        if holder is None or row.digest_only:
            continue
        done = (row.acknowledged_severity or 0) >= row.severity
        found.append(
            RecipientLine(
                person=holder.person,
                post=holder.post,
                acknowledged_at=row.acknowledged_at if done else None,
                bound=holder.chat_id is not None,
                told=row.told_at is not None,
            )
        )
    return tuple(found)


async def _thread(session: AsyncSession, year: Year, order_id: int) -> list[ThreadLine]:
    words = {grade.code: grade.word for grade in year.scheme.grades}
    found = []
    for row, who in await order_book.thread(session, order_id):
        until = row.detail.get("until")
        detail = {
            "grade": words.get(str(row.detail.get("grade", "")), ""),
            "text": str(row.detail.get("text") or row.detail.get("basis") or ""),
            "until": month_day(date.fromisoformat(str(until))) if until else "",
            "to": str(row.detail.get("to", "")),
        }
        found.append(ThreadLine(row.at, row.event, who or label("order.machine"), detail))
    return found


def _may(
    cause: Cause,
    year: Year,
    found: tuple[WarningOrder, KnownIndicator],
    recipients: dict[tuple[int, int], OrderRecipient],
    asked: object,
) -> set[str]:
    """What this person can do with the order now."""
    order, item = found
    state, actor = OrderState(order.state), cause.actor.actor
    last = asked[-1] if isinstance(asked, list | tuple) and asked else None
    pending = last is not None and last.verdict is None
    if state is OrderState.CLOSED:
        return {"sheet"} if may(actor, Action.REVIEW_ORDER) else set()
    mine = recipients.get((order.id, actor.person_id))
    due = due_of(state, order.reply_due, order.promised_until)
    rules = {
        "acknowledge": mine is not None and not mine.digest_only and (mine.acknowledged_severity or 0) < mine.severity,
        "respond": may(actor, Action.RESPOND, item.subject)
        and (state in ANSWER_DUE or (state in PROMISED and not may(actor, Action.REVIEW_ORDER))),
        "extend": may(actor, Action.EXTEND, item.subject)
        and can_advance(state, Step.EXTEND)
        and due is not None
        and year.today <= due
        and not pending,
        "request_closing": may(actor, Action.REQUEST_CLOSING, item.subject) and state in PROMISED,
        "direct": may(actor, Action.DIRECT, item.subject),
    }
    if may(actor, Action.REVIEW_ORDER):
        rules |= {
            Request.RESPONSE.value: state is OrderState.RESPONDED,
            Request.EXTENSION.value: pending,
            Request.CLOSING.value: state is OrderState.CLOSING_REQUESTED,
            "close": state is not OrderState.CLOSING_REQUESTED,
            "sheet": True,
        }
    return {name for name, holds in rules.items() if holds}
