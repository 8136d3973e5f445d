"""When an order moves up, and to whom: the rules of the scheme. What happens then is in services."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from bot.domain.relations import Relation


class Trigger(StrEnum):
    """What makes an order move up."""

    NOT_ACKNOWLEDGED = "not_acknowledged"  # the date for 签收 went by
    NOT_ANSWERED = "not_answered"  # the date for the reply went by
    PROMISE_BROKEN = "promise_broken"  # the promised recovery date went by without recovery
    REPEATED = "repeated"  # warned of for several months running


class Suggestion(StrEnum):
    """What a superior is advised to do; the words are in templates/."""

    NOTHING = "nothing"
    TALK = "talk"  # 约谈


@dataclass(frozen=True, slots=True)
class EscalationRule:
    """One way in which an order of `from_grade` or worse moves up.

    `after`: working days past the date that was not kept (0: as soon as it has passed). `times`: for REPEATED the
    months running, for the others how often the same order has given this cause. `to`: whom it goes to; with
    `next_superior`, also the next in the chain above the nearest who was asked. `every`: while it stays so, again
    after that many working days, one step further up each time, at most `most` times in all; None: once.
    """

    trigger: Trigger
    from_grade: str
    after: int = 0
    times: int = 1
    to: tuple[Relation, ...] = ()
    next_superior: bool = False
    every: int | None = None
    most: int = 1
    suggest: Suggestion = Suggestion.NOTHING


@dataclass(frozen=True, slots=True)
class Escalation:
    """How orders move up. `chain`: from the nearest to the highest; `stand_ins`: who takes an empty or absent post."""

    chain: tuple[Relation, ...] = (
        Relation.CONTACT,
        Relation.DEPUTY,
        Relation.HEAD,
        Relation.RESPONSIBLE_LEADER,
        Relation.MAIN_LEADERS,
    )
    stand_ins: tuple[tuple[Relation, Relation], ...] = (
        (Relation.CONTACT, Relation.DEPUTY),
        (Relation.DEPUTY, Relation.HEAD),
        (Relation.HEAD, Relation.DEPUTY),
        (Relation.OFFICE_DIRECTOR, Relation.OFFICE),
    )
    rules: tuple[EscalationRule, ...] = ()

    def superior(self, relation: Relation, steps: int = 1) -> Relation | None:
        """Who stands that many steps above; None beyond the top, or for somebody outside the chain."""
        if relation not in self.chain:
            return None
        place = self.chain.index(relation) + steps
        return self.chain[place] if place < len(self.chain) else None


def usual_escalation(warnings: tuple[str, ...]) -> Escalation:
    """What applies where a scheme says nothing of it. `warnings`: its grades that warn, the mildest first."""
    mildest, middle, worst = warnings[0], warnings[min(1, len(warnings) - 1)], warnings[-1]
    up = partial(EscalationRule, next_superior=True)
    return Escalation(
        rules=(
            up(Trigger.NOT_ACKNOWLEDGED, middle, after=1),
            up(Trigger.NOT_ANSWERED, middle, after=1, every=3, most=2, suggest=Suggestion.TALK),
            up(Trigger.PROMISE_BROKEN, mildest, after=1, suggest=Suggestion.TALK),
            up(Trigger.REPEATED, middle, times=2, suggest=Suggestion.TALK),
            EscalationRule(Trigger.REPEATED, worst, times=3, to=(Relation.MAIN_LEADERS,), suggest=Suggestion.TALK),
        )
    )
