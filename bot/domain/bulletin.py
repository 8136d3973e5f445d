"""The monthly bulletin (通报): what the month's lights were, what changed, who reports late. Counts and points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain.kinds import UNREPORTED
from bot.domain.scoreboard import Board, IndicatorForBoard, Side, Tally, board, tally

WORST = 10


@dataclass(frozen=True, slots=True)
class MonthOfTrend:
    """The lights of one month; `tally` is None for a month without any verdict."""

    period: str
    tally: Tally | None


@dataclass(frozen=True, slots=True)
class OrdersOfMonth:
    """What happened to warning orders in the month, and how many are open at its end."""

    issued: int = 0
    escalated: int = 0
    closed: int = 0
    relapsed: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class Filing:
    """One indicator's report of the month: the unit that owes it and the day of the first report, if there is one."""

    unit: str
    reported_on: date | None


@dataclass(frozen=True, slots=True)
class Discipline:
    """How a unit reported: in time, after the due date, not at all."""

    unit: str
    in_time: int
    late: int
    missing: int

    @property
    def owed(self) -> int:
        """Reports asked of the unit."""
        return self.in_time + self.late + self.missing


@dataclass(frozen=True)
class Bulletin:
    """A month's bulletin. `fresh` and `recovered`: indicators newly warned of, and well again, by id.

    `worst`: the ids of the worst. `discipline`: units that reported late or not at all, worst first.
    """

    period: str
    whole: Tally
    trend: tuple[MonthOfTrend, ...]
    categories: Board
    appraisals: Board
    units: Board
    orders: OrdersOfMonth
    fresh: tuple[int, ...]
    worsened: tuple[int, ...]
    recovered: tuple[int, ...]
    worst: tuple[int, ...]
    discipline: tuple[Discipline, ...]
    filed: Discipline


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What a bulletin is made of. `months`: the lights of the months before it, oldest first.

    `gaps`: percentage points behind, by indicator, for the order of the worst.
    """

    period: str
    items: Sequence[IndicatorForBoard]
    months: Sequence[tuple[str, Sequence[IndicatorForBoard]]]
    groups: Mapping[str, str | None]
    gaps: Mapping[int, Decimal]
    filings: Sequence[Filing]
    due: date
    orders: OrdersOfMonth
    worst: int = WORST


def bulletin(facts: MonthFacts) -> Bulletin:
    """The month's bulletin; every number of the text, the charts and the document comes from here."""
    items = facts.items
    discipline = disciplines(facts.filings, facts.due)
    return Bulletin(
        period=facts.period,
        whole=tally(items),
        trend=(
            *(MonthOfTrend(period, tally(month) if month else None) for period, month in facts.months),
            MonthOfTrend(facts.period, tally(items)),
        ),
        categories=board(items, Side.CATEGORY),
        appraisals=board(items, Side.APPRAISAL),
        units=board(items, Side.UNIT, facts.groups),
        orders=facts.orders,
        fresh=tuple(item.id for item in items if item.severity > 0 and (item.before_severity or 0) <= 0),
        worsened=tuple(item.id for item in items if item.severity > (item.before_severity or 0) > 0),
        recovered=tuple(item.id for item in items if item.severity == 0 and (item.before_severity or 0) > 0),
        worst=tuple(item.id for item in worst_first(items, facts.gaps)[: facts.worst]),
        discipline=tuple(one for one in discipline if one.late or one.missing),
        filed=Discipline(
            "",
            sum(one.in_time for one in discipline),
            sum(one.late for one in discipline),
            sum(one.missing for one in discipline),
        ),
    )


def worst_first(items: Iterable[IndicatorForBoard], gaps: Mapping[int, Decimal]) -> list[IndicatorForBoard]:
    """The warned ones: by grade, then by how far behind, then by points."""
    warned = [item for item in items if item.severity > 0 and item.grade != UNREPORTED]
    return sorted(
        warned, key=lambda item: (-item.severity, -gaps.get(item.id, Decimal(0)), -(item.weight or 0), item.id)
    )


def disciplines(filings: Iterable[Filing], due: date) -> list[Discipline]:
    """By unit: the first report counts, a correction after the due date is not late. Worst first, then by name."""
    found: dict[str, list[int]] = {}
    for filing in filings:
        counts = found.setdefault(filing.unit, [0, 0, 0])
        if filing.reported_on is None:
            counts[2] += 1
        else:
            counts[filing.reported_on > due] += 1
    units = [Discipline(unit, *counts) for unit, counts in found.items()]
    return sorted(units, key=lambda one: (-one.missing, -one.late, one.unit))
