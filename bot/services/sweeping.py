"""Does what is due: claims each planned occurrence in the database and runs it in the same transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import jobs
from bot.db.engine import Database
from bot.db.jobs import Occurrence
from bot.db.tables import DecisionRow, PeriodRow, Push
from bot.domain.errors import NotFound
from bot.domain.reporting import report_window
from bot.services import ledger, month_jobs
from bot.services.adjusting_pushes import remind_owners, reminder_on
from bot.services.cause import Cause
from bot.services.digest_morning import DIGEST_JOB
from bot.services.digesting import send_digests
from bot.services.escalating import escalate
from bot.services.evaluating import evaluate_all
from bot.services.review_notice import REVIEW_JOB, plan_review, run_review
from bot.services.silence_ends import report_ended_silences
from bot.services.sweep_report import SweepReport, joined, report_since
from bot.services.year import Year, year_at

# Verdicts stand before the first message of the day is written.
EVALUATION_AT = time(8, 0)


@dataclass(frozen=True)
class Job:
    """A sweep with its plan. `plan` gives what is due by now; `always`: a dry run looks at it, due or not.

    `every`: a missed occurrence is run late; of the others the next one makes up for it.
    """

    name: str
    plan: Callable[[Year, datetime], Sequence[Occurrence]]
    run: Callable[[AsyncSession, Cause, Occurrence], Awaitable[object]]
    always: bool = False
    every: bool = False


class _Undone(Exception):
    """Carries the report of a dry run out of the transaction that it rolls back."""

    def __init__(self, report: SweepReport) -> None:
        super().__init__("dry run")
        self.report = report


def _moment(year: Year, at: time) -> datetime:
    return datetime.combine(year.today, at, year.zone).astimezone(UTC)


def _plan_periods(year: Year, _now: datetime) -> list[Occurrence]:
    """Open the month whose report begins; close the one before when this one was due."""
    window = report_window(year.period, year.scheme, year.calendar)
    midnight = _moment(year, time(0))
    due = []
    if year.today >= window.opens:
        due.append(Occurrence("periods", f"{year.period}:open", midnight))
    if year.today > window.due and year.period.month > 1:
        due.append(Occurrence("periods", f"{year.period.previous()}:close", midnight))
    return due


async def _run_period(session: AsyncSession, cause: Cause, occurrence: Occurrence) -> None:
    period, _, step = occurrence.name.partition(":")
    year = await year_at(session, cause.now)
    row = (
        await session.scalars(select(PeriodRow).where(PeriodRow.cycle_id == year.cycle_id, PeriodRow.period == period))
    ).one_or_none()
    if row is None:
        row = PeriodRow(cycle_id=year.cycle_id, period=period, opened_at=cause.now)
        session.add(row)
    if step == "close" and row.closed_at is None:
        row.closed_at = cause.now
    await session.flush()


def _plan_evaluation(year: Year, now: datetime) -> list[Occurrence]:
    planned = _moment(year, EVALUATION_AT)
    return [Occurrence("evaluate", str(year.today), planned)] if now >= planned else []


async def _run_evaluation(session: AsyncSession, cause: Cause, _occurrence: Occurrence) -> int:
    return await evaluate_all(session, cause)


def _plan_escalation(year: Year, now: datetime) -> list[Occurrence]:
    """On working days, after the verdicts stand and before the first message is written."""
    planned = _moment(year, EVALUATION_AT)
    due = now >= planned and year.calendar.is_workday(year.today)
    return [Occurrence("escalate", str(year.today), planned)] if due else []


async def _run_escalation(session: AsyncSession, cause: Cause, _occurrence: Occurrence) -> int:
    return await escalate(session, cause) + await report_ended_silences(session, cause)


def _plan_adjustment(year: Year, now: datetime) -> list[Occurrence]:
    """On the scheme's days, or the next working day, owners of warned indicators hear of the window."""
    planned, day = _moment(year, EVALUATION_AT), reminder_on(year)
    return [Occurrence("adjustment", day, planned)] if day is not None and now >= planned else []


async def _run_adjustment(session: AsyncSession, cause: Cause, occurrence: Occurrence) -> int:
    return await remind_owners(session, cause, occurrence.name)


def _plan_digest(year: Year, now: datetime) -> list[Occurrence]:
    """On working days from the hour of the digest until the quiet hours. A day missed is made up for on the next."""
    planned = _moment(year, year.scheme.digest_at)
    quiet = year.scheme.quiet.cover(now.astimezone(year.zone).time())
    if now < planned or quiet or not year.calendar.is_workday(year.today):
        return []
    return [Occurrence(DIGEST_JOB, str(year.today), planned)]


async def _run_digest(session: AsyncSession, cause: Cause, _occurrence: Occurrence) -> int:
    return await send_digests(session, cause)


# In the order in which they run: a month opens, verdicts stand, messages go out.
JOBS = (
    Job("periods", _plan_periods, _run_period, every=True),
    Job("evaluate", _plan_evaluation, _run_evaluation),
    Job("escalate", _plan_escalation, _run_escalation),
    Job("adjustment", _plan_adjustment, _run_adjustment),
    Job(DIGEST_JOB, _plan_digest, _run_digest, always=True),
    Job(REVIEW_JOB, plan_review, run_review, every=True),
    Job(month_jobs.BULLETIN_JOB, month_jobs.plan_bulletin, month_jobs.run_bulletin, every=True),
    Job(month_jobs.BRIEF_JOB, month_jobs.plan_briefs, month_jobs.run_briefs, every=True),
    Job(month_jobs.CALENDAR_JOB, month_jobs.plan_calendar, month_jobs.run_calendar),
)


async def run_due(
    db: Database,
    now: datetime,
    jobs_wanted: Sequence[str] | None = None,
    *,
    dry_run: bool = False,
    claimed_by: str = "sweep",
) -> SweepReport:
    """Run what is due by now and not done yet, all jobs or the named ones. Raises NotFound for an unknown job.

    A dry run does the same work, the digest even where its hour is not now, and rolls it back.
    Before anything was imported there is nothing to do.
    """
    wanted = _wanted(jobs_wanted)
    try:
        async with db.read() as session:
            year = await year_at(session, now)
            due = [(job, item) for job in wanted for item in job.plan(year, now)]
            open_items = set(await jobs.unfinished(session, [item for _, item in due])) if due else set()
    except NotFound:
        return SweepReport()
    due = [(job, item) for job, item in due if item in open_items]
    if dry_run:
        return await _rehearse(db, now, _with_asked(wanted, due, year), claimed_by)
    report = SweepReport()
    if due:
        due = [*await _left_over(db, now, wanted, due, claimed_by), *due]
    for job, item in due:
        async with db.write() as session:
            report = joined(report, await _run(session, now, job, item, claimed_by))
    return report


async def _left_over(
    db: Database, now: datetime, wanted: list[Job], due: list[tuple[Job, Occurrence]], claimed_by: str
) -> list[tuple[Job, Occurrence]]:
    """What was missed while nobody swept: written down, and what must still run is given back."""
    today = {(item.job, item.name) for _, item in due}
    async with db.read() as session:
        missed = [item for item in await ledger.missed(session, wanted, now) if (item.job, item.name) not in today]
    if not missed:
        return []
    by_name = {job.name: job for job in wanted}
    async with db.write() as session:
        made_up = [item for item in missed if not by_name[item.job].every]
        await ledger.note_made_up(session, made_up, now, claimed_by)
    return [(by_name[item.job], item) for item in missed if by_name[item.job].every]


def _wanted(names: Sequence[str] | None) -> list[Job]:
    known = {job.name: job for job in JOBS}
    for name in names or ():
        if name not in known:
            raise NotFound(f"no job {name}", job=name)
    return [job for job in JOBS if names is None or job.name in names]


def _with_asked(wanted: list[Job], due: list[tuple[Job, Occurrence]], year: Year) -> list[tuple[Job, Occurrence]]:
    """A dry run asks "what would go out at this moment?", so it looks at the digest whatever the hour."""
    planned = {job.name for job, _ in due}
    missing = [job for job in wanted if job.always and job.name not in planned]
    return [*due, *((job, Occurrence(job.name, f"{year.today}:rehearsed", _moment(year, time(0)))) for job in missing)]


async def _rehearse(db: Database, now: datetime, due: list[tuple[Job, Occurrence]], claimed_by: str) -> SweepReport:
    try:
        async with db.write() as session:
            report = SweepReport()
            for job, item in due:
                report = joined(report, await _run(session, now, job, item, claimed_by))
            raise _Undone(report)
    except _Undone as undone:
        return undone.report


async def _run(session: AsyncSession, now: datetime, job: Job, item: Occurrence, claimed_by: str) -> SweepReport:
    """Claim and work in one transaction: a crash gives the claim back, and a rival finds the work done."""
    if not await jobs.claim(session, item, now, claimed_by):
        return SweepReport()
    last_push = await session.scalar(select(func.max(Push.id))) or 0
    last_decision = await session.scalar(select(func.max(DecisionRow.id))) or 0
    await job.run(session, Cause(now), item)
    await session.flush()
    report = await report_since(session, last_push, last_decision)
    result: dict[str, object] = {"pushes": len(report.pushes), "withheld": len(report.withheld)}
    await jobs.finish(session, item, now, result)
    return SweepReport(report.pushes, report.withheld, (f"{item.job} {item.name}",))
