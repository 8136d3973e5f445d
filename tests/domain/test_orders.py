"""The life of a warning order, from issued to closed and back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import IllegalTransition
from bot.domain.kinds import NORMAL
from bot.domain.orders import OrderEvent, OrderNumber, OrderState, advance, can_advance, may_close, reopens
from bot.domain.scheme import OrderRules
from tests.domain.schemes import CAUTION, NOTICE, SERIOUS, default_scheme

SCHEME = default_scheme()
E, S = OrderEvent, OrderState


def walk(*events: OrderEvent, state: OrderState = S.ISSUED) -> OrderState:
    for event in events:
        state = advance(state, event)
    return state


def test_the_whole_way():
    assert walk(E.ACKNOWLEDGE, E.RESPOND, E.ACCEPT, E.REQUEST_CLOSING, E.CLOSE) is S.CLOSED


def test_an_answer_acknowledges():
    assert walk(E.RESPOND) is S.RESPONDED


def test_what_is_returned_is_answered_again():
    assert walk(E.RESPOND, E.RETURN) is S.RETURNED
    assert walk(E.RESPOND, E.RETURN, E.RESPOND, E.ACCEPT) is S.RECTIFYING
    assert walk(E.RESPOND, E.ACCEPT, E.REQUEST_CLOSING, E.RETURN) is S.RECTIFYING


@pytest.mark.parametrize("event", [E.ESCALATE, E.URGE, E.EXTEND])
def test_urging_escalating_and_extending_change_no_state(event):
    assert walk(E.ACKNOWLEDGE, event) is S.ACKNOWLEDGED


def test_a_graver_grade_is_acknowledged_anew():
    assert walk(E.RESPOND, E.ACCEPT, E.WORSEN) is S.ISSUED


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (S.ACKNOWLEDGED, E.ACKNOWLEDGE),
        (S.ISSUED, E.ACCEPT),
        (S.ISSUED, E.REQUEST_CLOSING),
        (S.CLOSED, E.CLOSE),
        (S.CLOSED, E.RESPOND),
        (S.CLOSED, E.URGE),
        (S.CLOSING_REQUESTED, E.EXTEND),
        (S.ISSUED, E.RELAPSE),
    ],
)
def test_steps_that_do_not_exist(state, event):
    with pytest.raises(IllegalTransition) as caught:
        advance(state, event)
    assert caught.value.params == {"state": state, "event": event}


@given(st.lists(st.sampled_from(list(OrderEvent)), max_size=30))
def test_an_order_leaves_closed_only_by_a_relapse(events):
    state = S.ISSUED
    for event in events:
        if can_advance(state, event):
            before, state = state, advance(state, event)
            assert before is not S.CLOSED or event is E.RELAPSE
    assert state is S.CLOSED or can_advance(state, E.CLOSE)


@pytest.mark.parametrize(
    ("grade", "months", "closes"),
    [
        (NOTICE, (NORMAL,), True),
        (CAUTION, (NORMAL, SERIOUS), True),
        (CAUTION, (NOTICE, NORMAL), False),
        (SERIOUS, (NORMAL,), False),
        (SERIOUS, (NORMAL, CAUTION), False),
        (SERIOUS, (NORMAL, NORMAL), True),
        (NOTICE, (), False),
    ],
)
def test_close_out_needs_good_months(grade, months, closes):
    assert may_close(SCHEME.duty(grade), months) is closes
    assert may_close(SCHEME.duty(grade), months, final_confirmed=True)


@pytest.mark.parametrize(("today", "same"), [("2026-05-01", True), ("2026-06-30", True), ("2026-07-01", False)])
def test_a_relapse_within_sixty_days_keeps_the_number(today, same):
    assert reopens(date(2026, 5, 1), date.fromisoformat(today), OrderRules()) is same


def test_numbers_count_within_their_year():
    assert OrderNumber(2026, 12).following(2026) == OrderNumber(2026, 13)
    assert OrderNumber(2026, 12).following(2027) == OrderNumber(2027, 1)
