"""A problem that needs coordination: recorded, and put before the leader it names, else the responsible one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.people import Holder, actor_from, holders, subjects_of
from bot.db.pushes import PushToSend, enqueue
from bot.db.roster import Roster, roster_for
from bot.db.tables import DecisionRow, Problem, Push, Report
from bot.domain.decisions import Matter, Said
from bot.domain.digest import WithheldReason
from bot.domain.errors import NotFound
from bot.domain.pushes import PushKind, PushState
from bot.domain.rights import Action, may
from bot.domain.scheme import Relation
from bot.presenters.push_notes import ProblemNote, present_problem
from bot.services.cause import Cause
from bot.services.year import Year, year_at


async def raise_problem(session: AsyncSession, cause: Cause, report_id: int) -> int:
    """Record the problem of a report and tell the leader; the problem's id. Raises NotFound without such a report.

    A leader whose warning push of this moment says the same is not told twice, whichever comes first.
    """
    report = await session.get(Report, report_id)
    if report is None:
        raise NotFound(report_id=report_id)
    year = await year_at(session, cause.now)
    roster = await roster_for(session, year.scheme, [report.indicator_id], on=year.today)
    answering = roster.answering[report.indicator_id]
    to_post = report.coordinate_post_id or answering.responsible_post_id
    text = report.problem or report.coordinate_text or ""
    problem = Problem(
        indicator_id=report.indicator_id,
        report_id=report.id,
        text=text,
        to_post_id=to_post,
        raised_by=cause.by.person_id if cause.by else None,
        raised_at=cause.now,
    )
    session.add(problem)
    await session.flush()
    for holder in roster.of_post(to_post) if to_post else ():
        await _tell(session, cause, _Case(year, roster, problem, report.coordinate_text or ""), holder)
    return problem.id


async def raise_alone(
    session: AsyncSession, cause: Cause, indicator_id: int, text: str
) -> tuple[str | None, list[str]]:
    """A problem without a report, put before the responsible leader: the leader's post, and who was told by name."""
    year = await year_at(session, cause.now)
    roster = await roster_for(session, year.scheme, [indicator_id], on=year.today)
    to_post = roster.answering[indicator_id].responsible_post_id
    problem = Problem(
        indicator_id=indicator_id,
        text=text,
        to_post_id=to_post,
        raised_by=cause.actor.person_id,
        raised_at=cause.now,
    )
    session.add(problem)
    await session.flush()
    people = roster.of_post(to_post) if to_post else ()
    for holder in people:
        await _tell(session, cause, _Case(year, roster, problem, ""), holder)
    reached = [holder.person for holder in people if holder.chat_id is not None]
    return next((holder.post for holder in people), None), reached


@dataclass(frozen=True)
class _Case:
    """A problem with what its note needs."""

    year: Year
    roster: Roster
    problem: Problem
    plea: str


async def _tell(session: AsyncSession, cause: Cause, case: _Case, holder: Holder) -> None:
    indicator_id = case.problem.indicator_id
    decision = DecisionRow(
        at=cause.now,
        person_id=holder.person_id,
        indicator_id=indicator_id,
        kind=Matter.PROBLEM.value,
        grade=None,
        sent=False,
        reason=WithheldReason.NO_ACCOUNT.value,
        detail={"problem_id": case.problem.id},
    )
    session.add(decision)
    if holder.chat_id is None:
        return
    if await _warned_now(session, cause, holder.person_id, indicator_id):
        decision.reason = Said.CARRIED_BY_WARNING.value
        return
    held = await holders(session, person_ids=[holder.person_id])
    actor = actor_from(held, frozenset(case.year.scheme.main_leader_titles)).actor
    subject = (await subjects_of(session, [indicator_id]))[indicator_id]
    push = _to_send(cause, case, holder, may_direct=may(actor, Action.DIRECT, subject))
    decision.push_id = await enqueue(session, push)
    decision.sent, decision.reason = True, Said.NEEDS_COORDINATION.value


def _to_send(cause: Cause, case: _Case, holder: Holder, *, may_direct: bool) -> PushToSend:
    indicator_id = case.problem.indicator_id
    answering = case.roster.answering[indicator_id]
    reply = present_problem(
        ProblemNote(
            indicator_id=indicator_id,
            name=answering.name,
            text=case.problem.text,
            coordinate=case.plea,
            problem_id=case.problem.id,
            lead_units=answering.lead_units,
            contacts=tuple(item.person for item in case.roster.of(indicator_id, Relation.CONTACT)),
            may_direct=may_direct,
        )
    )
    return PushToSend(
        kind=PushKind.PROBLEM,
        chat_id=holder.chat_id or 0,
        person_id=holder.person_id,
        post_id=holder.post_id,
        text=reply.text,
        buttons=reply.buttons,
        indicator_ids=[indicator_id],
        subject_kind="problem",
        subject_id=case.problem.id,
        dedupe_key=f"problem:{case.problem.id}:{holder.person_id}",
        reason=Said.NEEDS_COORDINATION.value,
        now=cause.now,
        not_before=case.year.calendar.next_send_time(cause.now, case.year.scheme.quiet, case.year.zone),
        update_id=cause.update_id,
    )


async def _warned_now(session: AsyncSession, cause: Cause, person_id: int, indicator_id: int) -> bool:
    """Whether a warning of this indicator was enqueued for the person at this very moment."""
    query = select(Push.indicator_ids).where(
        Push.person_id == person_id,
        Push.kind == PushKind.WARNING.value,
        Push.created_at == cause.now,
        Push.state == PushState.QUEUED.value,
    )
    return any(indicator_id in ids for ids in (await session.scalars(query)).all())
