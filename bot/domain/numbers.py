"""Exact numbers: rates are fractions until they are shown, and rounding is half-up, as the office rounds by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

Exact = Decimal | Fraction | int
ZERO, ONE = Fraction(0), Fraction(1)


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
    if value.numerator <= 0:
        return ZERO
    return value if value.numerator < value.denominator else ONE


def less(one: Fraction, other: Fraction) -> bool:
    """one < other. The operator of `Fraction` looks at types first, which takes longer than the comparison."""
    return one.numerator * other.denominator < other.numerator * one.denominator


def quotient(one: Fraction, other: Fraction) -> Fraction:
    """one / other. Written out in whole numbers: a sweep does this for every indicator."""
    return Fraction(one.numerator * other.denominator, one.denominator * other.numerator)


def fraction(value: Exact) -> Fraction:
    """The same number as a fraction."""
    return value if isinstance(value, Fraction) else exact(Decimal(value))


def quotient_of(one: Decimal, other: Decimal) -> Fraction:
    """one / other, of two decimals. Raises ZeroDivisionError."""
    (top, over), under = one.as_integer_ratio(), exact(other)
    return Fraction(top * under.denominator, over * under.numerator)


def points_between(one: Fraction, other: Fraction) -> Fraction:
    """100 * (one - other): the difference of two shares in percentage points."""
    top = one.numerator * other.denominator - other.numerator * one.denominator
    return Fraction(100 * top, one.denominator * other.denominator)


def in_units(value: Fraction, places: int) -> int:
    """The value as a whole number of units of its last place, halves away from zero: 15.225, 2 -> 1523."""
    top, under = value.numerator, value.denominator
    units: int = (2 * abs(top) * 10**places + under) // (2 * under)
    return units if top >= 0 else -units
