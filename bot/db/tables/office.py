"""What the office itself says of an indicator, beside the rules: a grade with a reason, points lost or gained."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class GradeOverride(Base):
    """A grade set by the office for the months from `from_period` to `until_period` (None: until it is lifted)."""

    __tablename__ = "grade_overrides"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), index=True)
    grade: Mapped[str]
    reason: Mapped[str]
    from_period: Mapped[str]
    until_period: Mapped[str | None]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    set_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class ScoreEvent(Base):
    """Points that an indicator lost or gained by what happened in a month (加分 / 减分), with the reason.

    `kind`: "deduction" or "bonus"; `points` are above 0. A cancelled one counts for no month.
    """

    __tablename__ = "score_events"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), index=True)
    kind: Mapped[str]
    points: Mapped[Decimal]
    period: Mapped[str]
    reason: Mapped[str]
    document: Mapped[str | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    recorded_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
