"""销号: asked for by the unit, done by the office with its basis, and only where the rules allow it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.db import order_book, orders, snapshots
from bot.db.engine import Database
from bot.db.tables import OrderRecipient
from bot.domain.answers import LONGEST, Request
from bot.domain.errors import InvalidInput, Refused
from bot.domain.orders import OrderEvent as Step
from bot.domain.orders import OrderState, may_close
from bot.domain.period import Period
from bot.domain.rights import Action
from bot.presenters.order_said import ClosingSent, Decided, WordsWanted
from bot.presenters.push_order import OrderNote
from bot.presenters.words import label
from bot.services.cause import Cause, effect
from bot.services.order_desk import OrderDesk, take_in_hand
from bot.services.order_draft import BASIS, finish, keep
from bot.services.order_messages import refresh
from bot.services.order_notes import tell_office, tell_unit, who_acts


async def request_closing(db: Database, cause: Cause, order_id: int, words: str = "") -> ClosingSent:
    """The unit asks for the close-out. Raises InvalidInput where the order waits for an answer first."""
    async with effect(db, cause) as session:
        desk = await take_in_hand(session, cause, order_id)
        desk.check(Action.REQUEST_CLOSING)
        desk.need(Step.REQUEST_CLOSING)
        await check_closable(desk)
        basis = _within_limit(words)
        await desk.acknowledged()
        desk.take(Step.REQUEST_CLOSING, "closing_requested", text=basis)
        await finish(session, cause)
        note = OrderNote(
            event=Request.CLOSING.value,
            order=desk.named,
            ref=0,
            who=who_acts(desk),
            reason=basis,
            now_word=await now_word(desk),
        )
        office_at = await tell_office(desk, note)
        await refresh(desk)
        return ClosingSent(desk.named, basis, office_at)


async def start_closing(db: Database, cause: Cause, order_id: int, version: int | None = None) -> WordsWanted:
    """The office closes: the basis is typed next. Raises NotAllowed, Refused, Conflict."""
    async with effect(db, cause) as session:
        desk = await take_in_hand(session, cause, order_id, version)
        desk.check(Action.CLOSE_ORDER)
        await check_closable(desk)
        kept = await keep(
            session, cause, {"act": BASIS, "order_id": order_id, "version": desk.order.row_version}, BASIS
        )
        return WordsWanted(desk.named, BASIS, kept)


async def close_or_ask(db: Database, cause: Cause, order_id: int) -> Decided | WordsWanted:
    """销号 without a basis: the one that the unit gave when it asked, else it is asked for."""
    cause.check(Action.CLOSE_ORDER)
    async with effect(db, cause) as session:
        desk = await take_in_hand(session, cause, order_id)
        await check_closable(desk)
        asked = (await order_book.closings_asked(session, [order_id])).get(order_id)
        if desk.state is OrderState.CLOSING_REQUESTED and asked is not None:
            return await close_order(desk, str(asked.detail.get("text") or "") or label("order.on_request"))
        payload = {"act": BASIS, "order_id": order_id}
        return WordsWanted(desk.named, BASIS, await keep(session, cause, payload, BASIS))


async def close_out(
    db: Database,
    cause: Cause,
    order_id: int,
    basis: str,
    *,
    final_confirmed: bool = False,
    version: int | None = None,
) -> Decided:
    """The office closes the order with its basis. Of two who close at once the second gets Conflict.

    Raises NotAllowed for anybody else, NotFound, and Refused while the snapshots are not good for as long as asked.
    """
    cause.check(Action.CLOSE_ORDER)
    async with effect(db, cause) as session:
        desk = await take_in_hand(session, cause, order_id, version)
        words = _within_limit(basis)
        if not words:
            raise InvalidInput("errors_order.basis_missing")
        if not final_confirmed:
            await check_closable(desk)
        return await close_order(desk, words)


async def close_order(desk: OrderDesk, basis: str) -> Decided:
    """Close the order that is in hand, and tell those who were asked."""
    desk.take(Step.CLOSE, "closed", basis=basis, text=basis)
    desk.order.closed_at, desk.order.close_basis = desk.cause.now, basis
    desk.order.promised_until = None
    await finish(desk.session, desk.cause)
    note = OrderNote("closed", desk.named, 0, who_acts(desk), reason=basis)
    told = await tell_unit(desk, note, _asked_to_answer(await orders.recipients_of(desk.session, [desk.order.id])))
    await refresh(desk, Request.CLOSING)
    return Decided(desk.named, Request.CLOSING, accepted=True, reason=basis, told=told)


def _asked_to_answer(rows: dict[tuple[int, int], OrderRecipient]) -> Iterable[int]:
    """The contacts: who carries the order. The others see it in the message that they have."""
    return [person_id for (_, person_id), row in rows.items() if row.relation in ("contact", "lead_contact")]


async def check_closable(desk: OrderDesk) -> None:
    """Raise Refused while the snapshots of the order's grade are not good for as long as the scheme asks."""
    duty = desk.year.scheme.duty(desk.order.grade)
    grades = await _grades(desk)
    if duty is not None and not may_close(duty, grades):
        word = desk.year.scheme.grade(grades[0]).word if grades else desk.named.grade_word
        raise Refused("errors_order.still_warned", word=word, months=duty.good_snapshots_to_close)


async def now_word(desk: OrderDesk) -> str:
    """The word of the indicator's newest verdict."""
    grades = await _grades(desk)
    return desk.year.scheme.grade(grades[0]).word if grades else ""


async def _grades(desk: OrderDesk) -> list[str]:
    """The grades of the year's months up to this one, newest first."""
    span = str(Period(desk.year.year, 1)), str(desk.year.period)
    stored = await snapshots.stored(desk.session, [desk.order.indicator_id], *span)
    return [item.grade for _, item in sorted(stored.items(), reverse=True)]


def _within_limit(words: str) -> str:
    text = words.strip()
    if len(text) > LONGEST:
        raise InvalidInput("errors_order.too_long", limit=LONGEST, length=len(text))
    return text
