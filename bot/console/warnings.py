"""`baton sweep` and `baton why`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from bot.console.explaining import Explained, emit, say
from bot.console.opening import Desk, at_desk
from bot.presenters.shortening import some_names
from bot.presenters.why import decision_line, kind_word, reason_words
from bot.presenters.words import label, moment
from bot.services.explaining import why as recorded
from bot.services.sweep_report import SweepReport
from bot.services.sweeping import JOBS, run_due
from bot.services.year import year_at

Json = Annotated[bool, typer.Option("--json", help="one JSON document on standard output")]
At = Annotated[str | None, typer.Option("--at", metavar="ISO", help="as if it were this moment, in office time")]


def sweep(
    job: Annotated[str | None, typer.Argument(metavar="[JOB]", help="periods, evaluate or digest")] = None,
    at: At = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show who would get what, and why; send nothing")] = False,
    as_json: Json = False,
) -> None:
    """Do what is due: grade, open months, enqueue the day's messages."""

    async def work(desk: Desk) -> int:
        names = [item.name for item in JOBS]
        if job is not None and job not in names:
            raise Explained(label("sweep.unknown_job", job=job, jobs=", ".join(names)))
        now = await _moment(desk, at)
        report = await run_due(desk.db, now, [job] if job else None, dry_run=dry_run, claimed_by="console")
        if as_json:
            emit(_document(report))
        else:
            await _show(desk, now, report, dry_run)
        return 0

    at_desk(work)


def why(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="name, code or post")],
    indicator: Annotated[str, typer.Argument(metavar="INDICATOR", help="the name, or a part that only one has")],
    at: At = None,
    as_json: Json = False,
) -> None:
    """Why a person was, or was not, told something about an indicator."""

    async def work(desk: Desk) -> int:
        found = await recorded(desk.db, person, indicator, await _moment(desk, at))
        if as_json:
            keys = ("kind", "grade", "sent", "reason")
            emit(
                {
                    "person": found.person,
                    "indicator": found.indicator,
                    "decisions": [
                        {"at": item.at.isoformat(), **{key: getattr(item, key) for key in keys}}
                        for item in found.decisions
                    ],
                }
            )
            return 0
        say(label("why.heading", person=found.person, post=found.post or "—", indicator=found.indicator))
        for item in found.decisions:
            say(decision_line(item.at, item.kind, item.grade_word, item.sent, item.reason))
        if not found.decisions:
            say(label("why.nothing"))
        return 0

    at_desk(work)


async def _moment(desk: Desk, text: str | None) -> datetime:
    """The moment meant: without a zone in office time, a bare date at the hour of the day's digest."""
    if text is None:
        return desk.now
    try:
        if len(text) == len("2026-11-26"):
            day = date.fromisoformat(text)
            local = datetime(day.year, day.month, day.day, tzinfo=desk.settings.zone)
            async with desk.db.read() as session:
                hour = (await year_at(session, local)).scheme.digest_at
            return datetime.combine(day, hour, desk.settings.zone).astimezone(UTC)
        moment_meant = datetime.fromisoformat(text)
    except ValueError as error:
        raise Explained(label("sweep.bad_moment", text=text)) from error
    if moment_meant.tzinfo is None:
        moment_meant = moment_meant.replace(tzinfo=desk.settings.zone)
    return moment_meant.astimezone(UTC)


def _document(report: SweepReport) -> dict[str, object]:
    return {
        "pushes": [
            {
                "person": push.person,
                "post": push.post,
                "kind": push.kind,
                "grade": push.grade,
                "indicators": list(push.indicators),
                "reason": push.reason,
                "text": push.text,
                "not_before": push.not_before.isoformat(),
            }
            for push in report.pushes
        ],
        "withheld": [
            {
                "person": item.person,
                "kind": item.kind,
                "reason": item.reason,
                "indicators": list(item.indicators),
            }
            for item in report.withheld
        ],
        "ran": list(report.ran),
    }


async def _show(desk: Desk, now: datetime, report: SweepReport, dry_run: bool) -> None:
    async with desk.db.read() as session:
        words = {grade.code: grade.word for grade in (await year_at(session, now)).scheme.grades}
    if dry_run:
        say(label("sweep.dry_run"))
    elif not report.ran:
        say(label("sweep.nothing_ran"))
    else:
        say(label("sweep.ran", jobs=", ".join(report.ran)))
    for push in report.pushes:
        say(
            label(
                "sweep.push",
                person=push.person,
                post=push.post or "—",
                kind=kind_word(push.kind),
                grade=label("why.grade", word=words.get(push.grade, push.grade)) if push.grade else "",
                moment=moment(push.not_before),
                reason=reason_words(push.reason),
            )
        )
        for line in push.text.splitlines():
            say(f"    {line}")
    for item in report.withheld:
        key = "sweep.withheld_about" if item.indicators else "sweep.withheld"
        names = some_names(item.indicators)
        say(label(key, person=item.person, kind=kind_word(item.kind), names=names, reason=reason_words(item.reason)))
    say(label("sweep.summary", pushes=len(report.pushes), withheld=len(report.withheld)))


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("sweep")(sweep)
    app.command("why")(why)
