"""What a leader does about a problem: a directive, on to a unit, or noted. Who raised it hears of it."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.engine import Database
from bot.db.people import holders
from bot.db.pushes import PushToSend, enqueue
from bot.db.tables import Indicator, Problem
from bot.domain.errors import NotAllowed, NotFound, Refused
from bot.domain.pushes import PushKind
from bot.domain.tasks import TaskKind
from bot.presenters.problems import ProblemDecided, ProblemNoted, present_problem_noted
from bot.presenters.tasks import TaskGiven
from bot.services.cause import Cause, Change, audit, effect
from bot.services.tasking import TaskToGive, give_in
from bot.services.year import year_at

DIRECTED, FORWARDED, NOTED = "directed", "forwarded", "noted"


async def problem_of(db: Database, cause: Cause, problem_id: int) -> tuple[Problem, str]:
    """The problem and its indicator's name, for the leader it was put before. Raises NotFound, NotAllowed, Refused."""
    async with db.read() as session:
        return await _open_problem(session, cause, problem_id)


async def _open_problem(session: AsyncSession, cause: Cause, problem_id: int) -> tuple[Problem, str]:
    query = select(Problem, Indicator.name).join(Indicator, Indicator.id == Problem.indicator_id)
    found = (await session.execute(query.where(Problem.id == problem_id))).one_or_none()
    if found is None:
        raise NotFound(problem_id=problem_id)
    problem, name = found
    if problem.to_post_id not in cause.actor.actor.post_ids and not cause.actor.actor.main_leader:
        raise NotAllowed(problem_id=problem_id)
    if problem.decision is not None or problem.closed_at is not None:
        raise Refused("errors_tasks.decided")
    return problem, name


async def note_problem(db: Database, cause: Cause, problem_id: int) -> ProblemDecided:
    """了解: on record, nothing more is asked of anybody."""
    async with effect(db, cause) as session:
        problem, name = await _open_problem(session, cause, problem_id)
        _decide(session, cause, problem, NOTED, None)
        told = await _tell_raiser(session, cause, problem, name)
        return ProblemDecided(name, problem.text, tuple(told))


async def forward_problem(session: AsyncSession, cause: Cause, problem_id: int, unit_id: int, words: str) -> TaskGiven:
    """转办: a task for that unit with the problem in it, and the leader's words."""
    problem, name = await _open_problem(session, cause, problem_id)
    text = f"{name}：{problem.text}" + (f"（{words}）" if words else "")
    task = TaskToGive(TaskKind.DIRECTIVE, text, unit_id=unit_id, indicator_id=problem.indicator_id)
    given = await give_in(session, cause, task)
    _decide(session, cause, problem, FORWARDED, given.line.id)
    await _tell_raiser(session, cause, problem, name)
    return given


def _decide(session: AsyncSession, cause: Cause, problem: Problem, decision: str, task_id: int | None) -> None:
    problem.decision, problem.decided_by, problem.task_id = decision, cause.actor.person_id, task_id
    problem.closed_at = cause.now
    audit(session, cause, Change("decide_problem", "problem", problem.id, after={"decision": decision}))


async def decided_by_directive(session: AsyncSession, cause: Cause, indicator_id: int, task_id: int) -> None:
    """A directive on an indicator answers the problems of it that wait for this leader."""
    await session.execute(
        update(Problem)
        .where(
            Problem.indicator_id == indicator_id,
            Problem.to_post_id.in_(list(cause.actor.actor.post_ids)),
            Problem.decision.is_(None),
        )
        .values(decision=DIRECTED, decided_by=cause.actor.person_id, task_id=task_id, closed_at=cause.now)
        .execution_options(synchronize_session=False)
    )


async def _tell_raiser(session: AsyncSession, cause: Cause, problem: Problem, name: str) -> list[str]:
    if problem.raised_by is None or problem.raised_by == cause.actor.person_id:
        return []
    year = await year_at(session, cause.now)
    told = []
    for holder in (await holders(session, person_ids=[problem.raised_by]))[:1]:
        if holder.chat_id is None:
            continue
        noted = ProblemNoted(name, problem.text, cause.actor.posts[0], problem.decision or NOTED, problem.indicator_id)
        reply = present_problem_noted(noted)
        push = PushToSend(
            kind=PushKind.PROBLEM,
            chat_id=holder.chat_id,
            person_id=holder.person_id,
            post_id=holder.post_id,
            text=reply.text,
            buttons=reply.buttons,
            indicator_ids=[problem.indicator_id],
            subject_kind="problem",
            subject_id=problem.id,
            dedupe_key=f"problem:{problem.id}:decided:{holder.person_id}",
            reason="problem_decided",
            now=cause.now,
            not_before=year.calendar.next_send_time(cause.now, year.scheme.quiet, year.zone),
            update_id=cause.update_id,
        )
        await enqueue(session, push)
        told.append(holder.person)
    return told
