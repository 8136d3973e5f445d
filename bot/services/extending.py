"""延期: more time is asked for before the due date, and gets a definite new date or a refusal."""

from __future__ import annotations

from datetime import date, timedelta

from bot.db import order_book, snapshots
from bot.db.engine import Database
from bot.db.tables import OrderExtension
from bot.domain.answers import LONGEST, ExtensionAsked, Request, check_extension, due_of
from bot.domain.errors import InvalidInput
from bot.domain.orders import OrderEvent as Step
from bot.domain.rights import Action
from bot.presenters.order_said import ExtensionSent, WordsWanted
from bot.presenters.push_order import OrderNote
from bot.presenters.words import label, month_words, plain_number
from bot.reading.order_text import ExtensionText, read_extension
from bot.services.cause import Cause, effect
from bot.services.order_desk import OrderDesk, take_in_hand
from bot.services.order_draft import EXTENSION, finish, keep
from bot.services.order_messages import refresh
from bot.services.order_notes import tell_office, who_acts


async def ask(db: Database, cause: Cause, order_id: int, words: str) -> ExtensionSent | WordsWanted:
    """More time, as typed: day, reason, progress. Without words they are asked for. Raises InvalidInput."""
    async with effect(db, cause) as session:
        desk = await take_in_hand(session, cause, order_id)
        desk.check(Action.EXTEND)
        desk.need(Step.EXTEND)
        due = due_of(desk.state, desk.order.reply_due, desk.order.promised_until)
        if await order_book.open_extension(session, order_id) is not None:
            raise InvalidInput("errors_order.extension_pending")
        if not words.strip():
            _check(desk, due, (due or desk.year.today) + timedelta(days=1), "-", await _granted(desk))
            version = await keep(session, cause, {"act": EXTENSION, "order_id": order_id}, "words")
            return WordsWanted(desk.named, EXTENSION, version, due)
        return await _store(desk, due, words)


async def _granted(desk: OrderDesk) -> int:
    return await order_book.granted(desk.session, desk.order.id)


def _check(desk: OrderDesk, due: date | None, until: date, reason: str, earlier: int) -> None:
    check_extension(ExtensionAsked(due, until, reason, earlier), desk.year.today, desk.year.scheme.orders)


async def _store(desk: OrderDesk, due: date | None, words: str) -> ExtensionSent:
    read = read_extension(words, desk.year.today)
    wanted = _until(desk, due, read)
    until = desk.year.calendar.next_workday(wanted)
    _check(desk, due, wanted, read.reason, await _granted(desk))
    assert due is not None
    if len(read.reason) > LONGEST:
        raise InvalidInput("errors_order.too_long", limit=LONGEST, length=len(read.reason))
    progress = read.progress or await _progress(desk)
    row = OrderExtension(
        order_id=desk.order.id,
        at=desk.cause.now,
        person_id=desk.cause.actor.person_id,
        reason=read.reason,
        progress=progress or None,
        due=due,
        until=until,
    )
    desk.session.add(row)
    await desk.session.flush()
    await desk.acknowledged()
    desk.take(Step.EXTEND, "extension_asked", until=until.isoformat(), text=read.reason)
    await finish(desk.session, desk.cause)
    note = OrderNote(
        event=Request.EXTENSION.value,
        order=desk.named,
        ref=row.id,
        who=who_acts(desk),
        due=due,
        until=until,
        reason=read.reason,
        progress=progress,
    )
    office_at = await tell_office(desk, note)
    await refresh(desk)
    return ExtensionSent(desk.named, due, until, read.reason, moved=until != wanted, office_at=office_at)


def _until(desk: OrderDesk, due: date | None, read: ExtensionText) -> date:
    begin = due or desk.year.today
    if read.until is not None:
        return read.until
    if read.workdays is not None:
        return desk.year.calendar.add_workdays(begin, read.workdays)
    if read.days is not None:
        return begin + timedelta(days=read.days)
    raise InvalidInput("errors_order.extension_date")


async def _progress(desk: OrderDesk) -> str:
    """Where the indicator stands, when nothing was said of it."""
    newest = (await snapshots.latest(desk.session, [desk.order.indicator_id])).get(desk.order.indicator_id)
    if newest is None or newest.progress is None:
        return ""
    return label("order.progress", month=month_words(newest.period), rate=plain_number(newest.progress, 2))
