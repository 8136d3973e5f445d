"""The monthly report: when it opens and is due, which reminder falls on a day, which typed values are doubted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bot.domain.kinds import Kind
from bot.domain.measure import Yardstick, effective_kind
from bot.domain.period import Period
from bot.domain.scheme import ReportChecks, Scheme
from bot.domain.workdays import Calendar

__all__ = ["Doubt", "Period", "ReminderStage", "Stage", "Window", "check_value", "reminder_due", "report_window"]

HUNDRED = Decimal(100)
PERCENT = "%"
RUNNING_TOTALS = frozenset({Kind.CUMULATIVE, Kind.CONTROL_CUMULATIVE, Kind.EVENT, Kind.MILESTONE})
# Growth rates pass through zero, and a few accidents more are no wrong unit: there a factor says nothing.
COMPARED_BY_FACTOR = frozenset({Kind.CUMULATIVE, Kind.LEVEL, Kind.CONTROL_LEVEL, Kind.MANUAL})


@dataclass(frozen=True, slots=True)
class Window:
    """When a period's report opens and when it is due; both working days."""

    opens: date
    due: date


class Stage(StrEnum):
    """Why a report is spoken of today."""

    OPENS = "opens"
    BEFORE_DUE = "before_due"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class ReminderStage:
    """A reminder that falls on a day. `offset`: calendar days from the due date, negative before it."""

    stage: Stage
    offset: int


class Doubt(StrEnum):
    """Why a typed value is asked about again before it is taken."""

    FALLING = "falling"  # a running total below last month's
    TEN_TIMES = "ten_times"  # ten times last month's: a wrong unit?
    TENTH = "tenth"  # a tenth of last month's: a wrong unit?
    NEGATIVE = "negative"  # something counted cannot be below zero
    OVER_TARGET_FAR = "over_target_far"  # several times the year's target
    OTHER_MONTH = "other_month"  # typed for another month than the one that is asked for
    PERCENT_OVER_100 = "percent_over_100"  # a share of more than everything


def report_window(period: Period, scheme: Scheme, calendar: Calendar) -> Window:
    """The period's report opens and is due in its own month, each moved to the next working day."""
    rules = scheme.reporting
    opens = calendar.next_workday(period.day(rules.opens_day))
    return Window(opens, max(opens, calendar.next_workday(period.day(rules.due_day))))


def reminder_due(today: date, period: Period, scheme: Scheme, calendar: Calendar) -> ReminderStage | None:
    """The reminder for the period's report that falls on `today`, counted from the due date as moved.

    A reminder on a non-working day moves to the next working day. Where two meet, the later stage is told: one a day.
    """
    return reminder_days(period, scheme, calendar).get(today)


def reminder_days(period: Period, scheme: Scheme, calendar: Calendar) -> dict[date, ReminderStage]:
    """Every reminder of the period's report by its day, in order of the days."""
    window = report_window(period, scheme, calendar)
    rules = scheme.reporting
    days = {window.opens: ReminderStage(Stage.OPENS, (window.opens - window.due).days)}
    for offset in sorted({-days for days in rules.remind_before} | set(rules.remind_after)):
        day = calendar.next_workday(window.due + timedelta(days=offset))
        if day > window.opens or offset == 0:
            days[day] = ReminderStage(_stage(offset, day, window.due), offset)
    return days


def _stage(offset: int, day: date, due: date) -> Stage:
    if offset > 0:
        return Stage.OVERDUE
    # A reminder of the days before may have moved onto the due date itself.
    return Stage.DUE_TODAY if day == due else Stage.BEFORE_DUE


def check_value(
    new: Decimal, previous: Decimal | None, yardstick: Yardstick, *, unit: str = "", checks: ReportChecks | None = None
) -> tuple[Doubt, ...]:
    """What is doubtful about a typed value, in the indicator's unit; empty when nothing is. Never a refusal."""
    rules = checks or ReportChecks()
    kind = effective_kind(yardstick)
    doubts = []
    if new < 0 and kind is not Kind.GROWTH and (yardstick.target is None or yardstick.target >= 0):
        doubts.append(Doubt.NEGATIVE)
    if previous is not None:
        doubts += _against_last(new, previous, kind, rules)
    target = yardstick.target
    if target is not None and target > 0 and kind is not Kind.EVENT and new > rules.times_target * target:
        doubts.append(Doubt.OVER_TARGET_FAR)
    if unit == PERCENT and new > HUNDRED and _is_share(kind, target):
        doubts.append(Doubt.PERCENT_OVER_100)
    return tuple(doubts)


def _against_last(new: Decimal, previous: Decimal, kind: Kind, rules: ReportChecks) -> list[Doubt]:
    if kind in RUNNING_TOTALS and new < previous:
        tenth = new > 0 and Fraction(new) * Fraction(rules.times_last) <= Fraction(previous)
        return [Doubt.FALLING, Doubt.TENTH] if tenth else [Doubt.FALLING]
    if kind not in COMPARED_BY_FACTOR or previous <= 0:
        return []
    if new >= previous * rules.times_last:
        return [Doubt.TEN_TIMES]
    if new > 0 and Fraction(new) * Fraction(rules.times_last) <= Fraction(previous):
        return [Doubt.TENTH]
    return []


def _is_share(kind: Kind, target: Decimal | None) -> bool:
    """Whether the value is a part of a whole; growth, and totals against an index, may pass 100."""
    return kind is not Kind.GROWTH and (target is None or target <= HUNDRED)
