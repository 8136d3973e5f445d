"""What came in (inbox), what goes out (outbox), what was done (audit), what ran (job runs), who was urged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class InboxUpdate(Base):
    """An update as Telegram sent it, stored before Telegram is told that we have it.

    States: received → effected (its one transaction committed) → done (answered), or parked after repeated failure;
    a parked one is put back, or dropped. `had_effect` outlives the state: nothing that comes after may have it again.
    """

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_state", "state", "update_id"),)
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str]
    payload: Mapped[str]
    received_at: Mapped[datetime]
    state: Mapped[str]
    had_effect: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class Push(Base):
    """A message to somebody who did not ask just now: rendered when enqueued, sent by the outbox worker.

    States: queued → sending → sent | uncertain | failed | expired | cancelled.
    `subject_kind`/`subject_id` say what a reply to this message is about. `channel`: telegram or second; on the second
    `chat_id` is the address's id, 0 for the administrators' own. `act`: send, or edit the message of push `edits_id`.
    `decided_at`: when it was last found worth saying. `repeated`: it may have arrived before and says so. `files`: how
    many go with it.
    """

    __tablename__ = "pushes"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_pushes_message", "chat_id", "message_id"),
        Index("ix_pushes_subject", "subject_kind", "subject_id"),
        # What is still to be done, however much was sent before: in its order, and within a chat.
        Index("ix_pushes_open", "state", "priority", "id"),
        Index("ix_pushes_open_chat", "state", "chat_id", "priority", "id"),
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
    channel: Mapped[str] = mapped_column(default="telegram", server_default="telegram")
    act: Mapped[str] = mapped_column(default="send", server_default="send")
    edits_id: Mapped[int | None] = mapped_column(ForeignKey("pushes.id"), index=True)
    decided_at: Mapped[datetime | None]
    repeated: Mapped[bool | None]
    files: Mapped[int] = mapped_column(default=0, server_default="0")


class PushMessage(Base):
    """One of several messages as which a push stands in its chat; the last of them is the push's own `message_id`."""

    __tablename__ = "push_messages"
    __table_args__ = (Index("ix_push_messages_message", "chat_id", "message_id"),)
    push_id: Mapped[int] = mapped_column(ForeignKey("pushes.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)


class PushFile(Base):
    """A file that goes with a push. `photo`: shown as a picture, else as a document."""

    __tablename__ = "push_files"
    push_id: Mapped[int] = mapped_column(ForeignKey("pushes.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    photo: Mapped[bool]
    content: Mapped[bytes]


class FallbackAddress(Base):
    """An address of the second channel, of a person or of whoever holds a post. The `url` is a secret: never shown."""

    __tablename__ = "fallback_addresses"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    url: Mapped[str]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Pace(Base):
    """What one process lately did to Telegram's limits. Times are seconds since 1970 by the database's clock.

    `answers`: sent directly in the second before `at`. `quiet_until`: Telegram asked for silence until then.
    """

    __tablename__ = "pace"
    process: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[float]
    answers: Mapped[int]
    quiet_until: Mapped[float] = mapped_column(default=0.0)


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
    """An urging (催办) by the office: who pressed, when, about what. `period`: of reports, else the current month.

    `matter`: report, order, task or evidence. `words`: the office's own sentence. `send_at`: when it leaves.
    """

    __tablename__ = "urges"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    by_person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    period: Mapped[str]
    person_ids: Mapped[list[object]]
    matter: Mapped[str] = mapped_column(default="report", server_default="report")
    words: Mapped[str | None]
    send_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
