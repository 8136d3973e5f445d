"""Who is told of a grade and of an open report."""

from __future__ import annotations

import pytest

from bot.domain.kinds import CAUTION, NORMAL, NOTICE, SERIOUS, UNREPORTED
from bot.domain.recipients import Recipient, told_of_grade, told_of_report
from bot.domain.reporting import Stage
from bot.domain.scheme import Relation
from tests.domain.schemes import default_scheme

SCHEME = default_scheme()
R = Relation
POSTS = {
    R.CONTACT: (1,),
    R.DEPUTY: (2,),
    R.HEAD: (3,),
    R.LEAD_CONTACT: (1,),
    R.RESPONSIBLE_LEADER: (4,),
    R.OFFICE_DIRECTOR: (5,),
    R.MAIN_LEADERS: (6, 7),
}


def posts(*recipients: Recipient) -> list[int]:
    return [recipient.post_id for recipient in recipients]


@pytest.mark.parametrize(
    ("grade", "told"),
    [(NORMAL, []), (UNREPORTED, []), (NOTICE, [1, 2]), (CAUTION, [1, 2, 3, 4]), (SERIOUS, [1, 2, 3, 4, 5, 6, 7])],
)
def test_the_circle_grows_with_the_grade(grade, told):
    assert posts(*told_of_grade(SCHEME, grade, POSTS)) == told


def test_main_leaders_read_it_in_their_digest_only():
    quiet = [recipient.post_id for recipient in told_of_grade(SCHEME, SERIOUS, POSTS) if recipient.digest_only]
    assert quiet == [6, 7]


def test_a_main_leader_who_is_responsible_is_told_at_once_and_once():
    told = told_of_grade(SCHEME, SERIOUS, POSTS | {R.RESPONSIBLE_LEADER: (6,)})
    assert [recipient for recipient in told if recipient.post_id == 6] == [Recipient(6, R.RESPONSIBLE_LEADER)]


def test_vacant_posts_are_skipped():
    assert posts(*told_of_grade(SCHEME, NOTICE, {R.CONTACT: (1,), R.DEPUTY: ()})) == [1]


def test_late_reports_are_told_to_the_deputy_too():
    assert posts(*told_of_report(SCHEME, Stage.DUE_TODAY, POSTS)) == [1]
    assert posts(*told_of_report(SCHEME, Stage.OVERDUE, POSTS)) == [1, 2]


def test_the_head_stands_in_for_a_vacant_deputy():
    assert posts(*told_of_report(SCHEME, Stage.OVERDUE, {R.CONTACT: (1,), R.HEAD: (3,)})) == [1, 3]
    assert posts(*told_of_report(SCHEME, Stage.OVERDUE, {R.CONTACT: (1,)})) == [1]
