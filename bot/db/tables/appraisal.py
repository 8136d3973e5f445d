"""The year's appraisal: cycles, schemes, indicators with versioned targets, plan, nodes and points."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from secrets import token_hex

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.tables.base import Base
from bot.db.types import Id


class Cycle(Base):
    """An appraisal year (考评年度). `revision` is another one after every change of what its indicators are made of."""

    __tablename__ = "cycles"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    revision: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    # Days that differ from the national plan, as JSON text (see bot.db.calendars); empty for none.
    calendar: Mapped[str] = mapped_column(default="", server_default="")


class SchemeVersion(Base):
    """A scheme file as it was loaded; in force from `effective_from` until the next one."""

    __tablename__ = "scheme_versions"
    __table_args__ = (UniqueConstraint("cycle_id", "sha256"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    version: Mapped[str]
    effective_from: Mapped[date]
    body: Mapped[str]
    sha256: Mapped[str]
    loaded_at: Mapped[datetime]


class Appraisal(Base):
    """One of the "1+5": the comprehensive appraisal or a special one."""

    __tablename__ = "appraisals"
    __table_args__ = (UniqueConstraint("cycle_id", "name"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    name: Mapped[str]
    position: Mapped[int]


class Category(Base):
    """A branch of the appraisal's tree (指标类别)."""

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("appraisal_id", "name"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(ForeignKey("appraisals.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    name: Mapped[str]
    position: Mapped[int]


class Indicator(Base):
    """An indicator of one cycle. `list_title` names the list it came from: only that list can close it."""

    __tablename__ = "indicators"
    __table_args__ = (
        Index(
            "uq_indicators_current",
            "cycle_id",
            "name",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        # The order of the lists.
        Index(
            "ix_indicators_position",
            "cycle_id",
            "position",
            "id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    appraisal_id: Mapped[int | None] = mapped_column(ForeignKey("appraisals.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    position: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    direction: Mapped[str]
    unit_of_measure: Mapped[str | None]
    weight: Mapped[Decimal | None]
    responsible_post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    start_month: Mapped[int] = mapped_column(default=1)
    due: Mapped[date | None]
    due_text: Mapped[str | None]
    scoring_text: Mapped[str | None]
    aliases: Mapped[list[object]] = mapped_column(default=list)
    list_title: Mapped[str]
    closed_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)


class IndicatorUnit(Base):
    """A unit's part in an indicator: lead or cooperating."""

    __tablename__ = "indicator_units"
    __table_args__ = (Index("ix_indicator_units_unit", "unit_id", "side"),)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]


class Target(Base):
    """A target as valid from a date: old months recompute with the target of their time."""

    __tablename__ = "targets"
    __table_args__ = (UniqueConstraint("indicator_id", "effective_from"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"))
    effective_from: Mapped[date]
    value: Mapped[Decimal | None]
    text: Mapped[str]
    recorded_at: Mapped[datetime]


class Node(Base):
    """A milestone's node: what must be done by the end of `month`."""

    __tablename__ = "nodes"
    __table_args__ = (UniqueConstraint("indicator_id", "position"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"))
    position: Mapped[int]
    month: Mapped[int]
    name: Mapped[str]
    weight: Mapped[Decimal]


class PlanPoint(Base):
    """A point of the year's plan curve: the share of the target that should be done by the end of `month`."""

    __tablename__ = "plan_points"
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    share: Mapped[Decimal]


class Point(Base):
    """A score, risk or bonus point of the lead-unit list (三点)."""

    __tablename__ = "points"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"), index=True)
    kind: Mapped[str]
    text: Mapped[str]
    project: Mapped[str | None]
    person: Mapped[str | None]
    start: Mapped[date | None]
    due: Mapped[date | None]
    list_title: Mapped[str]
    closed_at: Mapped[datetime | None]


class BonusItem(Base):
    """An item of the bonus table (创优争先) with the cap of its points."""

    __tablename__ = "bonus_items"
    __table_args__ = (UniqueConstraint("cycle_id", "category", "name"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    category: Mapped[str]
    name: Mapped[str]
    units: Mapped[list[object]]
    cap: Mapped[Decimal | None]
    position: Mapped[int]
    list_title: Mapped[str]
    closed_at: Mapped[datetime | None]
