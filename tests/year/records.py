"""What a year of the sample district leaves behind, as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bot.services.year import Year


@dataclass(frozen=True)
class Message:
    """One message as it left."""

    at: datetime
    person: str
    post: str
    role: str
    kind: str
    grade: str | None
    text: str
    push_id: int


@dataclass(frozen=True)
class Reported:
    """One report that was made, by whom and by which habit. `value`: as meant; None for ticked milestones."""

    at: datetime
    indicator: str
    period: str
    by: str
    habit: str
    value: Decimal | None


@dataclass(frozen=True)
class Decision:
    """A recorded reason."""

    at: datetime
    person: str
    indicator: str | None
    kind: str
    grade: str | None
    sent: bool
    reason: str
    push_id: int | None
    period: str | None


@dataclass(frozen=True)
class Graded:
    """A warning order that was opened, or whose grade rose."""

    at: datetime
    indicator: str
    grade: str
    event: str


@dataclass
class YearRun:
    """What a year left behind."""

    year: Year | None = None
    messages: list[Message] = field(default_factory=list)
    reported: list[Reported] = field(default_factory=list)
    acknowledged: int = 0
    decisions: list[Decision] = field(default_factory=list)
    graded: list[Graded] = field(default_factory=list)
    push_states: dict[int, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    leader_of: dict[str, str] = field(default_factory=dict)
    contacts_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ticks: int = 0
    verdicts: int = 0
    recomputed_otherwise: list[tuple[str, str]] = field(default_factory=list)
