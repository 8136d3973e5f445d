"""The parts of a scheme file that grade and that move orders up, for pydantic; the rest is in scheme_models."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from bot.domain import scheme as domain
from bot.domain.scheme import Relation, Suggestion, Trigger

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Month = Annotated[int, Field(ge=1, le=12)]
DayOfMonth = Annotated[int, Field(ge=1, le=31)]
Count = Annotated[int, Field(ge=0, le=366)]
Positive = Annotated[int, Field(ge=1, le=366)]
Points = Annotated[Decimal, Field(ge=0, le=1000)]


def _can_be_told(value: object) -> object:
    """A post is named under `posts`, not as a relation."""
    if value == Relation.NAMED:
        choices = ", ".join(relation.value for relation in Relation if relation is not Relation.NAMED)
        raise PydanticCustomError("enum", "not a relation", {"expected": choices})
    return value


Told = Annotated[Relation, BeforeValidator(_can_be_told)]
Colour = Literal["green", "blue", "yellow", "orange", "red", "grey"]


class Model(BaseModel):
    """A part of the file; a key that is not known is a typing error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ConditionsModel(Model):
    q_below: Annotated[Decimal, Field(gt=0, le=1)] | None = None
    gap_at_least: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    gap_over: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    days_left_at_most: Count | None = None
    days_past_at_least: Count | None = None
    from_month: Month = 1

    def to_domain(self) -> domain.Conditions:
        return domain.Conditions(**self.model_dump())


class ForecastLossModel(Model):
    share_of_weight: Annotated[Decimal, Field(gt=0, le=1)]
    at_least: str
    min_reports: Annotated[int, Field(ge=2, le=12)] = 2


Steps = Annotated[int, Field(ge=0, le=10)]


class RepetitionModel(Model):
    from_grade: str
    months: Annotated[int, Field(ge=2, le=12)] = 2
    within: Annotated[int, Field(ge=2, le=12)] | None = None
    steps: Steps | None = None
    at_least: str | None = None

    def to_domain(self) -> domain.RepetitionRule:
        return domain.RepetitionRule(**_raising(self))


class UnansweredModel(Model):
    from_grade: str
    times: Annotated[int, Field(ge=1, le=12)] = 1
    steps: Steps | None = None
    at_least: str | None = None

    def to_domain(self) -> domain.UnansweredRule:
        return domain.UnansweredRule(**_raising(self))


def _raising(model: Model) -> dict[str, Any]:
    """A rule that names neither steps nor a grade raises by one step."""
    values = model.model_dump()
    if values["steps"] is None:
        values["steps"] = 0 if values["at_least"] else 1
    return values


def _one_or_many(value: object) -> object:
    """A single table stands for a list of one."""
    return [value] if isinstance(value, dict) else value


class NodeMissedModel(Model):
    months: Annotated[int, Field(ge=0, le=12)]
    at_least: str


class OverridesModel(Model):
    points_lost: str | None = None
    forecast_loss: ForecastLossModel | None = None
    repetition: Annotated[list[RepetitionModel], BeforeValidator(_one_or_many)] = []
    node_missed: list[NodeMissedModel] = []
    unanswered: Annotated[list[UnansweredModel], BeforeValidator(_one_or_many)] = []

    def to_domain(self) -> domain.Overrides:
        loss = self.forecast_loss
        return domain.Overrides(
            points_lost=self.points_lost,
            forecast_loss=domain.ForecastLossRule(**loss.model_dump()) if loss else None,
            repetition=tuple(rule.to_domain() for rule in self.repetition),
            node_missed=tuple(domain.NodeMissedRule(rule.months, rule.at_least) for rule in self.node_missed),
            unanswered=tuple(rule.to_domain() for rule in self.unanswered),
        )


NEXT_SUPERIOR = "next_superior"


class EscalationRuleModel(Model):
    when: Trigger
    from_grade: str
    after: Annotated[int, Field(ge=0, le=60)] = 0
    times: Annotated[int, Field(ge=1, le=12)] = 1
    to: list[Told | Literal["next_superior"]]
    every: Annotated[int, Field(ge=1, le=60)] | None = None
    most: Annotated[int, Field(ge=1, le=12)] = 1
    suggest: Suggestion = Suggestion.NOTHING

    def to_domain(self) -> domain.EscalationRule:
        values = self.model_dump(exclude={"when", "to"})
        return domain.EscalationRule(
            trigger=self.when,
            to=tuple(relation for relation in self.to if isinstance(relation, Relation)),
            next_superior=NEXT_SUPERIOR in self.to,
            **values,
        )


class EscalationModel(Model):
    chain: Annotated[list[Told], Field(min_length=2)] = list(domain.Escalation().chain)
    stand_ins: dict[Told, Told] = dict(domain.Escalation().stand_ins)
    rules: list[EscalationRuleModel] = []

    def to_domain(self) -> domain.Escalation:
        rules = tuple(rule.to_domain() for rule in self.rules)
        return domain.Escalation(tuple(self.chain), tuple(self.stand_ins.items()), rules)
