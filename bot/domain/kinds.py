"""The closed word lists of the domain. Codes only: the Chinese words live in templates/."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """How an indicator is measured."""

    CUMULATIVE = "cumulative"
    GROWTH = "growth"
    LEVEL = "level"
    MILESTONE = "milestone"
    CONTROL_CUMULATIVE = "control_cumulative"
    CONTROL_LEVEL = "control_level"
    EVENT = "event"
    MANUAL = "manual"


class Direction(StrEnum):
    """Which way is good."""

    HIGHER = "higher"
    LOWER = "lower"


class Role(StrEnum):
    """What a post may do."""

    LEADER = "leader"
    HEAD = "head"
    CONTACT = "contact"
    OFFICE = "office"
    ADMIN = "admin"


class Standing(StrEnum):
    """Where an indicator stands against its pace."""

    DONE = "done"
    AHEAD = "ahead"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    UNREPORTED = "unreported"
    MANUAL = "manual"


class Side(StrEnum):
    """How a unit takes part in an indicator."""

    LEAD = "lead"
    COOPERATING = "cooperating"


# Grade codes that every scheme has. What lies between normal and the worst is the scheme's own.
NORMAL = "normal"
UNREPORTED = "unreported"
