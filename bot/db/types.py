"""Column types that mean the same on both engines: exact decimals and aware UTC times."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, Numeric
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

SCALE = 6
_UNIT = 10**SCALE
# 64-bit signed: twelve digits before the point and six behind it, on both engines.
LARGEST = Decimal(10) ** 12

# SQLite numbers rows by itself only for a column that is exactly INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal with up to six places that comes back equal and compares as a number.

    SQLite has no exact decimal, so there it is an integer of millionths; PostgreSQL uses NUMERIC.
    Raises ValueError at bind for a value with more places or more digits: nothing is rounded silently.
    """

    impl = Numeric(20, SCALE)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(20, SCALE))

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        exact = Decimal(value)
        if not exact.is_finite() or abs(exact) >= LARGEST or exact != round(exact, SCALE):
            raise ValueError(f"{value} does not fit into twelve digits and six places")
        return int(exact * _UNIT) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            whole, rest = divmod(value, _UNIT)
            return Decimal(whole) if rest == 0 else Decimal(value).scaleb(-SCALE).normalize()
        exact = Decimal(value)
        return exact.normalize() if exact != exact.to_integral() else exact.quantize(Decimal(1))


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. Raises ValueError for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
