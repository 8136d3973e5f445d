"""Who may do what: one table of role x action, read like a table, asked through `may`.

A right belongs to a post, so an actor is what their posts make of them. The scope says how near the indicator must be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.domain.kinds import Role


class Action(StrEnum):
    """What a person can ask Baton to do."""

    SEARCH = "search"
    VIEW_BOARD = "view_board"
    MAKE_BULLETIN = "make_bulletin"
    CALL_MEETING = "call_meeting"
    VIEW_INDICATOR = "view_indicator"
    REPORT_VALUE = "report_value"
    CORRECT_REPORT = "correct_report"
    SIGN_OFF_REPORT = "sign_off_report"
    CONFIRM_REPORT = "confirm_report"
    CLOSE_PERIOD = "close_period"
    ADD_NOTE = "add_note"
    ACKNOWLEDGE = "acknowledge"
    RESPOND = "respond"
    EXTEND = "extend"
    REQUEST_CLOSING = "request_closing"
    REVIEW_ORDER = "review_order"
    CLOSE_ORDER = "close_order"
    SET_SILENCE = "set_silence"
    SET_LEAVE = "set_leave"
    REQUEST_ADJUSTMENT = "request_adjustment"
    ENDORSE_ADJUSTMENT = "endorse_adjustment"
    REVIEW_ADJUSTMENT = "review_adjustment"
    APPROVE_ADJUSTMENT = "approve_adjustment"
    DIRECT = "direct"
    ADD_EVIDENCE = "add_evidence"
    RAISE_PROBLEM = "raise_problem"
    EXPORT_EVIDENCE = "export_evidence"
    VIEW_UNREPORTED = "view_unreported"
    REMIND = "remind"
    OVERRIDE_GRADE = "override_grade"
    IMPORT_LISTS = "import_lists"
    EXPORT_LISTS = "export_lists"
    INVITE = "invite"
    APPROVE_BINDING = "approve_binding"
    SETTLE_UNCERTAIN = "settle_uncertain"
    SEND_NOTICE = "send_notice"
    CHANGE_POST = "change_post"
    BIND_GROUP = "bind_group"
    MARK_POINT = "mark_point"
    NOTE_RISK = "note_risk"


class Scope(IntEnum):
    """How near an indicator must be to the actor. A wider scope includes the nearer ones."""

    NONE = 0  # never
    OWN = 1  # the actor's post is responsible for it, or the actor's unit leads it
    INVOLVED = 2  # own, or the actor's unit cooperates
    ANY = 3  # everything in the district


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as their posts make them. `main_leader`: the district's two main leaders, who may direct anything."""

    person_id: int
    role: Role
    post_ids: frozenset[int] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    deputy: bool = False
    main_leader: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """The indicator that an action is about; empty for actions that are about none."""

    lead_unit_ids: frozenset[int] = frozenset()
    cooperating_unit_ids: frozenset[int] = frozenset()
    responsible_post_ids: frozenset[int] = frozenset()


NOTHING_IN_PARTICULAR = Subject()

_NO, _OWN, _INV, _ANY = Scope.NONE, Scope.OWN, Scope.INVOLVED, Scope.ANY
_ROLES = (Role.LEADER, Role.HEAD, Role.CONTACT, Role.OFFICE, Role.ADMIN)
# fmt: off
_ROWS: tuple[tuple[Action, tuple[Scope, ...]], ...] = (
    #                          leader  head  contact office admin
    (Action.SEARCH,           (_ANY,  _ANY, _ANY,   _ANY,  _ANY)),
    (Action.VIEW_BOARD,       (_ANY,  _ANY, _ANY,   _ANY,  _ANY)),
    (Action.MAKE_BULLETIN,    (_NO,   _NO,  _NO,    _ANY,  _ANY)),
    (Action.CALL_MEETING,     (_NO,   _NO,  _NO,    _ANY,  _NO)),
    # Leaders compare, so they see the whole district.
    (Action.VIEW_INDICATOR,   (_ANY,  _INV, _INV,   _ANY,  _ANY)),
    # The office reports on behalf of a unit; the record says so.
    (Action.REPORT_VALUE,     (_NO,   _OWN, _OWN,   _ANY,  _NO)),
    (Action.CORRECT_REPORT,   (_NO,   _OWN, _OWN,   _ANY,  _NO)),
    (Action.SIGN_OFF_REPORT,  (_NO,   _OWN, _NO,    _NO,   _NO)),
    (Action.CONFIRM_REPORT,   (_NO,   _NO,  _NO,    _ANY,  _NO)),
    # Freezing a month, and opening it again.
    (Action.CLOSE_PERIOD,     (_NO,   _NO,  _NO,    _ANY,  _NO)),
    # Cooperating units add words, not values.
    (Action.ADD_NOTE,         (_NO,   _INV, _INV,   _ANY,  _NO)),
    (Action.ACKNOWLEDGE,      (_OWN,  _OWN, _OWN,   _ANY,  _NO)),
    (Action.RESPOND,          (_NO,   _OWN, _OWN,   _ANY,  _NO)),
    # The office decides on these, so it does not ask itself.
    (Action.EXTEND,           (_NO,   _OWN, _OWN,   _NO,   _NO)),
    (Action.REQUEST_CLOSING,  (_NO,   _OWN, _OWN,   _NO,   _NO)),
    (Action.REVIEW_ORDER,     (_NO,   _NO,  _NO,    _ANY,  _NO)),
    (Action.CLOSE_ORDER,      (_NO,   _NO,  _NO,    _ANY,  _NO)),
    (Action.SET_SILENCE,      (_NO,   _NO,  _NO,    _ANY,  _NO)),
    (Action.SET_LEAVE,        (_NO,   _NO,  _NO,    _ANY,  _NO)),
    # Unit, then the head of the lead unit, then the office, then the responsible leader.
    (Action.REQUEST_ADJUSTMENT, (_NO, _OWN, _OWN,   _ANY,  _NO)),
    (Action.ENDORSE_ADJUSTMENT, (_NO, _OWN, _NO,    _NO,   _NO)),
    (Action.REVIEW_ADJUSTMENT,  (_NO, _NO,  _NO,    _ANY,  _NO)),
    (Action.APPROVE_ADJUSTMENT, (_OWN, _NO, _NO,    _NO,   _NO)),
    # Cooperating units add evidence, not values.
    (Action.ADD_EVIDENCE,     (_NO,   _INV, _INV,   _ANY,  _NO)),
    (Action.RAISE_PROBLEM,    (_NO,   _INV, _INV,   _NO,   _NO)),
    (Action.EXPORT_EVIDENCE,  (_NO,   _NO,  _NO,    _ANY,  _ANY)),
    (Action.DIRECT,           (_OWN,  _NO,  _NO,    _NO,   _NO)),
    (Action.VIEW_UNREPORTED,  (_ANY,  _OWN, _OWN,   _ANY,  _ANY)),
    (Action.REMIND,           (_NO,   _NO,  _NO,    _ANY,  _NO)),
    (Action.OVERRIDE_GRADE,   (_NO,   _NO,  _NO,    _ANY,  _NO)),
    (Action.IMPORT_LISTS,     (_NO,   _NO,  _NO,    _ANY,  _ANY)),
    (Action.EXPORT_LISTS,     (_NO,   _NO,  _NO,    _ANY,  _ANY)),
    (Action.INVITE,           (_NO,   _NO,  _NO,    _ANY,  _ANY)),
    (Action.APPROVE_BINDING,  (_NO,   _NO,  _NO,    _ANY,  _ANY)),
    (Action.SETTLE_UNCERTAIN, (_NO,   _NO,  _NO,    _ANY,  _ANY)),
    (Action.SEND_NOTICE,      (_NO,   _NO,  _NO,    _ANY,  _NO)),
    (Action.CHANGE_POST,      (_NO,   _NO,  _NO,    _ANY,  _NO)),
    (Action.BIND_GROUP,       (_NO,   _NO,  _NO,    _ANY,  _NO)),
    # A point is done, or a risk came true: its unit says so, or the office for it.
    (Action.MARK_POINT,       (_NO,   _OWN, _OWN,   _ANY,  _NO)),
    (Action.NOTE_RISK,        (_NO,   _OWN, _OWN,   _ANY,  _NO)),
)
# fmt: on
SCOPES: Mapping[Action, Mapping[Role, Scope]] = {
    action: dict(zip(_ROLES, scopes, strict=True)) for action, scopes in _ROWS
}
# What the two main leaders may do with every indicator, where another leader needs it to be their own.
MAIN_LEADER_ANY = frozenset({Action.ACKNOWLEDGE, Action.DIRECT, Action.APPROVE_ADJUSTMENT})


def scope_of(actor: Actor, action: Action) -> Scope:
    """How far the actor's right to this action reaches; lists are filtered by it in the query."""
    if actor.main_leader and action in MAIN_LEADER_ANY:
        return Scope.ANY
    return SCOPES[action][actor.role]


def nearness(actor: Actor, subject: Subject) -> Scope:
    """How near the subject is to the actor: OWN, INVOLVED, or ANY for one they have no part in."""
    if actor.post_ids & subject.responsible_post_ids or actor.unit_ids & subject.lead_unit_ids:
        return Scope.OWN
    if actor.unit_ids & subject.cooperating_unit_ids:
        return Scope.INVOLVED
    return Scope.ANY


def may(actor: Actor, action: Action, subject: Subject = NOTHING_IN_PARTICULAR) -> bool:
    """Whether the actor may do this to this subject."""
    return nearness(actor, subject) <= scope_of(actor, action)
