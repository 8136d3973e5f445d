"""Requests to change a target in the adjustment window, and the chain of decisions on each."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id

_OPEN = "state NOT IN ('approved', 'refused', 'returned')"


class AdjustmentRequest(Base):
    """A request to change a target (指标调整申请); one is open at a time per indicator. `points_*`: expected points."""

    __tablename__ = "adjustment_requests"
    __table_args__ = (
        Index(
            "uq_adjustment_requests_open",
            "indicator_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"))
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[str]
    old_target: Mapped[Decimal]
    new_target: Mapped[Decimal]
    done: Mapped[Decimal | None]
    forecast: Mapped[Decimal | None]
    kind: Mapped[str]
    explanation: Mapped[str]
    basis: Mapped[str]
    measures: Mapped[str]
    contact_above: Mapped[str]
    points_before: Mapped[Decimal | None]
    points_after: Mapped[Decimal | None]
    document: Mapped[str | None]
    row_version: Mapped[int] = mapped_column(default=1)


class AdjustmentStep(Base):
    """A decision on a request: which step, by whom, accepted or not, with its words."""

    __tablename__ = "adjustment_steps"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("adjustment_requests.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    step: Mapped[str]
    accepted: Mapped[bool]
    words: Mapped[str | None]
