"""The ledger of evidence (台账): files under their hash, links, document numbers, each filed under an indicator."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class Evidence(Base):
    """One piece. `kind`: photo, document or reference. A file lies under its `sha256` once, however often it is filed.

    `indicator_id` is None until the sender has said where it belongs. `group_id`: the album it came in.
    """

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_indicator", "indicator_id", "period"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[str | None] = mapped_column(index=True)
    size: Mapped[int | None] = mapped_column(BigInteger)
    reference: Mapped[str | None]
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicators.id"))
    period: Mapped[str | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    added_at: Mapped[datetime]
    group_id: Mapped[str | None]
    note: Mapped[str | None]
    update_id: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn_at: Mapped[datetime | None]
