"""Exact numbers: rates are fractions until they are shown, and rounding is half-up, as the office rounds by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

Exact = Decimal | Fraction | int


@lru_cache(maxsize=4096)
def exact(value: Decimal) -> Fraction:
    """The same number as a fraction. Thresholds and weights come again and again, so they are kept."""
    return Fraction(value)


def rounded(value: Exact, places: int = 2) -> Decimal:
    """The value with `places` decimals, halves away from zero: 15.225 -> 15.23, -15.225 -> -15.23."""
    exact = Fraction(value)
    scale = 10**places
    units = int(abs(exact) * scale + Fraction(1, 2))
    return Decimal(units if exact >= 0 else -units).scaleb(-places)


def percent(share: Exact, places: int = 2) -> Decimal:
    """A share of 0..1 as percentage points, rounded for display."""
    return rounded(Fraction(share) * 100, places)


def clamped(value: Fraction) -> Fraction:
    """The value kept within 0..1."""
    return min(max(value, Fraction(0)), Fraction(1))
