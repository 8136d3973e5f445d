"""A year as the database has it, in the same records as a workbook: what import compares with and export writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import lists, posts
from bot.db.calendars import days_of
from bot.db.tables import BonusItem, Indicator, Person, Point, Post, Report, Unit
from bot.domain.kinds import Direction, Kind, Role, Side
from bot.domain.lists import ListedPerson, ListedPost
from bot.domain.numbers import rounded
from bot.reading.plain import name_key
from bot.sheets.records import (
    BonusRow,
    CalendarRow,
    CurvePoint,
    IndicatorRow,
    NodeRow,
    PersonRow,
    PointKind,
    PointRow,
    ProgressRow,
)


@dataclass(frozen=True)
class KnownIndicator:
    """A stored indicator and what its list said."""

    row: Indicator
    said: IndicatorRow


@dataclass(frozen=True)
class KnownReport:
    """A report that stands and what a progress table would say of it."""

    row: Report
    said: ProgressRow


@dataclass(frozen=True)
class KnownYear:
    """What the database knows of a year. Indicators by `name_key`; closed ones apart, the newest of each name."""

    year: int
    cycle_id: int | None = None
    indicators: Mapping[str, KnownIndicator] = field(default_factory=dict)
    closed: Mapping[str, KnownIndicator] = field(default_factory=dict)
    points: tuple[tuple[Point, PointRow], ...] = ()
    bonuses: tuple[tuple[BonusItem, BonusRow], ...] = ()
    reports: Mapping[tuple[str, str], KnownReport] = field(default_factory=dict)
    calendar: tuple[CalendarRow, ...] = ()


@dataclass(frozen=True)
class KnownPerson:
    """A stored person of the roster; `said.posts` is empty for one who is gone."""

    row: Person
    said: ListedPerson
    # In the order of `said.posts`.
    rows: tuple[PersonRow, ...]


async def known_year(session: AsyncSession, year: int) -> KnownYear:
    """The year as stored; an empty one when nothing was imported for it."""
    cycle = await lists.cycle_of(session, year)
    if cycle is None:
        return KnownYear(year)
    current: dict[str, KnownIndicator] = {}
    closed: dict[str, KnownIndicator] = {}
    for stored in await lists.indicators_of(session, cycle.id):
        known = KnownIndicator(stored.row, _indicator_row(stored))
        (current if stored.row.closed_at is None else closed)[name_key(stored.row.name)] = known
    points = [
        (point, _point_row(point, current[name_key(name)])) for point, name in await lists.points_of(session, cycle.id)
    ]
    reports = {
        (name_key(name), report.period): KnownReport(report, _progress_row(report, current[name_key(name)]))
        for report, name in await lists.current_reports(session, cycle.id)
    }
    return KnownYear(
        year=year,
        cycle_id=cycle.id,
        indicators=current,
        closed=closed,
        points=tuple(points),
        bonuses=tuple((item, _bonus_row(item)) for item in await lists.bonuses_of(session, cycle.id)),
        reports=reports,
        calendar=tuple(CalendarRow(*day) for day in days_of(cycle.calendar)),
    )


def _indicator_row(stored: lists.StoredIndicator) -> IndicatorRow:
    row, target = stored.row, stored.target
    return IndicatorRow(
        number=row.position,
        appraisal=stored.appraisal,
        category=stored.category,
        name=row.name,
        target=target.value if target else None,
        unit=row.unit_of_measure,
        target_text=target.text if target else "",
        kind=Kind(row.kind),
        direction=Direction(row.direction),
        weight=row.weight,
        lead_units=tuple(stored.units[Side.LEAD]),
        cooperating_units=tuple(stored.units[Side.COOPERATING]),
        responsible_leader=stored.leader,
        due=row.due or date(target.effective_from.year if target else 1, 12, 31),
        due_text=row.due_text or "",
        nodes=tuple(NodeRow(node.month, node.name, node.weight) for node in stored.nodes),
        curve=tuple(CurvePoint(point.month, point.share) for point in stored.curve),
        scoring_text=row.scoring_text or "",
        kind_stated=True,
    )


def _point_row(point: Point, indicator: KnownIndicator) -> PointRow:
    return PointRow(
        indicator=indicator.row.name,
        units=indicator.said.lead_units,
        kind=PointKind(point.kind),
        text=point.text,
        project=point.project,
        person=point.person,
        start=point.start,
        due=point.due,
    )


def _bonus_row(item: BonusItem) -> BonusRow:
    units = tuple(str(unit) for unit in item.units)
    return BonusRow(number=item.position, category=item.category or None, name=item.name, units=units, cap=item.cap)


def _progress_row(report: Report, indicator: KnownIndicator) -> ProgressRow:
    return ProgressRow(
        indicator=indicator.row.name,
        units=indicator.said.lead_units,
        period=report.period,
        actual=report.value if report.value is not None else _percent_done(report, indicator.said.nodes),
        problem=report.problem or "",
        needs=report.coordinate_text or "",
        measures=report.measure or "",
    )


def _percent_done(report: Report, nodes: tuple[NodeRow, ...]) -> Decimal | None:
    """How a table says which nodes of a milestone are done: by their share of the weight, in per cent."""
    weights = [node.weight if node.weight is not None else Decimal(1) for node in nodes]
    if not sum(weights):
        return None
    done = sum(
        (weights[int(str(place)) - 1] for place in report.nodes_done if int(str(place)) <= len(nodes)), Decimal(0)
    )
    return rounded(Fraction(done) / Fraction(sum(weights)) * 100)


async def known_people(session: AsyncSession) -> list[KnownPerson]:
    """Everybody who came with a roster, in the order of their coming."""
    found = []
    for stored in await posts.roster_people(session):
        rows = tuple(_person_row(stored.row, post, unit) for post, unit in stored.posts)
        found.append(KnownPerson(stored.row, person_of(rows) or _gone(stored.row), rows))
    return found


def _person_row(person: Person, post: Post, unit: Unit | None) -> PersonRow:
    return PersonRow(
        code=person.code,
        name=person.name,
        unit=unit.name if unit else None,
        title=post.title,
        role=Role(post.role),
        deputy=post.deputy,
        township=bool(unit and unit.township),
        group=unit.comparison_group if unit else None,
    )


def _gone(person: Person) -> ListedPerson:
    return ListedPerson(person.code, person.name, ())


def person_of(rows: tuple[PersonRow, ...]) -> ListedPerson | None:
    """One person from the rows that name them; None without rows."""
    if not rows:
        return None
    held = tuple(ListedPost(row.unit, row.title, row.role.value, row.deputy, row.township, row.group) for row in rows)
    return ListedPerson(rows[0].code, rows[0].name, held)


def post_name(row: PersonRow | ListedPost) -> str:
    """A leader's post is called by its title alone, as the lists do; any other with its unit in front."""
    if row.role == Role.LEADER or not row.unit or row.title.startswith(row.unit):
        return row.title
    return f"{row.unit}{row.title}"
