"""批示: a leader's words on an indicator go to the unit that leads it, and stay on its record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts, orders
from bot.db.drafts import DraftToKeep, Ending, KeptDraft
from bot.db.engine import Database
from bot.db.people import Holder, holders, subjects_of
from bot.db.pushes import PushToSend, enqueue
from bot.db.roster import Answering, roster_for
from bot.db.tables import DecisionRow, Indicator, OrderEvent, OrderRecipient, Task, TaskEventRow, WarningOrder
from bot.domain.decisions import Matter, Said
from bot.domain.digest import WithheldReason
from bot.domain.errors import Expired, InvalidInput, NotFound
from bot.domain.kinds import Role
from bot.domain.pushes import PushKind
from bot.domain.rights import Action, may
from bot.domain.scheme import Relation
from bot.presenters.push_notes import DirectiveNote, present_directive
from bot.presenters.warning import DirectiveGiven, DirectiveOfWhat, DirectivePrompt
from bot.services.cause import Cause, Change, audit, effect
from bot.services.problem_deciding import decided_by_directive
from bot.services.year import year_at

KIND = "directive"
LONGEST = 500
MOST_CHOICES = 8


async def start_directive(db: Database, cause: Cause, indicator_id: int) -> DirectivePrompt:
    """Begin a directive: the next typed text is its words. Raises NotAllowed and NotFound."""
    async with effect(db, cause) as session:
        name = await _permitted(session, cause, indicator_id)
        draft = DraftToKeep(cause.actor.person_id, KIND, {"indicator_id": indicator_id}, cause.now, awaiting="text")
        return DirectivePrompt(name, await drafts.put(session, draft))


async def continue_directive(db: Database, cause: Cause, draft: KeptDraft, text: str) -> DirectiveGiven:
    """The words that a begun directive waited for. Raises InvalidInput for none or too many; the draft then stays."""
    indicator_id = int(str(draft.payload["indicator_id"]))
    async with effect(db, cause) as session:
        kept = await drafts.current(session, cause.actor.person_id, cause.now, lock=True)
        if kept is None or kept.version != draft.version:
            raise Expired
        given = await _give(session, cause, indicator_id, text)
        await drafts.close(session, cause.actor.person_id, Ending.CONFIRMED)
        return given


async def direct(db: Database, cause: Cause, indicator_id: int, text: str) -> DirectiveGiven:
    """A directive in one go, typed in reply to a push. Raises NotAllowed, NotFound and InvalidInput."""
    async with effect(db, cause) as session:
        return await _give(session, cause, indicator_id, text)


async def say(
    db: Database, cause: Cause, indicator_id: int | None, text: str
) -> DirectiveGiven | DirectivePrompt | DirectiveOfWhat:
    """批示 in so many words: given at once; without words they are asked for, without a subject that."""
    if indicator_id is None:
        async with db.read() as session:
            return DirectiveOfWhat(await _warned_of(session, cause))
    if not text.strip():
        return await start_directive(db, cause, indicator_id)
    return await direct(db, cause, indicator_id, text)


async def _warned_of(session: AsyncSession, cause: Cause) -> tuple[tuple[int, str], ...]:
    """What this person was asked to acknowledge and may direct, worst first: indicator and name."""
    query = (
        select(Indicator.id, Indicator.name)
        .join(WarningOrder, WarningOrder.indicator_id == Indicator.id)
        .join(OrderRecipient, OrderRecipient.order_id == WarningOrder.id)
        .where(
            OrderRecipient.person_id == cause.actor.person_id,
            OrderRecipient.digest_only.is_(False),
            OrderRecipient.told_severity.is_not(None),
            WarningOrder.closed_at.is_(None),
        )
        .order_by(WarningOrder.severity.desc(), WarningOrder.id)
    )
    found = {row.id: row.name for row in await session.execute(query)}
    subjects = await subjects_of(session, [*found])
    allowed = [key for key in found if may(cause.actor.actor, Action.DIRECT, subjects[key])]
    return tuple((key, found[key]) for key in allowed[:MOST_CHOICES])


async def finish_directive(db: Database, cause: Cause, text: str) -> DirectiveGiven:
    """The words for the directive that this person has begun. Raises Expired where none is open any more."""
    async with db.read() as session:
        draft = await drafts.current(session, cause.actor.person_id, cause.now)
    if draft is None or draft.kind != KIND:
        raise Expired
    return await continue_directive(db, cause, draft, text)


async def _permitted(session: AsyncSession, cause: Cause, indicator_id: int) -> str:
    year = await year_at(session, cause.now)
    subject = (await subjects_of(session, [indicator_id])).get(indicator_id)
    if subject is None:
        raise NotFound(indicator_id=indicator_id)
    cause.check(Action.DIRECT, subject)
    return (await roster_for(session, year.scheme, [indicator_id])).answering[indicator_id].name


async def _give(session: AsyncSession, cause: Cause, indicator_id: int, text: str) -> DirectiveGiven:
    words = text.strip()
    if not words:
        raise InvalidInput("errors_warning.directive_empty")
    if len(words) > LONGEST:
        raise InvalidInput("errors_warning.directive_too_long", limit=LONGEST, length=len(words))
    await _permitted(session, cause, indicator_id)
    year = await year_at(session, cause.now)
    roster = await roster_for(session, year.scheme, [indicator_id], on=year.today)
    answering = roster.answering[indicator_id]
    task = await _record(session, cause, indicator_id, words)
    leaves_at = year.calendar.next_send_time(cause.now, year.scheme.quiet, year.zone)
    unit = {
        holder.person_id: holder
        for relation in (Relation.CONTACT, Relation.DEPUTY, Relation.HEAD)
        for holder in roster.of(indicator_id, relation)
    }
    office = {holder.person_id: holder for holder in await holders(session, roles=[Role.OFFICE])}
    told: list[str] = []
    untold: list[str] = []
    for person_id, holder in {**office, **unit}.items():
        if person_id == cause.actor.person_id:
            continue
        sent = await _push(session, cause, (task, answering, leaves_at), holder, for_unit=person_id in unit)
        (told if sent else untold).append(holder.person)
    waits = leaves_at if leaves_at > cause.now else None
    return DirectiveGiven(answering.name, words, answering.lead_units, tuple(told), tuple(untold), waits)


async def _record(session: AsyncSession, cause: Cause, indicator_id: int, words: str) -> Task:
    order = (await orders.open_orders(session, [indicator_id])).get(indicator_id)
    subject = (await subjects_of(session, [indicator_id]))[indicator_id]
    task = Task(
        kind=KIND,
        indicator_id=indicator_id,
        order_id=order.id if order else None,
        from_person_id=cause.actor.person_id,
        to_unit_id=min(subject.lead_unit_ids, default=None),
        text=words,
        given_at=cause.now,
    )
    session.add(task)
    await session.flush()
    session.add(TaskEventRow(task_id=task.id, at=cause.now, event="give", person_id=cause.actor.person_id, text=words))
    await decided_by_directive(session, cause, indicator_id, task.id)
    if order is not None:
        person_id, detail = cause.actor.person_id, {"task_id": task.id, "text": words}
        session.add(
            OrderEvent(order_id=order.id, at=cause.now, event="directed", person_id=person_id, detail={**detail})
        )
    audit(session, cause, Change("direct", "task", task.id, after={"indicator_id": indicator_id, "text": words}))
    return task


async def _push(
    session: AsyncSession, cause: Cause, given: tuple[Task, Answering, datetime], holder: Holder, *, for_unit: bool
) -> bool:
    task, answering, leaves_at = given
    bound = holder.chat_id is not None
    decision = DecisionRow(
        at=cause.now,
        person_id=holder.person_id,
        indicator_id=answering.indicator_id,
        kind=Matter.DIRECTIVE.value,
        sent=bound,
        reason=(Said.DIRECTED if bound else WithheldReason.NO_ACCOUNT).value,
        detail={"task_id": task.id},
    )
    session.add(decision)
    if bound:
        note = DirectiveNote(
            indicator_id=answering.indicator_id,
            name=answering.name,
            text=task.text,
            post=cause.actor.posts[0],
            moment=cause.now,
            lead_units=answering.lead_units,
            for_unit=for_unit,
            task_id=task.id,
        )
        decision.push_id = await enqueue(session, _to_send(cause, task, holder, note, leaves_at))
    return bound


def _to_send(cause: Cause, task: Task, holder: Holder, note: DirectiveNote, leaves_at: datetime) -> PushToSend:
    reply = present_directive(note)
    return PushToSend(
        kind=PushKind.DIRECTIVE,
        chat_id=holder.chat_id or 0,
        person_id=holder.person_id,
        post_id=holder.post_id,
        text=reply.text,
        buttons=reply.buttons,
        indicator_ids=[note.indicator_id],
        subject_kind="task",
        subject_id=task.id,
        dedupe_key=f"directive:{task.id}:{holder.person_id}",
        reason=Said.DIRECTED.value,
        now=cause.now,
        not_before=leaves_at,
        update_id=cause.update_id,
    )
