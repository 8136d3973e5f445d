"""Imports schemes, lists, rosters and progress: what changes, shown first; then all of it in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import lists
from bot.db.engine import Database
from bot.db.locks import Turn, serialise
from bot.db.tables import Cycle, Post, SchemeVersion
from bot.domain.lists import ImportResult, Remark
from bot.domain.rights import Action
from bot.presenters.words import label
from bot.services.cause import Cause, Change, audit, effect
from bot.services.import_files import FileToImport, Inputs, SchemeFile, default_scheme, read_inputs, scheme_remark
from bot.services.import_remarks import notes_on, problems_of
from bot.services.import_summary import summarise
from bot.services.list_diff import YearDiff, diff_year
from bot.services.list_writing import Writing, write_year
from bot.services.listed import known_people, known_year
from bot.services.name_index import refresh
from bot.services.naming import reporter_for
from bot.services.places import Places
from bot.services.progress import Reporter, grade_progress, store_progress
from bot.services.roster_diff import RosterDiff, diff_roster
from bot.services.roster_writing import write_roster
from bot.services.scheme_posts import problems_of_posts
from bot.services.year import office_zone
from bot.sheets.records import ParsedFile


@dataclass(frozen=True)
class ImportPlan:
    """What the files change, decided against one state of the database."""

    years: tuple[YearDiff, ...]
    roster: RosterDiff
    schemes: tuple[SchemeFile, ...]
    problems: tuple[Remark, ...]
    notes: tuple[Remark, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return all(diff.is_empty for diff in self.years) and self.roster.is_empty and not self.schemes


async def import_paths(
    db: Database, cause: Cause, paths: Sequence[Path], *, dry_run: bool = False, as_post: str | None = None
) -> ImportResult:
    """Import files from disk; see `import_files`."""
    files = [FileToImport(path.name, path) for path in paths]
    return await import_files(db, cause, files, dry_run=dry_run, as_post=as_post)


async def import_files(
    db: Database, cause: Cause, files: Sequence[FileToImport], *, dry_run: bool = False, as_post: str | None = None
) -> ImportResult:
    """Import all of the files or, with a problem in any of them, nothing. `as_post`: on whose behalf values come.

    The plan is made inside the transaction that writes it, so that two imports at once cannot cross.
    Raises NotAllowed for an actor without the right, NotFound and Conflict for `as_post`.
    """
    if cause.by is not None:
        cause.check(Action.IMPORT_LISTS)
    inputs = await read_inputs(files, cause.now.astimezone(office_zone()).year)
    if dry_run or inputs.problems:
        async with db.read() as session:
            if as_post:
                await reporter_for(session, as_post)
            return summarise(await plan_import(session, inputs), applied=False)
    async with effect(db, cause) as session:
        await serialise(session, Turn.IMPORT)
        reporter = await reporter_for(session, as_post) if as_post else None
        plan = await plan_import(session, inputs)
        if plan.problems or plan.is_empty:
            return summarise(plan, applied=False)
        result = summarise(plan, applied=True)
        vacant = await _apply(session, cause, plan, reporter)
        return replace(result, notes=(*result.notes, *vacant))


async def plan_import(session: AsyncSession, inputs: Inputs) -> ImportPlan:
    """What these inputs change in the database as the session sees it."""
    by_year: dict[int, list[ParsedFile]] = defaultdict(list)
    for book in inputs.workbooks:
        by_year[book.year].append(book)
    diffs = tuple([diff_year(await known_year(session, year), books) for year, books in sorted(by_year.items())])
    roster = diff_roster(await known_people(session), inputs.workbooks)
    schemes, default_notes = await _schemes(session, inputs.schemes, diffs)
    problems = inputs.problems or tuple(item for diff in diffs for item in problems_of(diff))
    problems += await _unknown_posts(session, inputs)
    return ImportPlan(diffs, roster, schemes, problems, (*inputs.notes, *default_notes, *notes_on(diffs, roster)))


async def _schemes(
    session: AsyncSession, files: Sequence[SchemeFile], diffs: Sequence[YearDiff]
) -> tuple[tuple[SchemeFile, ...], list[Remark]]:
    """The schemes to load: those that are new, and the default for a year that would be left without one."""
    fresh: dict[str, SchemeFile] = {}
    covered: set[int] = set()
    for file in files:
        year = file.scheme.effective_from.year
        covered.add(year)
        cycle = await lists.cycle_of(session, year)
        known = await lists.schemes_of(session, cycle.id) if cycle else []
        if file.sha256 not in {version.sha256 for version in known}:
            fresh[file.sha256] = file
    notes = []
    for diff in diffs:
        if diff.is_empty or diff.year in covered:
            continue
        if diff.known.cycle_id is None or not await lists.schemes_of(session, diff.known.cycle_id):
            default = _default_for(diff.year)
            fresh[f"{diff.year}"] = default
            text = label("lists.default_scheme", year=diff.year, name=default.scheme.name)
            notes.append(Remark("", "", "", text, label("lists.default_scheme_hint")))
    return tuple(fresh.values()), notes


async def _unknown_posts(session: AsyncSession, inputs: Inputs) -> tuple[Remark, ...]:
    """Posts that a scheme names and no roster knows. A roster that comes along brings its own."""
    if any(book.people for book in inputs.workbooks):
        return ()
    known = set((await session.scalars(select(Post.name))).all())
    found = [item for file in inputs.schemes for item in problems_of_posts(file.scheme, file.file, known) if known]
    return tuple(scheme_remark(problem) for problem in found)


def _default_for(year: int) -> SchemeFile:
    default = default_scheme()
    return replace(default, scheme=replace(default.scheme, effective_from=date(year, 1, 1)))


async def _apply(session: AsyncSession, cause: Cause, plan: ImportPlan, reporter: Reporter | None) -> list[Remark]:
    """Write the plan; the notes that only show afterwards."""
    for scheme in plan.schemes:
        await _load_scheme(session, cause, scheme)
    places = Places(session)
    today = cause.now.astimezone(office_zone()).date()
    for diff in plan.years:
        if not diff.is_empty:
            cycle = await _cycle(session, diff.year)
            await write_year(Writing(session, cause, cycle, today, places), diff)
            await refresh(session, cycle.id)
    await write_roster(session, cause, places, plan.roster)
    for diff in plan.years:
        rows = [*diff.reports_added, *(row for _, row in diff.reports_changed)]
        await store_progress(session, cause, diff.year, rows, reporter)
        await grade_progress(session, cause, diff.year, rows)
    return await _vacant_posts(session, plan)


async def _cycle(session: AsyncSession, year: int) -> Cycle:
    cycle = await lists.cycle_of(session, year)
    if cycle is None:
        cycle = Cycle(year=year)
        session.add(cycle)
        await session.flush()
    return cycle


async def _load_scheme(session: AsyncSession, cause: Cause, file: SchemeFile) -> None:
    cycle = await _cycle(session, file.scheme.effective_from.year)
    version = SchemeVersion(
        cycle_id=cycle.id,
        version=file.scheme.version,
        effective_from=file.scheme.effective_from,
        body=file.body,
        sha256=file.sha256,
        loaded_at=cause.now,
    )
    session.add(version)
    await session.flush()
    audit(session, cause, Change("load_scheme", "scheme", version.id, after={"version": file.scheme.version}))


async def _vacant_posts(session: AsyncSession, plan: ImportPlan) -> list[Remark]:
    """A post that lists name and nobody holds is no problem: its person may come with the next roster."""
    named = [new.row for diff in plan.years for new in diff.added]
    named += [change.row for diff in plan.years for change in diff.changed]
    leaders = {row.responsible_leader for row in named if row.responsible_leader}
    vacant = await lists.vacant_posts(session, leaders)
    if not vacant:
        return []
    text = label("lists.vacant", posts=label("lists.listing").join(vacant))
    return [Remark("", "", "", text, label("lists.vacant_hint"))]
