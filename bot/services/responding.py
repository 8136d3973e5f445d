"""反馈: the unit's answer to an order, in one message or field by field, prefilled from the monthly report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.db import order_book, reports
from bot.db.engine import Database
from bot.db.tables import OrderResponse
from bot.domain.answers import LONGEST, Answer, Field, Request, Verdict, check_recovery
from bot.domain.errors import InvalidInput
from bot.domain.orders import OrderEvent as Step
from bot.domain.orders import OrderState
from bot.domain.period import Period
from bot.domain.rights import Action
from bot.domain.scheme import Asked
from bot.presenters.order_said import Answered, AnswerPreview
from bot.presenters.push_order import OrderNote, answer_lines
from bot.presenters.words import label
from bot.reading.order_text import read_answer, read_day
from bot.services.cause import Cause, effect
from bot.services.order_desk import OrderDesk, take_in_hand
from bot.services.order_draft import ANSWER, finish, keep, kept, packed, unpacked
from bot.services.order_messages import refresh
from bot.services.order_notes import tell_office, who_acts

UNREVIEWED = frozenset({Asked.NOTHING, Asked.ACKNOWLEDGE_OR_CAUSE})


async def start(db: Database, cause: Cause, order_id: int) -> AnswerPreview:
    """Begin an answer with what the monthly report says already. Raises NotAllowed, NotFound, InvalidInput."""
    async with effect(db, cause) as session:
        desk = await _on_desk(await take_in_hand(session, cause, order_id))
        return await _shown(desk, *await _prefilled(desk))


async def say(db: Database, cause: Cause, order_id: int, words: str) -> AnswerPreview | Answered:
    """An answer in one message: taken at once where nothing is missing, else the rest is asked for."""
    if not words.strip():
        return await start(db, cause, order_id)
    async with effect(db, cause) as session:
        desk = await _on_desk(await take_in_hand(session, cause, order_id))
        read = read_answer(words, desk.year.today)
        answer = _checked(desk, Answer(read.cause, read.measure, read.recovery, read.help))
        if answer.lacks(desk.asked):
            known, _ = await _prefilled(desk)
            return await _shown(desk, _joined(known, answer), ())
        return await _store(desk, answer)


async def give(db: Database, cause: Cause, words: str) -> AnswerPreview:
    """The words for the field that the draft waits for; several fields may come in one message."""
    async with effect(db, cause) as session:
        draft = await kept(session, cause)
        desk = await _on_desk(await take_in_hand(session, cause, int(str(draft.payload["order_id"]))))
        answer = _filled(desk, unpacked(draft.payload), Field(str(draft.awaiting or Field.CAUSE)), words)
        return await _shown(desk, answer, ())


async def edit(db: Database, cause: Cause, name: str, version: int) -> AnswerPreview:
    """Ask for one field again. Raises Expired for a draft that is gone."""
    async with effect(db, cause) as session:
        draft = await kept(session, cause, version)
        desk = await _on_desk(await take_in_hand(session, cause, int(str(draft.payload["order_id"]))))
        return await _shown(desk, unpacked(draft.payload), (), Field(name))


async def send(db: Database, cause: Cause, version: int | None = None) -> Answered | AnswerPreview:
    """The answer as the preview shows it. What is still missing is asked for."""
    async with effect(db, cause) as session:
        draft = await kept(session, cause, version)
        desk = await _on_desk(await take_in_hand(session, cause, int(str(draft.payload["order_id"]))))
        answer = unpacked(draft.payload)
        if answer.lacks(desk.asked):
            return await _shown(desk, answer, ())
        return await _store(desk, answer)


async def _on_desk(desk: OrderDesk) -> OrderDesk:
    desk.check(Action.RESPOND)
    desk.need(Step.RESPOND)
    return desk


async def _prefilled(desk: OrderDesk) -> tuple[Answer, tuple[Field, ...]]:
    """What is known already: the last answer if it was returned, else problem, measure and plea of the report."""
    last = (await order_book.last_responses(desk.session, [desk.order.id])).get(desk.order.id)
    if last is not None and last.verdict == Verdict.RETURNED:
        return answer_of(last), ()
    months = str(Period(desk.year.year, 1)), str(desk.year.period)
    found = await reports.of_months(desk.session, [desk.order.indicator_id], *months)
    if not found:
        return Answer(), ()
    report = found[-1]
    answer = Answer(cause=report.problem or "", measure=report.measure or "", help=report.coordinate or "")
    return answer, tuple(field for field in Field if getattr(answer, field.value))


def answer_of(row: OrderResponse) -> Answer:
    """An answer as it was stored."""
    day = date.fromisoformat(row.recovery) if row.recovery else None
    return Answer(row.cause, row.measure or "", day, row.help or "")


def _joined(known: Answer, said: Answer) -> Answer:
    """What was said now, and what was known before where nothing was said."""
    return Answer(*(getattr(said, field.value) or getattr(known, field.value) for field in Field))


def _filled(desk: OrderDesk, answer: Answer, awaited: Field, words: str) -> Answer:
    today = desk.year.today
    if awaited is Field.RECOVERY:
        day = read_day(words, today) or read_answer(words, today).recovery
        if day is None:
            raise InvalidInput("errors_order.recovery_unread")
        return _checked(desk, replace(answer, recovery=day))
    read = read_answer(words, today)
    if awaited is Field.CAUSE:
        return _checked(desk, _joined(answer, Answer(read.cause, read.measure, read.recovery, read.help)))
    if awaited is Field.HELP and words.strip() in label("order.none_words").split():
        return replace(answer, help="")
    values: Mapping[str, str] = {awaited.value: getattr(read, awaited.value) or words.strip()}
    recovery = answer.recovery or read.recovery
    return _checked(desk, replace(answer, recovery=recovery, **values))


def _checked(desk: OrderDesk, answer: Answer) -> Answer:
    for text in (answer.cause, answer.measure, answer.help):
        if len(text) > LONGEST:
            raise InvalidInput("errors_order.too_long", limit=LONGEST, length=len(text))
    if answer.recovery is not None:
        check_recovery(answer.recovery, desk.year.today)
    return answer


async def _shown(
    desk: OrderDesk, answer: Answer, from_report: tuple[Field, ...], asking: Field | None = None
) -> AnswerPreview:
    lacks = answer.lacks(desk.asked)
    awaiting = asking or next(iter(lacks), None)
    payload = {"act": ANSWER, "order_id": desk.order.id, **packed(answer)}
    version = await keep(desk.session, desk.cause, payload, awaiting.value if awaiting else None)
    return AnswerPreview(desk.named, answer, awaiting, desk.asked.value, version, lacks, from_report)


async def _store(desk: OrderDesk, answer: Answer) -> Answered:
    """Record the answer. What only asked for a word of cause needs no review."""
    reviewed = desk.asked in UNREVIEWED
    late = desk.order.reply_due is not None and desk.year.today > desk.order.reply_due
    row = OrderResponse(
        order_id=desk.order.id,
        at=desk.cause.now,
        person_id=desk.cause.actor.person_id,
        cause=answer.cause,
        measure=answer.measure or None,
        recovery=answer.recovery.isoformat() if answer.recovery else None,
        help=answer.help or None,
        verdict=Verdict.ACCEPTED.value if reviewed else None,
    )
    desk.session.add(row)
    await desk.session.flush()
    await desk.acknowledged()
    said = label("order.and").join(f"{name} {text}" for name, text in answer_lines(answer))
    if desk.state is OrderState.RESPONDED:
        # The office has not read the answer before: this one stands in its place.
        await refresh(desk, Request.RESPONSE)
    desk.take(Step.RESPOND, "responded", text=said)
    if reviewed:
        desk.take(Step.ACCEPT, "accepted_itself")
    desk.order.promised_until = answer.recovery
    await finish(desk.session, desk.cause)
    office_at = None
    if not reviewed:
        note = OrderNote(Request.RESPONSE.value, desk.named, row.id, who_acts(desk), answer, late=late)
        office_at = await tell_office(desk, note)
    await refresh(desk)
    return Answered(desk.named, answer, reviewed, late, office_at)
