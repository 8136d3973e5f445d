"""Stored verdicts of the months. Functions take the session and never commit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class StoredSnapshot:
    """A month's verdict as stored. `pace`, `progress`, `gap`: percentage points, rounded for showing."""

    indicator_id: int
    period: str
    grade: str
    severity: int
    base_grade: str
    standing: str
    actual: Decimal | None
    target: Decimal | None
    pace: Decimal | None
    progress: Decimal | None
    gap: Decimal | None
    reason: str
    rule_id: str
    inputs: dict[str, object]
