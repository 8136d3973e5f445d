"""The shape of a scheme file for pydantic: types and ranges of single keys. What keys mean together: scheme_checks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Annotated, cast

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bot.domain import scheme as domain
from bot.domain.kinds import NORMAL, UNREPORTED
from bot.domain.scheme import Asked, Relation
from bot.sheets.scheme_rules import (
    Code,
    Colour,
    ConditionsModel,
    Count,
    DayOfMonth,
    EscalationModel,
    Model,
    Month,
    OverridesModel,
    Positive,
    Text,
    Told,
)


def _month_day(value: object) -> object:
    """ "10-08" -> (10, 8), checked against a leap year."""
    match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", value) if isinstance(value, str) else None
    try:
        day = date(2024, int(match[1]), int(match[2])) if match else None
    except ValueError:
        day = None
    if day is None:
        raise PydanticCustomError("month_day", "not a month and day")
    return day.month, day.day


MonthDay = Annotated[tuple[int, int], BeforeValidator(_month_day)]


class GradeModel(Model):
    code: Code
    word: Text
    colour: Colour


class GradingModel(Model):
    applies_from: Month = 1
    ahead_below: Annotated[Decimal, Field(le=0, ge=-100)] = Decimal(-5)


class DutyModel(Model):
    recipients: list[Told]
    digest_only: list[Told] = Field(default=[])
    posts: list[Text] = Field(default=[])
    asked: Asked = Asked.NOTHING
    acknowledge_within: Positive | None = None
    reply_within: Positive | None = None
    at_once: bool = False
    good_snapshots_to_close: Annotated[int, Field(ge=1, le=12)] = 1


class ReportingModel(Model):
    opens_day: DayOfMonth = 20
    due_day: DayOfMonth = 25
    remind_before: list[Annotated[int, Field(ge=0, le=30)]] = Field(default=[3, 1, 0])
    remind_after: list[Annotated[int, Field(ge=1, le=30)]] = Field(default=[1, 3])
    remind_to: Annotated[list[Told], Field(min_length=1)] = Field(default=[Relation.CONTACT])
    remind_late_to: Annotated[list[Told], Field(min_length=1)] = Field(default=[Relation.CONTACT, Relation.DEPUTY])
    stand_ins: dict[Told, Told] = Field(default={Relation.DEPUTY: Relation.HEAD})
    head_signs_off: bool = False


class ChecksModel(Model):
    times_last: Annotated[Decimal, Field(gt=1, le=1000)] = Decimal(10)
    times_target: Annotated[Decimal, Field(gt=1, le=1000)] = Decimal(3)


class ReviewModel(Model):
    up_to: str | None = None
    most_change: Annotated[Decimal, Field(gt=0, le=10)] = Decimal("0.25")
    doubted: bool = False
    better: bool = False
    corrected: bool = False
    with_problem: bool = False


class QuietModel(Model):
    start: time = time(18, 0)
    end: time = time(8, 30)
    digest_at: time = time(8, 30)


class ForecastModel(Model):
    min_pace: Annotated[Decimal, Field(gt=0, le=1)] = Decimal("0.25")
    min_reports: Annotated[int, Field(ge=2, le=12)] = 2
    increments: Annotated[int, Field(ge=1, le=12)] = 3


class OrdersModel(Model):
    relapse_days: Count = 60
    remind_after: list[Count] = Field(default=[0, 1, 3])
    most_extensions: Annotated[int, Field(ge=0, le=12)] = 2
    longest_extension: Count = 30


class BulletinModel(Model):
    bulletin_on: Annotated[int, Field(ge=1, le=20)] = 3
    brief_on: Annotated[int, Field(ge=1, le=20)] = 3
    trend_months: Annotated[int, Field(ge=2, le=12)] = 3
    worst: Annotated[int, Field(ge=1, le=50)] = 10


class AdjustmentModel(Model):
    opens: MonthDay = (10, 1)
    closes: MonthDay = (11, 30)
    internal_cutoff: MonthDay = (10, 31)
    tell_owners_on: list[MonthDay] = Field(default=[(9, 20), (10, 8), (10, 25)])
    tell_from_grade: str | None = None


class OfficeModel(Model):
    urge_repeat_minutes: Annotated[int, Field(ge=0, le=1440)] = 60
    urges_per_day: Annotated[int, Field(ge=1, le=20)] = 2
    invite_hours: Annotated[int, Field(ge=1, le=720)] = 72
    main_leaders: list[Text] = Field(default=["区委书记", "区长"])
    directors: list[Text] = Field(default=["主任"])


class SchemeModel(Model):
    """The whole file."""

    name: Text
    version: Text
    effective_from: date
    year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    grades: Annotated[list[GradeModel], Field(min_length=1)]
    grading: GradingModel = GradingModel()
    ladder: dict[str, list[ConditionsModel]]
    overrides: OverridesModel = OverridesModel()
    duties: dict[str, DutyModel]
    reporting: ReportingModel = ReportingModel()
    checks: ChecksModel = ChecksModel()
    review: ReviewModel = ReviewModel()
    quiet: QuietModel = QuietModel()
    forecast: ForecastModel = ForecastModel()
    orders: OrdersModel = OrdersModel()
    escalation: EscalationModel | None = None
    bulletin: BulletinModel = BulletinModel()
    adjustment: AdjustmentModel = AdjustmentModel()
    office: OfficeModel = OfficeModel()

    def to_scheme(self) -> domain.Scheme:
        """The domain's scheme; only for a file without findings."""
        codes = [grade.code for grade in self.grades]
        warnings = tuple(code for code in codes if code not in (NORMAL, UNREPORTED))
        return domain.Scheme(
            name=self.name,
            version=self.version,
            effective_from=self.effective_from,
            grades=tuple(
                domain.Grade(grade.code, grade.word, grade.colour, -1 if grade.code == UNREPORTED else severity)
                for severity, grade in enumerate(self.grades)
            ),
            ladder=tuple(
                domain.LadderRule(code, tuple(conditions.to_domain() for conditions in self.ladder[code]))
                for code in reversed(codes)
                if code in self.ladder
            ),
            duties=tuple(_duty(code, self.duties[code]) for code in codes if code in self.duties),
            overrides=self.overrides.to_domain(),
            applies_from=self.grading.applies_from,
            ahead_below=self.grading.ahead_below,
            reporting=_reporting(self.reporting),
            quiet=domain.QuietHours(self.quiet.start, self.quiet.end),
            digest_at=self.quiet.digest_at,
            checks=domain.ReportChecks(**self.checks.model_dump()),
            review=domain.ReviewRules(**self.review.model_dump()),
            forecast=domain.ForecastRules(**self.forecast.model_dump()),
            orders=domain.OrderRules(**_with_tuples(self.orders)),  # type: ignore[arg-type]
            escalation=self.escalation.to_domain() if self.escalation else domain.usual_escalation(warnings),
            bulletin=domain.BulletinRules(**self.bulletin.model_dump()),
            adjustment=_adjustment(self.adjustment, warnings),
            urge_repeat_minutes=self.office.urge_repeat_minutes,
            urges_per_day=self.office.urges_per_day,
            invite_hours=self.office.invite_hours,
            main_leader_titles=tuple(self.office.main_leaders),
            office_director_titles=tuple(self.office.directors),
        )


def _with_tuples(model: Model) -> dict[str, object]:
    return {name: tuple(cast("Sequence[object]", value)) if isinstance(value, list) else value for name, value in model}


def _duty(grade: str, model: DutyModel) -> domain.Duty:
    return domain.Duty(grade=grade, **_with_tuples(model))  # type: ignore[arg-type]


def _adjustment(model: AdjustmentModel, warnings: tuple[str, ...]) -> domain.AdjustmentWindow:
    """Without a grade named, owners are told from the second mildest on."""
    values = _with_tuples(model)
    values["tell_from_grade"] = model.tell_from_grade or warnings[min(1, len(warnings) - 1)]
    return domain.AdjustmentWindow(**values)  # type: ignore[arg-type]


def _reporting(model: ReportingModel) -> domain.ReportingCalendar:
    values = _with_tuples(model) | {"stand_ins": tuple(model.stand_ins.items())}
    return domain.ReportingCalendar(**values)  # type: ignore[arg-type]
