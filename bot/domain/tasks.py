"""The life of a task that came down: directive, supervision, rectification, liaison. One life cycle for all four."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.errors import IllegalTransition
from bot.domain.kinds import Role
from bot.domain.rights import Actor

LONGEST = 500


class TaskKind(StrEnum):
    """What kind of task it is."""

    DIRECTIVE = "directive"
    SUPERVISION = "supervision"
    RECTIFICATION = "rectification"
    LIAISON = "liaison"


class TaskState(StrEnum):
    """What a task waits for."""

    GIVEN = "given"
    IN_HAND = "in_hand"
    REPORTED = "reported"  # done, says the unit; to be confirmed by who gave it
    RETURNED = "returned"
    DONE = "done"


class TaskEvent(StrEnum):
    """What can happen to a task. Urging is an event with a record, not a state."""

    GIVE = "give"
    TAKE = "take"
    PROGRESS = "progress"
    REPORT_DONE = "report_done"
    CONFIRM = "confirm"
    GIVE_BACK = "give_back"
    FORWARD = "forward"
    URGE = "urge"
    POSTPONE = "postpone"
    NOTE = "note"  # published, called back: what a rectification records besides


_S, _E = TaskState, TaskEvent
OPEN = frozenset(_S) - {_S.DONE}
WAITS_FOR_UNIT = frozenset({_S.GIVEN, _S.IN_HAND, _S.RETURNED})
_STEPS: Mapping[TaskEvent, Mapping[TaskState, TaskState]] = {
    _E.TAKE: {_S.GIVEN: _S.IN_HAND},
    _E.PROGRESS: dict.fromkeys(WAITS_FOR_UNIT, _S.IN_HAND),
    _E.REPORT_DONE: dict.fromkeys(WAITS_FOR_UNIT, _S.REPORTED),
    _E.CONFIRM: dict.fromkeys(OPEN, _S.DONE),
    _E.GIVE_BACK: {_S.REPORTED: _S.RETURNED},
    _E.FORWARD: dict.fromkeys(WAITS_FOR_UNIT, _S.GIVEN),
    _E.URGE: {state: state for state in WAITS_FOR_UNIT},
    _E.POSTPONE: {state: state for state in WAITS_FOR_UNIT},
    _E.NOTE: {state: state for state in _S},
}
BY_UNIT = frozenset({_E.TAKE, _E.PROGRESS, _E.REPORT_DONE})
BY_GIVER = frozenset({_E.CONFIRM, _E.GIVE_BACK, _E.URGE, _E.POSTPONE})


@dataclass(frozen=True, slots=True)
class TaskSubject:
    """A task as rights see it. `indicator_post_ids`: of the leader responsible for its indicator, if it has one."""

    giver_id: int
    to_unit_id: int | None
    to_post_id: int | None
    indicator_post_ids: frozenset[int] = frozenset()


def advance(state: TaskState, event: TaskEvent) -> TaskState:
    """The state after the event; IllegalTransition where there is no such step."""
    if state not in _STEPS[event]:
        raise IllegalTransition(state=state, event=event)
    return _STEPS[event][state]


def receives(actor: Actor, task: TaskSubject) -> bool:
    """Whether the task is this person's to do: their unit's, or their post's."""
    if task.to_post_id is not None:
        return task.to_post_id in actor.post_ids
    return task.to_unit_id is not None and task.to_unit_id in actor.unit_ids


def gave(actor: Actor, task: TaskSubject) -> bool:
    """Whether this person decides about it: whoever gave it, or the office."""
    return actor.person_id == task.giver_id or actor.role is Role.OFFICE


def may_see(actor: Actor, task: TaskSubject) -> bool:
    """Leaders compare, so they see all; others what is theirs."""
    return actor.role in (Role.LEADER, Role.ADMIN) or gave(actor, task) or receives(actor, task)


def may_do(actor: Actor, task: TaskSubject, event: TaskEvent) -> bool:
    """Whether this person may take that step."""
    if event in BY_UNIT:
        return receives(actor, task)
    if event in BY_GIVER:
        return gave(actor, task)
    if event is _E.FORWARD:
        return gave(actor, task) or (receives(actor, task) and actor.role in (Role.LEADER, Role.HEAD))
    return gave(actor, task) or receives(actor, task)


def steps_for(actor: Actor, task: TaskSubject, state: TaskState) -> tuple[TaskEvent, ...]:
    """The steps that this person may take now, in the order in which they are offered."""
    offered = (_E.REPORT_DONE, _E.PROGRESS, _E.CONFIRM, _E.GIVE_BACK, _E.URGE)
    possible = [event for event in offered if state in _STEPS[event] and may_do(actor, task, event)]
    # Nothing is confirmed before the unit has said so, but for whoever gave it; the button waits for that.
    return tuple(event for event in possible if event is not _E.CONFIRM or state is _S.REPORTED)


def is_overdue(due: date | None, state: TaskState, today: date) -> bool:
    """Whether the unit is late."""
    return due is not None and state in WAITS_FOR_UNIT and today > due
