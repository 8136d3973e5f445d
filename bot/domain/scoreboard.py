"""The scoreboard (计分牌): counts and points by light, for units, leaders, categories and special appraisals.

Units are ranked within their comparison group only; leaders and categories are listed, never ranked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bot.domain.kinds import NORMAL, UNREPORTED

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class IndicatorForBoard:
    """An indicator with its light. `before`: its grade one month earlier; `scored`: points earned, once known.

    `waiting`: an order of it that somebody still has to answer.
    """

    id: int
    grade: str
    severity: int
    weight: Decimal | None
    units: tuple[str, ...]
    leader: str | None = None
    category: str | None = None
    appraisal: str | None = None
    before: str | None = None
    before_severity: int | None = None
    waiting: bool = False
    scored: Decimal | None = None


class Side(StrEnum):
    """What the lines of a board stand for."""

    UNIT = "unit"
    LEADER = "leader"
    CATEGORY = "category"
    APPRAISAL = "appraisal"


@dataclass(frozen=True, slots=True)
class Light:
    """The indicators of one grade: how many, and their points. Indicators without points add none."""

    grade: str
    count: int
    points: Decimal


@dataclass(frozen=True, slots=True)
class Tally:
    """All lights of some indicators. `unweighted`: how many have no points in the lists."""

    lights: tuple[Light, ...]
    unweighted: int = 0

    @property
    def total(self) -> int:
        """How many indicators."""
        return sum(light.count for light in self.lights)

    @property
    def points(self) -> Decimal:
        """Their points."""
        return sum((light.points for light in self.lights), NOTHING)

    def of(self, grade: str) -> Light:
        """The light of that grade; an empty one where there is none."""
        return next((light for light in self.lights if light.grade == grade), Light(grade, 0, NOTHING))

    @property
    def share_normal(self) -> Fraction | None:
        """The part that is well: of the points where every indicator has some, else of the number. None of nothing."""
        good = self.of(NORMAL)
        if self.total == 0:
            return None
        if self.unweighted == 0 and self.points > 0:
            return Fraction(good.points) / Fraction(self.points)
        return Fraction(good.count, self.total)


def tally(items: Iterable[IndicatorForBoard]) -> Tally:
    """Count and add up by grade."""
    counts: Counter[str] = Counter()
    points: defaultdict[str, Decimal] = defaultdict(Decimal)
    unweighted = 0
    for item in items:
        counts[item.grade] += 1
        points[item.grade] += item.weight or NOTHING
        unweighted += not item.weight
    return Tally(tuple(Light(grade, counts[grade], points[grade]) for grade in counts), unweighted)


@dataclass(frozen=True, slots=True)
class Movement:
    """How the lights changed since last month, in indicators. One without a light last month did not move."""

    worse: int = 0
    better: int = 0


def movement(items: Iterable[IndicatorForBoard]) -> Movement:
    """Compare each light with the month before; "not reported" is no step of the ladder and counts as no movement."""
    worse = better = 0
    for item in items:
        if item.before_severity is None or UNREPORTED in (item.grade, item.before):
            continue
        worse += item.severity > item.before_severity
        better += item.severity < item.before_severity
    return Movement(worse, better)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the board. `place`: among `of` units of its group; None where nothing is ranked.

    `scored`: points earned so far; None as long as no indicator of the line has any.
    """

    name: str
    tally: Tally
    movement: Movement
    waiting: int
    scored: Decimal | None = None
    group: str | None = None
    place: int | None = None
    of: int = 0

    @property
    def unreported(self) -> int:
        """How many of its indicators nobody reported."""
        return self.tally.of(UNREPORTED).count


@dataclass(frozen=True)
class Board:
    """One side of the scoreboard. Units come group by group in their places, all else worst first."""

    side: Side
    whole: Tally
    movement: Movement
    lines: tuple[Line, ...] = field(default=())


_KEYS: Mapping[Side, Callable[[IndicatorForBoard], tuple[str, ...]]] = {
    Side.UNIT: lambda item: item.units,
    Side.LEADER: lambda item: (item.leader,) if item.leader else (),
    Side.CATEGORY: lambda item: (item.category,) if item.category else (),
    Side.APPRAISAL: lambda item: (item.appraisal,) if item.appraisal else (),
}


def board(items: Sequence[IndicatorForBoard], side: Side, groups: Mapping[str, str | None] | None = None) -> Board:
    """One side of the scoreboard. `groups`: the comparison group of each unit; an indicator counts for each lead unit.

    What has no unit, leader or category is in the whole but on no line.
    """
    under: dict[str, list[IndicatorForBoard]] = {}
    for item in items:
        for name in _KEYS[side](item):
            under.setdefault(name, []).append(item)
    lines = [_line(name, found, (groups or {}).get(name)) for name, found in under.items()]
    lines = _placed(lines) if side is Side.UNIT else sorted(lines, key=_standing)
    return Board(side, tally(items), movement(items), tuple(lines))


def _line(name: str, items: list[IndicatorForBoard], group: str | None) -> Line:
    scored = [item.scored for item in items if item.scored is not None]
    return Line(
        name=name,
        tally=tally(items),
        movement=movement(items),
        waiting=sum(item.waiting for item in items),
        scored=sum(scored, NOTHING) if scored else None,
        group=group,
    )


def _standing(line: Line) -> tuple[Fraction, int, str]:
    """Worst first; the larger of two equals first."""
    return line.tally.share_normal or Fraction(0), -line.tally.total, line.name


def _placed(lines: list[Line]) -> list[Line]:
    """Units by group, the best first, equals on the same place; a unit alone, or without a group, has no place."""
    by_group: dict[str | None, list[Line]] = {}
    for line in lines:
        by_group.setdefault(line.group, []).append(line)
    placed: list[Line] = []
    for group, members in sorted(by_group.items(), key=lambda item: (item[0] is None, item[0] or "")):
        members.sort(key=lambda line: (-(line.tally.share_normal or Fraction(0)), line.name))
        ranked = group is not None and len(members) > 1
        placed += [_with_place(line, members) if ranked else line for line in members]
    return placed


def _with_place(line: Line, members: list[Line]) -> Line:
    ahead = sum((other.tally.share_normal or 0) > (line.tally.share_normal or 0) for other in members)
    return Line(
        line.name, line.tally, line.movement, line.waiting, line.scored, line.group, place=ahead + 1, of=len(members)
    )
