"""Dispatch meetings (调度会): when and where, whose indicators are looked at, who is invited and what they answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class Meeting(Base):
    """A dispatch meeting. `kind`: monthly (by unit) or quarterly (by leader); `state`: called, held, cancelled.

    `unit_ids`, `post_ids`: the units and leaders in its scope. Its decisions are tasks whose detail names the meeting.
    """

    __tablename__ = "meetings"
    __table_args__ = (Index("ix_meetings_kind", "kind", "at"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    place: Mapped[str]
    unit_ids: Mapped[list[object]]
    post_ids: Mapped[list[object]]
    state: Mapped[str]
    called_by: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    called_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)


class MeetingPerson(Base):
    """A person who is invited. `answer`: comes, away or sends; None until they answered. `text`: why, or whom."""

    __tablename__ = "meeting_people"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    answer: Mapped[str | None]
    text: Mapped[str | None]
    answered_at: Mapped[datetime | None]
