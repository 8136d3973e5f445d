"""退回 of a report with its reason: it is asked for again, and who reported it hears of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import drafts
from bot.db.drafts import DraftToKeep
from bot.db.engine import Database
from bot.db.people import Holder, holders
from bot.db.pushes import PushToSend, enqueue
from bot.db.roster import roster_for
from bot.db.tables import DecisionRow
from bot.domain.decisions import Matter, Said
from bot.domain.digest import WithheldReason
from bot.domain.errors import InvalidInput
from bot.domain.period import Period
from bot.domain.pushes import PushKind
from bot.domain.scheme import Relation
from bot.presenters.push_returned import ReturnedNote, present_returned_note
from bot.presenters.reply import Reply
from bot.presenters.review_said import ReasonWanted, Returned, ReviewTold
from bot.presenters.words import label
from bot.services.cause import Cause, Change, audit, effect
from bot.services.evaluating import evaluate
from bot.services.report_queue import check_reviewer, is_office, queue_of
from bot.services.report_review_desk import KIND, RETURN, ReviewCase, finish, next_of, settled_by, take_in_hand

LONGEST = 300
# What a reply to such a message is about.
REPORT = "report"


async def give_back(db: Database, cause: Cause, report_id: int, reason: str) -> Returned | ReasonWanted | ReviewTold:
    """退回 with its reason, which is asked for where there is none; the report is then asked for again.

    An approved report may be given back too, as long as its month is not frozen.
    """
    check_reviewer(cause)
    async with effect(db, cause) as session:
        case = await take_in_hand(session, cause, report_id)
        settled = await settled_by(session, cause, case)
        if settled is not None and not (settled.code == "approved_before" and is_office(cause)):
            return settled
        words = " ".join(reason.split())
        if not words:
            payload: dict[str, object] = {"act": RETURN, "report_id": report_id}
            draft = DraftToKeep(cause.actor.person_id, KIND, payload, cause.now, awaiting=RETURN)
            return ReasonWanted(case.indicator.name, case.month, await drafts.put(session, draft))
        if len(words) > LONGEST:
            raise InvalidInput("errors_review.too_long", limit=LONGEST, length=len(words))
        return await _return(session, cause, case, words)


async def _return(session: AsyncSession, cause: Cause, case: ReviewCase, reason: str) -> Returned:
    report = case.report
    report.returned_at, report.returned_by, report.returned_reason = cause.now, cause.actor.person_id, reason
    report.confirmed_at, report.confirmed_by = None, None
    said: dict[str, object] = {"indicator_id": report.indicator_id, "period": report.period, "reason": reason}
    audit(session, cause, Change("return_report", "report", report.id, after=said))
    await session.flush()
    if report.revision > 1:
        # It may have been approved: then what it replaced counts again.
        await evaluate(session, cause, [report.indicator_id], Period.parse(report.period))
    told, leaves_at = await _tell(session, cause, case, reason)
    await finish(session, cause)
    queue = await queue_of(session, case.year, cause)
    return Returned(
        name=case.indicator.name,
        month=case.month,
        reason=reason,
        told=told,
        leaves_at=leaves_at if leaves_at > cause.now else None,
        left=len(queue.rows),
        next=next_of(queue.rows, cause),
    )


async def _tell(session: AsyncSession, cause: Cause, case: ReviewCase, reason: str) -> tuple[tuple[str, ...], datetime]:
    """The contacts of the lead units, and who reported; their names, and when it leaves."""
    report, year = case.report, case.year
    leaves_at = year.calendar.next_send_time(cause.now, year.scheme.quiet, year.zone)
    roster = await roster_for(session, year.scheme, [case.indicator.id], on=year.today)
    people = {one.person_id: one for one in roster.of(case.indicator.id, Relation.CONTACT)}
    if report.reporter_id is not None and report.reporter_id not in people:
        people |= {one.person_id: one for one in await holders(session, person_ids=[report.reporter_id])}
    people.pop(cause.actor.person_id, None)
    note = ReturnedNote(
        report_id=report.id,
        indicator_id=case.indicator.id,
        name=case.indicator.name,
        month=case.month,
        value=report.value,
        unit=case.indicator.unit or "",
        reason=reason,
        who=label("review.person", post=cause.actor.posts[0], name=cause.actor.name),
    )
    reply = present_returned_note(note)
    for holder in people.values():
        await _push(session, cause, case, (holder, reply, leaves_at))
    return tuple(dict.fromkeys(one.person for one in people.values() if one.chat_id is not None)), leaves_at


async def _push(session: AsyncSession, cause: Cause, case: ReviewCase, message: tuple[Holder, Reply, datetime]) -> None:
    holder, reply, leaves_at = message
    row = DecisionRow(
        at=cause.now,
        person_id=holder.person_id,
        indicator_id=case.indicator.id,
        kind=Matter.REPORT.value,
        sent=holder.chat_id is not None,
        reason=(Said.REPORT_RETURNED if holder.chat_id is not None else WithheldReason.NO_ACCOUNT).value,
        detail={"report_id": case.report.id, "period": case.report.period},
    )
    session.add(row)
    if holder.chat_id is None:
        return
    push = PushToSend(
        kind=PushKind.RETURNED,
        chat_id=holder.chat_id,
        person_id=holder.person_id,
        post_id=holder.post_id,
        text=reply.text,
        buttons=reply.buttons,
        indicator_ids=[case.indicator.id],
        subject_kind=REPORT,
        subject_id=case.report.id,
        dedupe_key=f"returned:{case.report.id}:{holder.person_id}:{cause.now.isoformat()}",
        reason=Said.REPORT_RETURNED.value,
        now=cause.now,
        not_before=leaves_at,
        update_id=cause.update_id,
    )
    row.push_id = await enqueue(session, push)
