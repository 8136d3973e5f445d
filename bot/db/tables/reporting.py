"""Monthly reports with their history, drafts of a conversation, problems and directives."""

from __future__ import annotations

from datetime import date, datetime
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
    reopened_at: Mapped[datetime | None]


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
    # 审签 by the head of the unit, where the scheme asks for it; 审核 by the office, or its return with the reason.
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id", name="fk_reports_signed_by"))
    signed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id", name="fk_reports_confirmed_by"))
    confirmed_at: Mapped[datetime | None]
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id", name="fk_reports_returned_by"))
    returned_at: Mapped[datetime | None]
    returned_reason: Mapped[str | None]


class ReportNote(Base):
    """Words of a cooperating unit on an indicator's month (补充); never a value."""

    __tablename__ = "report_notes"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), index=True)
    period: Mapped[str]
    text: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    at: Mapped[datetime]


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
    """A problem that needs coordination (需协调问题), raised by a report or by itself, addressed to a leader's post.

    `decision`: directed, forwarded or noted; None while the leader has not decided.
    """

    __tablename__ = "problems"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    text: Mapped[str]
    to_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    raised_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id", name="fk_problems_decided_by"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", name="fk_problems_task"))


class Task(Base):
    """What came down: a directive (批示), a supervision order (督办), a rectification (整改), a liaison (对接).

    It is for a unit or, with `to_post_id`, for one post. `detail` holds what only some kinds have: basis, source.
    """

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_unit", "to_unit_id", "state"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicators.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("warning_orders.id"))
    from_person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    text: Mapped[str]
    given_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="given", server_default="given")
    to_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", name="fk_tasks_to_post"))
    due: Mapped[date | None]
    detail: Mapped[dict[str, object]] = mapped_column(default=dict, server_default="{}")
    row_version: Mapped[int] = mapped_column(default=1, server_default="1")


class TaskEventRow(Base):
    """One line in a task's thread."""

    __tablename__ = "task_events"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), index=True)
    at: Mapped[datetime]
    event: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    text: Mapped[str | None]
