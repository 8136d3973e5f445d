"""Snapshots of every period, warning orders with their recipients and thread, and recorded decisions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class Snapshot(Base):
    """What the rules said of an indicator for a period, with the inputs and the rule that said it.

    `pace`, `progress` and `gap` are points (percent) rounded half up to six places for showing;
    the grade was decided on exact fractions.
    """

    __tablename__ = "snapshots"
    __table_args__ = (
        UniqueConstraint("indicator_id", "period"),
        Index("ix_snapshots_period", "period", "grade"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"))
    period: Mapped[str]
    grade: Mapped[str]
    severity: Mapped[int]
    base_grade: Mapped[str]
    standing: Mapped[str]
    actual: Mapped[Decimal | None]
    target: Mapped[Decimal | None]
    pace: Mapped[Decimal | None]
    progress: Mapped[Decimal | None]
    gap: Mapped[Decimal | None]
    expected_loss: Mapped[Decimal | None]
    reason: Mapped[str]
    rule_id: Mapped[str]
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_versions.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    inputs: Mapped[dict[str, object]]
    computed_at: Mapped[datetime]


class WarningOrder(Base):
    """A warning order (预警单): one open at a time per indicator, numbered within its year."""

    __tablename__ = "warning_orders"
    __table_args__ = (
        UniqueConstraint("year", "serial"),
        Index(
            "uq_warning_orders_open",
            "indicator_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    year: Mapped[int]
    serial: Mapped[int]
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"))
    period: Mapped[str]
    grade: Mapped[str]
    severity: Mapped[int]
    state: Mapped[str]
    first_warned_period: Mapped[str]
    issued_at: Mapped[datetime]
    graded_at: Mapped[datetime]
    reply_due: Mapped[date | None]
    # The day by which recovery was promised; when it passes in vain the order asks again.
    promised_until: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    close_basis: Mapped[str | None]
    row_version: Mapped[int] = mapped_column(default=1)


class OrderRecipient(Base):
    """A person who is asked to acknowledge an order, at the severity last told to them."""

    __tablename__ = "order_recipients"
    __table_args__ = (UniqueConstraint("order_id", "person_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("warning_orders.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    relation: Mapped[str]
    digest_only: Mapped[bool] = mapped_column(default=False)
    severity: Mapped[int]
    told_severity: Mapped[int | None]
    told_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_severity: Mapped[int | None]


class OrderEvent(Base):
    """One line in an order's thread: issued, regraded, acknowledged, responded, directed, closed."""

    __tablename__ = "order_events"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("warning_orders.id"), index=True)
    at: Mapped[datetime]
    event: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    detail: Mapped[dict[str, object]]


class DecisionRow(Base):
    """Why something was, or was not, said to a person: the answer to "why did I (not) get this?"."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_person", "person_id", "at"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicators.id"), index=True)
    kind: Mapped[str]
    grade: Mapped[str | None]
    sent: Mapped[bool]
    reason: Mapped[str]
    push_id: Mapped[int | None] = mapped_column(ForeignKey("pushes.id"))
    detail: Mapped[dict[str, object]]
