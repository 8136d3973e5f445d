"""From an import's plan to the plain records that console and chat show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.lists import (
    ChangedIndicator,
    ChangedPerson,
    ImportResult,
    ListedIndicator,
    LoadedScheme,
    PeopleChanges,
    Tally,
)
from bot.services.list_diff import YearDiff
from bot.services.roster_diff import RosterDiff
from bot.sheets.records import IndicatorRow

if TYPE_CHECKING:
    from bot.services.importing import ImportPlan


def summarise(plan: ImportPlan, *, applied: bool) -> ImportResult:
    """The plan in plain records."""
    diffs = plan.years
    added = [(new, diff.year) for diff in diffs for new in diff.added]
    return ImportResult(
        years=tuple(sorted({diff.year for diff in diffs} | {it.scheme.effective_from.year for it in plan.schemes})),
        added=tuple(listed(new.row, year) for new, year in added),
        changed=tuple(
            ChangedIndicator(listed(change.known.said, diff.year), listed(change.row, diff.year))
            for diff in diffs
            for change in diff.changed
        ),
        gone=tuple(listed(known.said, diff.year) for diff in diffs for known in diff.gone),
        reopened=tuple(new.row.name for new, _ in added if new.closed),
        people=_people(plan.roster),
        smaller=_tallies(diffs),
        schemes=tuple(
            LoadedScheme(
                file.scheme.effective_from.year, file.scheme.name, file.scheme.version, file.scheme.effective_from
            )
            for file in plan.schemes
        ),
        problems=plan.problems,
        notes=plan.notes,
        applied=applied,
    )


def listed(row: IndicatorRow, year: int) -> ListedIndicator:
    """A row of a list in plain words."""
    return ListedIndicator(
        year=year,
        name=row.name,
        target=row.target,
        unit=row.unit,
        kind=row.kind.value,
        direction=row.direction.value,
        lead_units=row.lead_units,
        cooperating_units=row.cooperating_units,
        responsible_leader=row.responsible_leader,
        due=row.due,
        weight=row.weight,
        appraisal=row.appraisal,
        category=row.category,
        target_text=row.target_text,
        scoring_text=row.scoring_text,
        nodes=tuple(f"{node.month}:{node.name}" for node in row.nodes),
        curve=tuple(f"{point.month}:{point.share.normalize():f}" for point in row.curve),
    )


def _people(roster: RosterDiff) -> PeopleChanges:
    return PeopleChanges(
        added=tuple(person.said for person, _ in roster.added),
        changed=tuple(ChangedPerson(known.said, person.said) for known, person in roster.changed),
        gone=tuple(known.said for known in roster.gone),
    )


def _tallies(diffs: tuple[YearDiff, ...]) -> dict[str, Tally]:
    points = [(len(it.points_added), len(it.points_changed), len(it.points_gone)) for it in diffs]
    bonuses = [(len(it.bonuses_added), len(it.bonuses_changed), len(it.bonuses_gone)) for it in diffs]
    progress = [(len(it.reports_added), len(it.reports_changed), 0) for it in diffs]
    calendar = [(len(it.calendar.added), len(it.calendar.changed), len(it.calendar.gone)) for it in diffs]
    sums = {"points": points, "bonuses": bonuses, "progress": progress, "calendar": calendar}
    return {name: Tally(*(sum(counts) for counts in zip(*rows, strict=True))) for name, rows in sums.items() if rows}
