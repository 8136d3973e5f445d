"""One digest a day, never after the person has acted, and a reason for every silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.digest import (
    DigestIntent,
    LeftOut,
    OrderItem,
    PersonToday,
    ReportItem,
    WarningItem,
    Withheld,
    WithheldReason,
    choose_digest,
)
from bot.domain.kinds import NORMAL, UNREPORTED
from bot.domain.reporting import ReminderStage, Stage
from tests.domain.schemes import CAUTION, NOTICE, SERIOUS

DUE_TODAY = ReminderStage(Stage.DUE_TODAY, 0)
OPEN = ReportItem(1, DUE_TODAY)
OVERDUE = ReportItem(2, ReminderStage(Stage.OVERDUE, 1), days_overdue=1)
STILL_OVERDUE = ReportItem(3, None, days_overdue=2)
WARNED = WarningItem(4, SERIOUS, 3)
ORDER = OrderItem(5, 50, CAUTION, 2, workdays_late=0)
ALICE = PersonToday(7, has_account=True, is_workday=True, is_quiet=False, already_sent=False)


def with_everything(person: PersonToday = ALICE) -> PersonToday:
    return replace(person, reports=(OPEN, OVERDUE, STILL_OVERDUE), warnings=(WARNED,), orders=(ORDER,))


def test_everything_goes_into_one_message():
    intent = choose_digest(with_everything())
    assert isinstance(intent, DigestIntent)
    assert intent.open_reports == (OPEN,)
    assert intent.overdue_reports == (STILL_OVERDUE, OVERDUE)  # the oldest first
    assert (intent.warnings, intent.unacknowledged) == ((WARNED,), (ORDER,))
    assert intent.indicator_ids == (3, 2, 1, 4, 5)
    assert intent.left_out == ()


def test_warnings_come_worst_first():
    mild, grave = WarningItem(1, NOTICE, 1), WarningItem(2, SERIOUS, 3)
    assert choose_digest(replace(ALICE, warnings=(mild, grave))).warnings == (grave, mild)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"has_account": False}, WithheldReason.NO_ACCOUNT),
        ({"is_workday": False}, WithheldReason.NOT_A_WORKDAY),
        ({"is_quiet": True}, WithheldReason.QUIET_HOURS),
        ({"already_sent": True}, WithheldReason.ALREADY_SENT_TODAY),
    ],
)
def test_nothing_goes_and_every_item_says_why(change, reason):
    withheld = choose_digest(replace(with_everything(), **change))
    assert isinstance(withheld, Withheld)
    assert withheld.reason is reason
    assert set(withheld.left_out) == {LeftOut(number, reason) for number in (1, 2, 3, 4, 5)}


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ({}, WithheldReason.NOTHING_DUE),
        ({"reports": (replace(OPEN, reported=True),)}, WithheldReason.REPORTED),
        ({"reports": (replace(OVERDUE, reported=True),)}, WithheldReason.REPORTED),
        ({"reports": (ReportItem(1, None),)}, WithheldReason.NOTHING_DUE),
        ({"reports": (STILL_OVERDUE,)}, WithheldReason.NOTHING_DUE),
        ({"orders": (replace(ORDER, acknowledged=True),)}, WithheldReason.ACKNOWLEDGED),
        ({"orders": (replace(ORDER, workdays_late=2),)}, WithheldReason.NOTHING_DUE),
        ({"orders": (replace(ORDER, workdays_late=-1),)}, WithheldReason.NOTHING_DUE),
        ({"warnings": (replace(WARNED, told_grade=SERIOUS),)}, WithheldReason.NOTHING_DUE),
        ({"warnings": (replace(WARNED, entitled=False),)}, WithheldReason.NOT_ENTITLED),
    ],
)
def test_is_left_alone(items, reason):
    assert choose_digest(replace(ALICE, **items)).reason is reason


@pytest.mark.parametrize(
    ("grade", "told", "said"),
    [
        (NOTICE, None, True),
        (CAUTION, NOTICE, True),
        (NOTICE, SERIOUS, True),
        (NORMAL, NOTICE, True),  # good news is news
        (NORMAL, None, False),
        (NORMAL, UNREPORTED, False),
        (NORMAL, NORMAL, False),
        (UNREPORTED, NOTICE, False),  # spoken of as a missing report
    ],
)
def test_warnings_are_told_when_they_change(grade, told, said):
    choice = choose_digest(replace(ALICE, warnings=(WarningItem(1, grade, 0, told_grade=told),)))
    assert isinstance(choice, DigestIntent) is said


def test_an_old_overdue_report_rides_along_but_does_not_call():
    assert isinstance(choose_digest(replace(ALICE, reports=(STILL_OVERDUE,))), Withheld)
    intent = choose_digest(replace(ALICE, reports=(STILL_OVERDUE,), warnings=(WARNED,)))
    assert intent.overdue_reports == (STILL_OVERDUE,)


def test_a_recovery_that_a_person_only_follows_waits_for_other_news():
    recovered = WarningItem(8, NORMAL, 0, told_grade=SERIOUS, calls=False)
    assert isinstance(choose_digest(replace(ALICE, warnings=(recovered,))), Withheld)
    assert choose_digest(replace(ALICE, warnings=(recovered, WARNED))).warnings == (WARNED, recovered)


def test_what_is_settled_is_left_out_of_the_message_with_its_reason():
    intent = choose_digest(replace(ALICE, reports=(OPEN, replace(OVERDUE, reported=True))))
    assert intent.open_reports == (OPEN,)
    assert intent.left_out == (LeftOut(2, WithheldReason.REPORTED),)
