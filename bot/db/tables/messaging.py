"""What came in (inbox), what goes out (outbox), what was done (audit), what ran (job runs), who was urged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class InboxUpdate(Base):
    """An update as Telegram sent it, stored before Telegram is told that we have it.

    States: received → effected (its one transaction committed) → done (answered), or parked after repeated failure.
    """

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_state", "state", "update_id"),)
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str]
    payload: Mapped[str]
    received_at: Mapped[datetime]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class Push(Base):
    """A message to somebody who did not ask just now: rendered when enqueued, sent by the outbox worker.

    States: queued → sending → sent | uncertain | failed | expired | cancelled.
    `subject_kind`/`subject_id` say what a reply to this message is about.
    """

    __tablename__ = "pushes"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_pushes_due", "state", "priority", "not_before"),
        Index("ix_pushes_message", "chat_id", "message_id"),
        Index("ix_pushes_subject", "subject_kind", "subject_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    chat_id: Mapped[int] = mapped_column(BigInteger)
    priority: Mapped[int]
    grade: Mapped[str | None]
    text: Mapped[str]
    buttons: Mapped[list[object]]
    indicator_ids: Mapped[list[object]]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None]
    dedupe_key: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None]
    update_id: Mapped[int | None] = mapped_column(BigInteger)
    trace: Mapped[str | None]


class AuditEntry(Base):
    """Who did what, when, through which update, and what it changed.

    `serial` is its place in the chain and `hash` seals its content and all rows before it. Both are set as the
    transaction commits, by bot/db/audit_chain.py alone.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "subject_kind", "subject_id"),
        Index("uq_audit_serial", "serial", unique=True),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    before: Mapped[dict[str, object] | None]
    after: Mapped[dict[str, object] | None]
    update_id: Mapped[int | None] = mapped_column(BigInteger)
    serial: Mapped[int | None] = mapped_column(BigInteger)
    hash: Mapped[str | None]


class AuditHead(Base):
    """The end of the audit's chain, one row: how many rows it has and the hash of the last one.

    Without it nobody would see that the newest rows are missing. On PostgreSQL its lock puts writers into a row.
    """

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]


class JobRun(Base):
    """One planned occurrence of a job; whoever sets `started_at` does the work.

    One that a later occurrence made up for (the machine was off) is finished without having been started.
    `late_seconds`: how long after its planned time it began; None for the runs of the first release.
    """

    __tablename__ = "job_runs"
    job: Mapped[str] = mapped_column(primary_key=True)
    occurrence: Mapped[str] = mapped_column(primary_key=True)
    planned_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    result: Mapped[dict[str, object] | None]
    late_seconds: Mapped[int | None]


class Urge(Base):
    """An urging (催办) by the office: who pressed, when, about which period."""

    __tablename__ = "urges"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    by_person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    period: Mapped[str]
    person_ids: Mapped[list[object]]
