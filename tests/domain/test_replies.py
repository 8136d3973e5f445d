"""Replies that came late, or not at all, and the months for which that counts."""

from __future__ import annotations

from datetime import date

from bot.domain.period import Period
from bot.domain.replies import AskedReply, OrderStep, missed_in, replies_of

ISSUED = OrderStep(date(2026, 3, 26), "issued", "2026-03", date(2026, 3, 31))
LONG_AFTER = date(2026, 12, 31)


def missed(*steps: OrderStep, today: date = LONG_AFTER) -> list[int]:
    replies = replies_of(steps)
    return [missed_in(replies, Period(2026, month), today) for month in (3, 4, 5)]


def test_a_reply_in_time_counts_for_no_month():
    assert missed(ISSUED, OrderStep(date(2026, 3, 31), "responded")) == [0, 0, 0]


def test_a_reply_that_never_comes_counts_from_the_next_month_on():
    assert missed(ISSUED) == [0, 1, 1]


def test_a_late_reply_counts_until_it_came():
    assert missed(ISSUED, OrderStep(date(2026, 4, 10), "responded")) == [0, 1, 0]


def test_more_time_that_was_granted_is_in_time():
    granted = OrderStep(date(2026, 3, 30), "extension_granted", due=date(2026, 4, 20))
    assert missed(ISSUED, granted, OrderStep(date(2026, 4, 20), "responded")) == [0, 0, 0]


def test_what_a_recovery_or_a_new_warning_ended_in_time_is_not_missed():
    assert missed(ISSUED, OrderStep(date(2026, 3, 28), "recovered")) == [0, 0, 0]
    again = OrderStep(date(2026, 3, 30), "regraded", "2026-03", date(2026, 4, 3))
    assert missed(ISSUED, again, OrderStep(date(2026, 4, 2), "responded")) == [0, 0, 0]


def test_a_returned_reply_is_asked_for_again():
    steps = (OrderStep(date(2026, 3, 30), "responded"), OrderStep(date(2026, 4, 2), "returned", due=date(2026, 4, 8)))
    assert missed(ISSUED, *steps) == [0, 1, 1]


def test_a_due_date_that_has_not_come_is_not_missed_yet():
    later = AskedReply("2026-03", date(2026, 4, 20))
    assert missed_in([later], Period(2026, 4), date(2026, 4, 20)) == 0
    assert missed_in([later], Period(2026, 4), date(2026, 4, 21)) == 1
