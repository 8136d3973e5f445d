"""The stored index of a year's names, for years with too many indicators to keep their names in memory."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class NameIndexRow(Base):
    """That a year's names are stored. `revision`: the year's mark when they were; `sounds`: the syllables they use."""

    __tablename__ = "name_indexes"
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    revision: Mapped[str]
    sounds: Mapped[str]
    next_place: Mapped[int]


class NameEntry(Base):
    """A name at its place in the year's order. `said`: what it was made from; `forms`: its spellings and sounds."""

    __tablename__ = "name_entries"
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(Id, index=True)
    said: Mapped[str]
    forms: Mapped[str]


class NameKey(Base):
    """The places of the names that have a key: unsigned 32-bit numbers, little end first, ascending."""

    __tablename__ = "name_keys"
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    places: Mapped[bytes]
