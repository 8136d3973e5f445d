"""审核 of a report: what is remarkable about it, so that the rest can be approved all at once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bot.domain.kinds import UNREPORTED
from bot.domain.scheme import Scheme


class Remark(StrEnum):
    """Why a report is read by itself before it is approved."""

    GRADE = "grade"  # worse than the scheme calls unremarkable
    BETTER = "better"  # than last month's grade
    CHANGE = "change"  # more against last month than the scheme calls unremarkable
    DOUBTED = "doubted"
    CORRECTED = "corrected"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class ReportForReview:
    """A report as the rule may look at it. Grades None where the month has no verdict; values in the same unit."""

    grade: str | None
    previous_grade: str | None = None
    value: Decimal | None = None
    last_value: Decimal | None = None
    target: Decimal | None = None
    doubted: bool = False
    corrected: bool = False
    with_problem: bool = False


def remarks(scheme: Scheme, report: ReportForReview) -> tuple[Remark, ...]:
    """What is remarkable; empty for a report that may be approved with others."""
    rules = scheme.review
    found = []
    up_to = scheme.severity(rules.up_to or scheme.warnings[0].code)
    if report.grade is not None and scheme.severity(report.grade) > up_to:
        found.append(Remark.GRADE)
    if not rules.better and _is_better(scheme, report):
        found.append(Remark.BETTER)
    if _share_of_target(report) > Fraction(rules.most_change):
        found.append(Remark.CHANGE)
    if report.doubted and not rules.doubted:
        found.append(Remark.DOUBTED)
    if report.corrected and not rules.corrected:
        found.append(Remark.CORRECTED)
    if report.with_problem and not rules.with_problem:
        found.append(Remark.PROBLEM)
    return tuple(found)


def _is_better(scheme: Scheme, report: ReportForReview) -> bool:
    if report.grade is None or report.previous_grade in (None, UNREPORTED):
        return False
    return scheme.severity(report.grade) < scheme.severity(str(report.previous_grade))


def _share_of_target(report: ReportForReview) -> Fraction:
    """The change against last month as a share of the year's target; 0 where there is nothing to compare."""
    if report.value is None or report.last_value is None or not report.target:
        return Fraction(0)
    return abs(Fraction(report.value) - Fraction(report.last_value)) / abs(Fraction(report.target))
