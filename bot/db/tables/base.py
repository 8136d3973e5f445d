"""The declarative base and the naming convention that migrations rely on."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

from bot.db.types import ExactDecimal, UtcDateTime

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table; rows are plain records, no lazy relations."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        Decimal: ExactDecimal,
        datetime: UtcDateTime,
        str: Text,
        dict[str, object]: JSON,
        list[object]: JSON,
    }
