"""Monthly reports with their history, drafts of a conversation, problems and directives."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class PeriodRow(Base):
    """A month reported on (调度期) of a cycle; frozen once closed."""

    __tablename__ = "periods"
    __table_args__ = (UniqueConstraint("cycle_id", "period"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    period: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Report(Base):
    """One revision of an indicator's report for a period; the current one has no `superseded_at`."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("indicator_id", "period", "revision"),
        Index(
            "uq_reports_current",
            "indicator_id",
            "period",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"))
    period: Mapped[str]
    revision: Mapped[int]
    value: Mapped[Decimal | None]
    nodes_done: Mapped[list[object]]
    no_change: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[str | None]
    measure: Mapped[str | None]
    coordinate_text: Mapped[str | None]
    coordinate_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    source: Mapped[str]
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    reporter_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    reported_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    update_id: Mapped[int | None] = mapped_column(BigInteger)
    # The typed message that the report came from: an edit of it offers a correction.
    source_message_id: Mapped[int | None] = mapped_column(BigInteger)


class Draft(Base):
    """What a person is in the middle of: the field awaited and the values so far. Survives a restart."""

    __tablename__ = "drafts"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    kind: Mapped[str]
    awaiting: Mapped[str | None]
    payload: Mapped[dict[str, object]]
    row_version: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    source_message_id: Mapped[int | None] = mapped_column(BigInteger)


class Problem(Base):
    """A problem that needs coordination (需协调问题), raised by a report, addressed to a leader's post."""

    __tablename__ = "problems"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    text: Mapped[str]
    to_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    raised_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Task(Base):
    """What came down: a directive (批示) of a leader on an indicator, to the lead unit."""

    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicators.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("warning_orders.id"))
    from_person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    text: Mapped[str]
    given_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
