"""What follows a warning order: answers, requests for more time, what went up, who stands in, what is silenced."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class OrderResponse(Base):
    """An answer (反馈) to an order. `recovery`: the month promised, "2026-12"; `verdict`: None until reviewed."""

    __tablename__ = "order_responses"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("warning_orders.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    cause: Mapped[str]
    measure: Mapped[str | None]
    recovery: Mapped[str | None]
    help: Mapped[str | None]
    verdict: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    reason: Mapped[str | None]


class OrderExtension(Base):
    """A request for more time (延期): from which day to which; one is undecided at a time per order."""

    __tablename__ = "order_extensions"
    __table_args__ = (
        Index(
            "uq_order_extensions_open",
            "order_id",
            unique=True,
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("warning_orders.id"))
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    reason: Mapped[str]
    progress: Mapped[str | None]
    due: Mapped[date]
    until: Mapped[date]
    verdict: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    granted: Mapped[date | None]
    answer: Mapped[str | None]


class Escalation(Base):
    """Something that went up to a superior: why, because of whom, and when it was said (None: not yet).

    `key` makes a step happen once; a new notice or a new due date begins anew.
    """

    __tablename__ = "escalations"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_escalations_untold", "person_id", "told_at"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str]
    order_id: Mapped[int] = mapped_column(ForeignKey("warning_orders.id"), index=True)
    at: Mapped[datetime]
    cause: Mapped[str]
    step: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    about_person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    since: Mapped[date | None]
    talk: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime | None]


class Leave(Base):
    """A person is away from the first to the last day; what would go to them goes to the stand-in."""

    __tablename__ = "leaves"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    set_by: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Silence(Base):
    """The office holds back reminders about an indicator, a unit or a person, until a day, for a reason.

    Exactly one of the three is set. `reported_at`: when the office was told what it held back.
    """

    __tablename__ = "silences"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicators.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    since: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str]
    set_by: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    set_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    reported_at: Mapped[datetime | None]
