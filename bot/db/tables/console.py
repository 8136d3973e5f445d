"""What the office does in chat: notices and who has seen them, groups bound to a unit, marks on points of the lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class Notice(Base):
    """A notice (通知) of the office. `audience`: whom it went to, in the office's words."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    by_person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    audience: Mapped[str]
    text: Mapped[str]


class NoticeReceipt(Base):
    """Somebody to whom a notice went. `push_id` None: no way to reach them when it was sent."""

    __tablename__ = "notice_receipts"
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    push_id: Mapped[int | None] = mapped_column(ForeignKey("pushes.id"))
    acknowledged_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]


class GroupCode(Base):
    """A short-lived code that binds a group; only its hash is stored. `unit_id` None: the whole district."""

    __tablename__ = "group_codes"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    issued_by: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Group(Base):
    """A group of the messenger bound to a unit (None: the whole district). Ended bindings stay as history."""

    __tablename__ = "groups"
    __table_args__ = (
        Index(
            "uq_groups_chat",
            "chat_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    bound_by: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    bound_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PointMark(Base):
    """What became of a point of the lists. `mark`: "done", or "true" for a risk that came true."""

    __tablename__ = "point_marks"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("points.id"), index=True)
    mark: Mapped[str]
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    words: Mapped[str]
