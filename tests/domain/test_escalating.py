"""Which orders go up, when, from whom and because of what."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.answers import ExtensionAsked, check_extension, promise_broken
from bot.domain.errors import InvalidInput
from bot.domain.escalating import OrderToday, Silent, StepUp, steps_up
from bot.domain.orders import OrderState
from bot.domain.scheme import OrderRules, Relation, Trigger
from tests.domain.schemes import default_scheme

SCHEME = default_scheme()
DUE = date(2026, 10, 23)


def today(late: int, **fields: object) -> list[StepUp]:
    order = OrderToday(1, "serious", OrderState.ISSUED, "2026-10", **fields)  # type: ignore[arg-type]
    return list(steps_up(SCHEME, order, lambda _day: late))


def test_the_silent_go_up_one_by_one_and_only_they() -> None:
    silent = (Silent(7, Relation.CONTACT, DUE), Silent(8, Relation.HEAD, DUE))
    assert today(0, silent=silent) == []
    steps = today(1, silent=silent)
    assert [(step.trigger, step.about, step.start, step.steps) for step in steps] == [
        (Trigger.NOT_ACKNOWLEDGED, 7, Relation.CONTACT, 1),
        (Trigger.NOT_ACKNOWLEDGED, 8, Relation.HEAD, 1),
    ]
    assert len({step.key for step in steps}) == 2


def test_a_late_answer_goes_up_once_more_after_some_days() -> None:
    assert [step.steps for step in today(1, reply_due=DUE)] == [1]
    assert [step.steps for step in today(4, reply_due=DUE)] == [1, 2]
    assert [step.steps for step in today(40, reply_due=DUE)] == [1, 2]


@pytest.mark.parametrize(
    ("state", "day", "recovered", "broken"),
    [
        (OrderState.RECTIFYING, date(2026, 10, 24), False, True),
        (OrderState.RESPONDED, date(2026, 10, 24), False, True),
        (OrderState.RECTIFYING, DUE, False, False),
        (OrderState.RECTIFYING, date(2026, 10, 24), True, False),
        (OrderState.ACKNOWLEDGED, date(2026, 10, 24), False, False),
    ],
)
def test_a_promise_is_broken_the_day_after(state: OrderState, day: date, recovered: bool, broken: bool) -> None:
    assert promise_broken(state, DUE, day, recovered=recovered) is broken


@pytest.mark.parametrize(
    ("until", "reason", "day", "earlier", "code"),
    [
        (date(2026, 11, 6), "等批复", date(2026, 10, 24), 0, "extension_late"),
        (date(2026, 11, 6), " ", DUE, 0, "extension_reason"),
        (DUE, "等批复", DUE, 0, "extension_earlier"),
        (date(2026, 12, 31), "等批复", DUE, 0, "extension_too_long"),
        (date(2026, 11, 6), "等批复", DUE, 2, "extension_often"),
    ],
)
def test_what_no_extension_is_given_for(until: date, reason: str, day: date, earlier: int, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_extension(ExtensionAsked(DUE, until, reason, earlier), day, OrderRules())
    assert caught.value.code == f"errors_order.{code}"


def test_an_extension_in_time_is_taken() -> None:
    check_extension(ExtensionAsked(DUE, date(2026, 11, 6), "等批复"), DUE, OrderRules())
