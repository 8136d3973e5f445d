"""Findings of a check-up: numbered, so that they can be looked up and filtered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is. Only an error makes a check fail."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found and what to do about it. `id` is stable, such as "baton.db.E001"."""

    id: str
    level: Level
    text: str
    hint: str


def is_well(findings: Iterable[Finding]) -> bool:
    """Whether there is no error among the findings."""
    return all(finding.level is not Level.ERROR for finding in findings)
