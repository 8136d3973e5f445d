"""The rows of many indicators at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

# Where the ids lie so close together, a range finds them faster than a list does.
SPARSE = 4


def among(column: InstrumentedAttribute[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """The rows of these indicators, perhaps with some of others that lie between them. `ids` is not empty."""
    low, high = min(ids), max(ids)
    return column.between(low, high) if high - low <= SPARSE * len(ids) else column.in_(ids)
