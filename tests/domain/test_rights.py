"""Every role x every action x own, cooperating and other indicators, cell by cell."""

from __future__ import annotations

import itertools

import pytest

from bot.domain.kinds import Role
from bot.domain.rights import NOTHING_IN_PARTICULAR, Action, Actor, Subject, may

UNIT, OTHER_UNIT, POST, OTHER_POST = 1, 2, 10, 20
OWN = Subject(frozenset({UNIT}), frozenset(), frozenset({OTHER_POST}))
COOPERATING = Subject(frozenset({OTHER_UNIT}), frozenset({UNIT}), frozenset({OTHER_POST}))
OTHER = Subject(frozenset({OTHER_UNIT}), frozenset(), frozenset({OTHER_POST}))
RESPONSIBLE = Subject(frozenset({OTHER_UNIT}), frozenset(), frozenset({POST}))
SUBJECTS = {"own": OWN, "cooperating": COOPERATING, "other": OTHER, "none": NOTHING_IN_PARTICULAR}

ACTORS = {
    "leader": Actor(1, Role.LEADER, frozenset({POST})),
    "main_leader": Actor(2, Role.LEADER, frozenset({POST}), main_leader=True),
    "head": Actor(3, Role.HEAD, frozenset({POST}), frozenset({UNIT})),
    "contact": Actor(4, Role.CONTACT, frozenset({POST}), frozenset({UNIT})),
    "office": Actor(5, Role.OFFICE, frozenset({POST}), frozenset({UNIT})),
    "admin": Actor(6, Role.ADMIN, frozenset({POST})),
}
ALL = "own cooperating other none"
EVERYONE = dict.fromkeys(ACTORS, ALL)
UNIT_ITSELF = {"head": "own", "contact": "own", "office": ALL}
OFFICE_AND_ADMIN = {"office": ALL, "admin": ALL}
# For leaders "own" means: their post is the responsible one.
EXPECTED: dict[Action, dict[str, str]] = {
    Action.SEARCH: EVERYONE,
    Action.VIEW_BOARD: EVERYONE,
    Action.VIEW_INDICATOR: EVERYONE | {"head": "own cooperating", "contact": "own cooperating"},
    Action.REPORT_VALUE: UNIT_ITSELF,
    Action.CORRECT_REPORT: UNIT_ITSELF,
    Action.SIGN_OFF_REPORT: {"head": "own"},
    Action.CONFIRM_REPORT: {"office": ALL},
    Action.CLOSE_PERIOD: {"office": ALL},
    Action.ADD_NOTE: {"head": "own cooperating", "contact": "own cooperating", "office": ALL},
    Action.ACKNOWLEDGE: UNIT_ITSELF | {"leader": "own", "main_leader": ALL},
    Action.RESPOND: UNIT_ITSELF,
    Action.EXTEND: {"head": "own", "contact": "own"},
    Action.REQUEST_CLOSING: {"head": "own", "contact": "own"},
    Action.REVIEW_ORDER: {"office": ALL},
    Action.CALL_MEETING: {"office": ALL},
    Action.CLOSE_ORDER: {"office": ALL},
    Action.SET_SILENCE: {"office": ALL},
    Action.SET_LEAVE: {"office": ALL},
    Action.REQUEST_ADJUSTMENT: UNIT_ITSELF,
    Action.ENDORSE_ADJUSTMENT: {"head": "own"},
    Action.REVIEW_ADJUSTMENT: {"office": ALL},
    Action.APPROVE_ADJUSTMENT: {"leader": "own", "main_leader": ALL},
    Action.DIRECT: {"leader": "own", "main_leader": ALL},
    Action.MAKE_BULLETIN: OFFICE_AND_ADMIN,
    Action.ADD_EVIDENCE: {"head": "own cooperating", "contact": "own cooperating", "office": ALL},
    Action.EXPORT_EVIDENCE: OFFICE_AND_ADMIN,
    Action.RAISE_PROBLEM: {"head": "own cooperating", "contact": "own cooperating"},
    Action.VIEW_UNREPORTED: EVERYONE | {"head": "own", "contact": "own"},
    Action.REMIND: {"office": ALL},
    Action.OVERRIDE_GRADE: {"office": ALL},
    Action.IMPORT_LISTS: OFFICE_AND_ADMIN,
    Action.EXPORT_LISTS: OFFICE_AND_ADMIN,
    Action.INVITE: OFFICE_AND_ADMIN,
    Action.APPROVE_BINDING: OFFICE_AND_ADMIN,
    Action.SETTLE_UNCERTAIN: OFFICE_AND_ADMIN,
    Action.SEND_NOTICE: {"office": ALL},
    Action.CHANGE_POST: {"office": ALL},
    Action.BIND_GROUP: {"office": ALL},
    Action.MARK_POINT: UNIT_ITSELF,
    Action.NOTE_RISK: UNIT_ITSELF,
}
CELLS = list(itertools.product(Action, ACTORS, SUBJECTS))


@pytest.mark.parametrize(("action", "who", "near"), CELLS, ids=["-".join(cell) for cell in CELLS])
def test_right(action, who, near):
    subject = RESPONSIBLE if near == "own" and who in ("leader", "main_leader") else SUBJECTS[near]
    assert may(ACTORS[who], action, subject) == (near in EXPECTED[action].get(who, "").split())


def test_a_leader_whose_unit_leads_nothing_cannot_direct_others():
    assert not may(ACTORS["leader"], Action.DIRECT, OWN)
