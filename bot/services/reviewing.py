"""审核: the office accepts or returns an answer, grants or refuses more time, closes or sends back to work."""

from __future__ import annotations

from datetime import date

from bot.db import order_book
from bot.db.engine import Database
from bot.db.tables import OrderExtension, OrderResponse
from bot.domain.answers import ANSWER_DUE, LONGEST, Request, Verdict
from bot.domain.errors import Conflict, InvalidInput
from bot.domain.orders import OrderEvent as Step
from bot.domain.orders import OrderState
from bot.domain.rights import Action
from bot.presenters.order_said import Decided, WordsWanted
from bot.presenters.push_order import OrderNote
from bot.presenters.words import label
from bot.reading.order_text import read_day
from bot.services.cause import Cause, effect
from bot.services.closing import check_closable, close_order
from bot.services.order_desk import OrderDesk, take_in_hand
from bot.services.order_draft import RETURN, finish, keep, kept
from bot.services.order_messages import refresh
from bot.services.order_notes import tell_unit, who_acts


async def approve(
    db: Database, cause: Cause, order_id: int, what: Request | None = None, words: str = "", ref: int | None = None
) -> Decided:
    """同意: to what was asked, or to the one thing that waits. `words`: another day for an extension, a basis.

    `ref`: the answer or the request that a button was shown for.
    """
    cause.check(Action.REVIEW_ORDER)
    async with effect(db, cause) as session:
        desk = await take_in_hand(session, cause, order_id)
        asked, extension = await _pending(desk, what, ref)
        if asked is Request.EXTENSION and extension is not None:
            return await _grant(desk, extension, words)
        if asked is Request.CLOSING:
            await check_closable(desk)
            return await close_order(desk, words.strip() or await _asked_basis(desk) or label("order.on_request"))
        return await _accept(desk)


async def give_back(
    db: Database, cause: Cause, order_id: int, what: Request | None, reason: str, ref: int | None = None
) -> Decided | WordsWanted:
    """退回, 不同意: with a reason, which is asked for where none was given."""
    cause.check(Action.REVIEW_ORDER)
    async with effect(db, cause) as session:
        desk = await take_in_hand(session, cause, order_id)
        asked, extension = await _pending(desk, what, ref)
        text = reason.strip()
        if not text:
            payload = {"act": RETURN, "order_id": order_id, "what": asked.value}
            return WordsWanted(desk.named, f"{RETURN}_{asked}", await keep(session, cause, payload, RETURN))
        if len(text) > LONGEST:
            raise InvalidInput("errors_order.too_long", limit=LONGEST, length=len(text))
        if asked is Request.EXTENSION and extension is not None:
            return await _refuse(desk, extension, text)
        return await (_reopen(desk, text) if asked is Request.CLOSING else _return(desk, text))


async def refuse_as_drafted(db: Database, cause: Cause, reason: str) -> Decided | WordsWanted:
    """The reason that a begun return waits for. Raises Expired where none is open any more."""
    async with db.read() as session:
        draft = await kept(session, cause)
    what = Request(str(draft.payload["what"]))
    return await give_back(db, cause, int(str(draft.payload["order_id"])), what, reason)


async def _pending(desk: OrderDesk, what: Request | None, ref: int | None) -> tuple[Request, OrderExtension | None]:
    """What waits for the office. Raises Conflict where a button was shown for something that is settled by now."""
    extension = await order_book.open_extension(desk.session, desk.order.id)
    waits = [Request.EXTENSION] if extension is not None else []
    waits += [Request.RESPONSE] if desk.state is OrderState.RESPONDED else []
    waits += [Request.CLOSING] if desk.state is OrderState.CLOSING_REQUESTED else []
    if what is not None and what not in waits:
        raise Conflict(order_id=desk.order.id)
    if ref and what is Request.EXTENSION and extension is not None and extension.id != ref:
        raise Conflict(order_id=desk.order.id)
    if ref and what is Request.RESPONSE and (await _answer(desk)).id != ref:
        # An answer that was changed since the button was shown is read before it is decided on.
        raise Conflict(order_id=desk.order.id)
    if not waits:
        raise InvalidInput("errors_order.nothing_pending")
    return what or waits[0], extension


async def _answer(desk: OrderDesk) -> OrderResponse:
    return (await order_book.last_responses(desk.session, [desk.order.id]))[desk.order.id]


async def _accept(desk: OrderDesk) -> Decided:
    row = await _answer(desk)
    row.verdict, row.decided_at, row.decided_by = Verdict.ACCEPTED.value, desk.cause.now, desk.cause.actor.person_id
    desk.take(Step.ACCEPT, "accepted")
    await finish(desk.session, desk.cause)
    await refresh(desk, Request.RESPONSE)
    return Decided(desk.named, Request.RESPONSE, accepted=True, due=desk.order.promised_until)


async def _return(desk: OrderDesk, reason: str) -> Decided:
    row = await _answer(desk)
    row.verdict, row.decided_at, row.decided_by = Verdict.RETURNED.value, desk.cause.now, desk.cause.actor.person_id
    row.reason = reason
    ask_again(desk)
    due = desk.order.reply_due.isoformat() if desk.order.reply_due else None
    desk.take(Step.RETURN, "returned", text=reason, reply_due=due)
    note = OrderNote(
        event="returned",
        order=desk.named,
        ref=0,
        who=who_acts(desk),
        due=desk.order.reply_due,
        reason=reason,
        may_answer=True,
    )
    return await _told(desk, note, Request.RESPONSE, row.person_id)


def ask_again(desk: OrderDesk) -> None:
    """The days for an answer begin anew, and what was promised counts no longer."""
    duty = desk.year.scheme.duty(desk.order.grade)
    within = duty.reply_within if duty else None
    desk.order.promised_until = None
    if within is not None:
        desk.order.reply_due = desk.year.calendar.add_workdays(desk.year.today, within)


async def _reopen(desk: OrderDesk, reason: str) -> Decided:
    desk.take(Step.RETURN, "closing_refused", text=reason)
    asked_by = [
        row.person_id for row, _ in await order_book.thread(desk.session, desk.order.id)
        if row.event == "closing_requested"
    ]  # fmt: skip
    note = OrderNote("closing_refused", desk.named, 0, who_acts(desk), reason=reason)
    return await _told(desk, note, Request.CLOSING, asked_by[-1] or 0)


async def _grant(desk: OrderDesk, row: OrderExtension, words: str) -> Decided:
    until = _day(desk, words) or row.until
    if until <= row.due:
        raise InvalidInput("errors_order.granted_earlier", due=row.due)
    _settle(desk, row, Verdict.ACCEPTED)
    row.granted = until
    if desk.state in ANSWER_DUE:
        desk.order.reply_due = until
    else:
        desk.order.promised_until = until
    due = desk.order.reply_due.isoformat() if desk.order.reply_due else None
    desk.take(Step.EXTEND, "extension_granted", until=until.isoformat(), reply_due=due)
    note = OrderNote("extension_granted", desk.named, 0, who_acts(desk), due=until)
    return await _told(desk, note, Request.EXTENSION, row.person_id)


def _day(desk: OrderDesk, words: str) -> date | None:
    day = read_day(words, desk.year.today) if words.strip() else None
    return desk.year.calendar.next_workday(day) if day else None


async def _refuse(desk: OrderDesk, row: OrderExtension, reason: str) -> Decided:
    _settle(desk, row, Verdict.RETURNED)
    row.answer = reason
    desk.take(Step.EXTEND, "extension_refused", text=reason)
    note = OrderNote("extension_refused", desk.named, 0, who_acts(desk), due=row.due, reason=reason)
    return await _told(desk, note, Request.EXTENSION, row.person_id)


def _settle(desk: OrderDesk, row: OrderExtension, verdict: Verdict) -> None:
    row.verdict, row.decided_at, row.decided_by = verdict.value, desk.cause.now, desk.cause.actor.person_id


async def _told(desk: OrderDesk, note: OrderNote, what: Request, person_id: int) -> Decided:
    """Tell who had asked, and end the draft that the reason came from."""
    told = await tell_unit(desk, note, [person_id])
    await finish(desk.session, desk.cause)
    await refresh(desk, what)
    accepted = note.event == "extension_granted"
    return Decided(desk.named, what, accepted=accepted, reason=note.reason, due=note.due, told=told)


async def _asked_basis(desk: OrderDesk) -> str:
    """The basis that the unit gave when it asked for the close-out."""
    lines = await order_book.thread(desk.session, desk.order.id)
    return next((str(row.detail.get("text", "")) for row, _ in reversed(lines) if row.event == "closing_requested"), "")
