"""The rules of a year as data. Everything here is a default that an office changes in its scheme file; no rule is code.

Built by `bot.sheets.scheme_file`, which also explains what is wrong with a file. Here it is already valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from bot.domain.escalation import Escalation, EscalationRule, Suggestion, Trigger, usual_escalation
from bot.domain.kinds import NORMAL, UNREPORTED
from bot.domain.ladder_rules import (
    Conditions,
    ForecastLossRule,
    LadderRule,
    NodeMissedRule,
    Overrides,
    RepetitionRule,
    UnansweredRule,
)
from bot.domain.relations import Relation

__all__ = [
    "AdjustmentWindow",
    "Asked",
    "BulletinRules",
    "Conditions",
    "Duty",
    "Escalation",
    "EscalationRule",
    "ForecastLossRule",
    "ForecastRules",
    "Grade",
    "LadderRule",
    "NodeMissedRule",
    "OrderRules",
    "Overrides",
    "QuietHours",
    "Relation",
    "RepetitionRule",
    "ReportChecks",
    "ReportingCalendar",
    "ReviewRules",
    "Scheme",
    "Suggestion",
    "Trigger",
    "UnansweredRule",
    "usual_escalation",
]


class Asked(StrEnum):
    """What a warning asks of the unit; the words are in templates/."""

    NOTHING = "nothing"
    ACKNOWLEDGE_OR_CAUSE = "acknowledge_or_cause"
    CAUSE_AND_MEASURE = "cause_and_measure"
    PLAN_WITH_TIMETABLE = "plan_with_timetable"


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of warning. `severity`: 0 normal, then upwards; -1 for "not reported", which is no judgement."""

    code: str
    word: str
    colour: str
    severity: int


@dataclass(frozen=True, slots=True)
class ReportingCalendar:
    """When a month's report opens, is due and is reminded of. Days of the month; offsets in calendar days."""

    opens_day: int = 20
    due_day: int = 25
    remind_before: tuple[int, ...] = (3, 1, 0)
    remind_after: tuple[int, ...] = (1, 3)
    remind_to: tuple[Relation, ...] = (Relation.CONTACT,)
    remind_late_to: tuple[Relation, ...] = (Relation.CONTACT, Relation.DEPUTY)
    # Where the post is vacant, who stands in for it.
    stand_ins: tuple[tuple[Relation, Relation], ...] = ((Relation.DEPUTY, Relation.HEAD),)
    head_signs_off: bool = False


@dataclass(frozen=True, slots=True)
class QuietHours:
    """No push from `start` to `end` in office time, over midnight when start is later, nor on non-working days."""

    start: time = time(18, 0)
    end: time = time(8, 30)

    def cover(self, moment: time) -> bool:
        """Whether this time of day is quiet."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, slots=True)
class Duty:
    """What a grade sets in motion. Deadlines in working days; None: not asked for.

    `posts`: posts that are told by their name in the roster, whatever the indicator is.
    """

    grade: str
    recipients: tuple[Relation, ...]
    digest_only: tuple[Relation, ...] = ()
    posts: tuple[str, ...] = ()
    asked: Asked = Asked.NOTHING
    acknowledge_within: int | None = None
    reply_within: int | None = None
    at_once: bool = False  # the first notice is a push of its own, not a line of the daily digest
    good_snapshots_to_close: int = 1


@dataclass(frozen=True, slots=True)
class OrderRules:
    """Warning orders. `remind_after`: working days past the date asked for on which silence is reminded of."""

    relapse_days: int = 60
    remind_after: tuple[int, ...] = (0, 1, 3)
    most_extensions: int = 2
    longest_extension: int = 30  # calendar days past the date that was asked for


@dataclass(frozen=True, slots=True)
class BulletinRules:
    """The monthly bulletin and the quarterly brief. Days are working days of the month after."""

    bulletin_on: int = 3
    brief_on: int = 3
    trend_months: int = 3
    worst: int = 10


@dataclass(frozen=True, slots=True)
class ReportChecks:
    """When a typed value is doubted and asked about again."""

    times_last: Decimal = Decimal(10)
    times_target: Decimal = Decimal(3)


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """Which reports the office may approve all at once. `most_change`: against last month, as a share of the target.

    `up_to`: the worst grade that is unremarkable, None for the mildest warning.
    """

    up_to: str | None = None
    most_change: Decimal = Decimal("0.25")
    doubted: bool = False
    better: bool = False  # than last month's grade
    corrected: bool = False
    with_problem: bool = False


@dataclass(frozen=True, slots=True)
class ForecastRules:
    """When a forecast is shown. `min_pace`: below it, dividing by the pace says nothing."""

    min_pace: Decimal = Decimal("0.25")
    min_reports: int = 2
    increments: int = 3


@dataclass(frozen=True, slots=True)
class AdjustmentWindow:
    """When targets may be asked to change. Days as (month, day)."""

    opens: tuple[int, int] = (10, 1)
    closes: tuple[int, int] = (11, 30)
    internal_cutoff: tuple[int, int] = (10, 31)
    tell_owners_on: tuple[tuple[int, int], ...] = ((9, 20), (10, 8), (10, 25))
    tell_from_grade: str | None = None  # owners of this grade and worse are told

    def is_open(self, day: date) -> bool:
        """Whether a request may be made on this day."""
        return self.opens <= (day.month, day.day) <= self.closes


@dataclass(frozen=True, slots=True)
class Scheme:
    """All rules of a year. `grades` from normal to the worst, then "not reported"; `ladder` from the worst."""

    name: str
    version: str
    effective_from: date
    grades: tuple[Grade, ...]
    ladder: tuple[LadderRule, ...]
    duties: tuple[Duty, ...]
    overrides: Overrides = field(default_factory=Overrides)
    applies_from: int = 1  # the first month that is graded by the ladder
    ahead_below: Decimal = Decimal(-5)
    reporting: ReportingCalendar = ReportingCalendar()
    quiet: QuietHours = QuietHours()
    digest_at: time = time(8, 30)
    checks: ReportChecks = ReportChecks()
    review: ReviewRules = ReviewRules()
    forecast: ForecastRules = ForecastRules()
    adjustment: AdjustmentWindow = AdjustmentWindow()
    orders: OrderRules = OrderRules()
    escalation: Escalation = field(default_factory=Escalation)
    bulletin: BulletinRules = BulletinRules()
    urge_repeat_minutes: int = 60
    # Beyond so many urgings a day a person is left out unless chosen.
    urges_per_day: int = 2
    invite_hours: int = 72
    # Titles of posts, as the roster writes them: the district's main leaders, and who heads the office.
    main_leader_titles: tuple[str, ...] = ()
    office_director_titles: tuple[str, ...] = ()
    _grades_by_code: Mapping[str, Grade] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_grades_by_code", {grade.code: grade for grade in self.grades})

    def grade(self, code: str) -> Grade:
        """The grade of that code; KeyError for one that this scheme does not know."""
        return self._grades_by_code[code]

    def severity(self, code: str) -> int:
        """How bad a grade is; 0 is normal, -1 not reported."""
        return self._grades_by_code[code].severity

    @property
    def judging(self) -> tuple[Grade, ...]:
        """The grades that judge, from normal to the worst: all but "not reported"."""
        return tuple(grade for grade in self.grades if grade.code != UNREPORTED)

    @property
    def worst(self) -> Grade:
        """The worst grade."""
        return self.judging[-1]

    def is_warning(self, code: str) -> bool:
        """Whether this grade is a warning: neither normal nor "not reported"."""
        return code not in (NORMAL, UNREPORTED)

    @property
    def warnings(self) -> tuple[Grade, ...]:
        """The grades that warn, the mildest first."""
        return tuple(grade for grade in self.judging if grade.code != NORMAL)

    def is_urgent(self, code: str) -> bool:
        """Whether this grade is told at once and goes before everything else ("red", whatever it is called)."""
        duty = self.duty(code)
        return duty is not None and duty.at_once

    def at_least(self, code: str, least: str) -> str:
        """The worse of two grades that judge."""
        return least if self.severity(least) > self.severity(code) else code

    def raised(self, code: str, steps: int) -> str:
        """The grade that many steps worse, at most the worst."""
        ladder = self.judging
        return ladder[min(self.severity(code) + steps, len(ladder) - 1)].code

    def duty(self, code: str) -> Duty | None:
        """What this grade sets in motion; None when nothing."""
        return next((duty for duty in self.duties if duty.grade == code), None)
