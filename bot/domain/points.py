"""The points of the lead-unit list (三点): what a point is today, from its dates and what was recorded of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

SOON_DAYS = 14


class PointStatus(StrEnum):
    """How a point stands, the most pressing first."""

    CAME_TRUE = "came_true"  # a risk that happened
    OVERDUE = "overdue"
    SOON = "soon"
    RUNNING = "running"
    LATER = "later"  # not begun
    DONE = "done"


def status_of(start: date | None, due: date | None, marks: frozenset[str], today: date) -> PointStatus:
    """Its status. `marks`: "done", "true"."""
    if "done" in marks:
        return PointStatus.DONE
    if "true" in marks:
        return PointStatus.CAME_TRUE
    if due is not None and due < today:
        return PointStatus.OVERDUE
    if due is not None and (due - today).days <= SOON_DAYS:
        return PointStatus.SOON
    return PointStatus.LATER if start is not None and start > today else PointStatus.RUNNING
