"""Who is told of a grade and of an open report."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.domain.kinds import NORMAL, UNREPORTED, Role
from bot.domain.recipients import Recipient, told_of_grade, told_of_report
from bot.domain.reporting import Stage
from bot.domain.rights import Action, Actor, Subject, may
from bot.domain.scheme import Relation
from tests.domain.random_schemes import sound_schemes
from tests.domain.schemes import CAUTION, NOTICE, SERIOUS, default_scheme

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


LEADING, HELPING, POST = 1, 2, 7
HOLDERS = {
    Relation.CONTACT: Actor(1, Role.CONTACT, unit_ids=frozenset({LEADING})),
    Relation.DEPUTY: Actor(1, Role.HEAD, unit_ids=frozenset({LEADING}), deputy=True),
    Relation.HEAD: Actor(1, Role.HEAD, unit_ids=frozenset({LEADING})),
    Relation.LEAD_CONTACT: Actor(1, Role.CONTACT, unit_ids=frozenset({LEADING})),
    Relation.LEAD_HEAD: Actor(1, Role.HEAD, unit_ids=frozenset({LEADING})),
    Relation.COOPERATING_CONTACT: Actor(1, Role.CONTACT, unit_ids=frozenset({HELPING})),
    Relation.RESPONSIBLE_LEADER: Actor(1, Role.LEADER, post_ids=frozenset({POST})),
    Relation.OFFICE: Actor(1, Role.OFFICE),
    Relation.OFFICE_DIRECTOR: Actor(1, Role.OFFICE),
    Relation.MAIN_LEADERS: Actor(1, Role.LEADER, main_leader=True),
    Relation.NAMED: Actor(1, Role.OFFICE),
}


@given(sound_schemes())
@settings(max_examples=30)
def test_whoever_is_told_may_see_the_indicator(scheme):
    subject = Subject(frozenset({LEADING}), frozenset({HELPING}), frozenset({POST}))
    posts = {relation: (number,) for number, relation in enumerate(Relation)}
    for grade in scheme.warnings:
        told = told_of_grade(scheme, grade.code, posts)
        assert told
        for recipient in told:
            assert may(HOLDERS[recipient.relation], Action.VIEW_INDICATOR, subject)


def test_a_named_post_is_told_once_and_one_that_is_unknown_not_at_all():
    scheme = default_scheme()
    duty = replace(scheme.duty("serious"), posts=("督查专员", "不存在的岗位"))
    scheme = replace(scheme, duties=(*scheme.duties[:-1], duty))
    posts = {Relation.CONTACT: (1,), Relation.MAIN_LEADERS: (9,)}
    told = told_of_grade(scheme, "serious", posts, {"督查专员": 9})
    assert [(item.post_id, item.relation, item.digest_only) for item in told] == [
        (1, Relation.CONTACT, False),
        (9, Relation.NAMED, False),
    ]
