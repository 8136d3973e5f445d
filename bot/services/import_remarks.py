"""What an import says beside the diff: problems that only the database shows, and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.db.types import LARGEST, SCALE
from bot.domain.lists import Remark
from bot.presenters.words import label
from bot.services.list_diff import YearDiff
from bot.services.roster_diff import RosterDiff
from bot.sheets.records import CellRef, PointRow, ProgressRow, StatedKind


def problems_of(diff: YearDiff) -> Iterator[Remark]:
    """What blocks the import of a year."""
    for first, again in diff.same_name:
        at = f"{first.source.file} {first.source.sheet} {first.source.cell}"
        yield _remark(again.source, "same_name", name=again.name, first=at)
    for stray in diff.unknown:
        yield _unknown(stray, diff.year)
    for row in (*(new.row for new in diff.added), *(change.row for change in diff.changed)):
        yield from _numbers(row.source, (("target", row.target), ("weight", row.weight)))
    for bonus in (*(row for row, _ in diff.bonuses_added), *(row for _, row in diff.bonuses_changed)):
        yield from _numbers(bonus.source, (("cap", bonus.cap),))
    for report in (*diff.reports_added, *(row for _, row in diff.reports_changed)):
        yield from _numbers(report.source, (("actual", report.actual),))


def _unknown(row: PointRow | ProgressRow | StatedKind, year: int) -> Remark:
    return _remark(row.source, "unknown_indicator", name=row.indicator, year=year)


def _numbers(source: CellRef, values: Iterable[tuple[str, Decimal | None]]) -> Iterator[Remark]:
    for field, value in values:
        if value is not None and (abs(value) >= LARGEST or value != round(value, SCALE)):
            yield _remark(source, "number_too_long", value=f"{value:f}"[:40], field=label(f"lists.field.{field}"))


def _remark(source: CellRef, code: str, **values: object) -> Remark:
    text = label(f"lists.problem.{code}", **values)
    return Remark(source.file, source.sheet, source.cell, text, label(f"lists.hint.{code}"))


def notes_on(diffs: Sequence[YearDiff], roster: RosterDiff) -> list[Remark]:
    """What the office should know and need not act upon."""
    notes = []
    for diff in diffs:
        again = [new.row.name for new in diff.added if new.closed]
        notes += _left_out(diff)
        if again:
            notes.append(_note("reopened", year=diff.year, names=_listing(again)))
    back = [person.said.name for person, was in roster.added if was]
    if back:
        notes.append(_note("came_back", names=_listing(back)))
    if roster.gone:
        notes.append(_note("unbound", names=_listing([known.said.name for known in roster.gone])))
    return notes


def _left_out(diff: YearDiff) -> list[Remark]:
    """Where a list still has points of an indicator that is in no list any more; one note for each indicator."""
    first: dict[str, PointRow] = {}
    for row in diff.left:
        first.setdefault(row.indicator, row)
    return [
        replace(_note("left_out", name=name), file=row.source.file, sheet=row.source.sheet, cell=row.source.cell)
        for name, row in first.items()
    ]


def _note(code: str, **values: object) -> Remark:
    return Remark("", "", "", label(f"lists.note.{code}", **values), label(f"lists.note_hint.{code}"))


def _listing(names: Sequence[str]) -> str:
    return label("lists.listing").join(names)
