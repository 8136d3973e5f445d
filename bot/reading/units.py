"""Brings a typed quantity to an indicator's unit of measure. Exact, or refused with a reason; never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bot.reading.folding import fold
from bot.reading.measures import BARE, BASES, COUNT, MAGNITUDES, PEOPLE, RATIO, Base
from bot.reading.quantity import Quantity, QuantityKind

# Where a conversion does not end (亩 into 公顷), the value keeps this many decimals.
_DECIMALS = 6
_ASIDE = re.compile(r"\([^()]*\)$")  # 条(段) is counted as 条


class Note(StrEnum):
    """What the person should see beside the value."""

    # A percentage of an amount was read as a share of the year's target.
    OF_TARGET = "of_target"
    # The value was written in another unit of the same kind: 1.2亿元 for 万元.
    CONVERTED = "converted"
    # Another counter was typed: 12项 for 件.
    OTHER_COUNTER = "other_counter"
    ROUNDED = "rounded"


class Why(StrEnum):
    """Why a quantity does not fit."""

    OTHER_UNIT = "other_unit"
    # 增长5% for an amount: it is growth over last year, not a share of the target.
    GROWTH_RATE = "growth_rate"
    # 提高0.5个百分点 for a rate: a change, not the rate.
    CHANGE = "change"
    # 85% for an amount without a target.
    NO_TARGET = "no_target"


@dataclass(frozen=True, slots=True)
class Fitted:
    """`value` counts the indicator's own unit."""

    value: Decimal
    note: Note | None = None

    @property
    def of_target(self) -> bool:
        return self.note is Note.OF_TARGET


@dataclass(frozen=True, slots=True)
class UnitMismatch:
    """`typed` and `wanted` are units of measure as words; `typed` is empty where a bare number came."""

    typed: str
    wanted: str
    why: Why


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit of measure taken apart: 万吨 is 10**4 of the base 吨."""

    magnitude: int
    word: str
    base: Base
    shown: str

    @property
    def size(self) -> Fraction:
        return Fraction(self.magnitude) * self.base.scale


def fit(quantity: Quantity, unit: str | None, target: Decimal | None = None) -> Fitted | UnitMismatch:
    """The value of `quantity` in `unit`. A bare number is already in `unit`; `target` serves shares of it."""
    wanted = _parse(unit or "")
    if quantity.unit is None:
        return Fitted(quantity.value)
    typed = _parse(quantity.unit)
    if typed.base.family == RATIO:
        return _fit_rate(quantity, typed, wanted, target)
    if not typed.word:
        return _fit_magnitude(quantity, typed, wanted)
    if not _comparable(typed, wanted):
        return UnitMismatch(typed.shown, wanted.shown, Why.OTHER_UNIT)
    fitted = _scaled(quantity.value, typed.size, wanted.size)
    if fitted.note is None and typed.word != wanted.word and "个" not in (typed.word, wanted.word):
        counted = typed.base.family in (COUNT, PEOPLE)
        return Fitted(fitted.value, Note.OTHER_COUNTER) if counted else fitted
    return fitted


def _parse(unit: str) -> _Unit:
    text = _ASIDE.sub("", fold(unit).replace(" ", ""))
    if text in BASES:
        return _Unit(1, text, BASES[text], unit)
    for word in sorted(MAGNITUDES, key=len, reverse=True):
        rest = text.removeprefix(word)
        if rest != text and (rest in BASES or not rest):
            return _Unit(MAGNITUDES[word], rest, BASES.get(rest, Base(BARE)), unit)
    # A word that nobody listed is most likely a counter of its own trade: 标台, 车位.
    return _Unit(1, text, Base(COUNT if text else BARE), unit)


def _fit_rate(quantity: Quantity, typed: _Unit, wanted: _Unit, target: Decimal | None) -> Fitted | UnitMismatch:
    if wanted.base.family == RATIO:
        moved = quantity.kind is QuantityKind.POINTS and quantity.trend is not None
        if moved and wanted.word == "%":
            return UnitMismatch(typed.shown, wanted.shown, Why.CHANGE)
        return _scaled(quantity.value, typed.size, wanted.size)
    if wanted.base.family == BARE and wanted.magnitude == 1:
        return Fitted(quantity.value)
    if quantity.trend is not None or quantity.kind is QuantityKind.POINTS:
        return UnitMismatch(typed.shown, wanted.shown, Why.GROWTH_RATE)
    if target is None:
        return UnitMismatch(typed.shown, wanted.shown, Why.NO_TARGET)
    share = Fraction(quantity.value) * typed.size / 100
    return Fitted(_exact(Fraction(target) * share)[0], Note.OF_TARGET)


def _fit_magnitude(quantity: Quantity, typed: _Unit, wanted: _Unit) -> Fitted | UnitMismatch:
    """86.5亿 without a base is of the indicator's base: 亿元, 亿美元, 亿 of anything but a rate."""
    if wanted.base.family == RATIO:
        return UnitMismatch(typed.shown, wanted.shown, Why.OTHER_UNIT)
    return _scaled(quantity.value, Fraction(typed.magnitude), Fraction(wanted.magnitude))


def _comparable(typed: _Unit, wanted: _Unit) -> bool:
    families = {typed.base.family, wanted.base.family}
    if len(families) == 1:
        return True
    if wanted.base.family == BARE:
        return True
    # 个 counts anything that is counted, people included.
    return families == {COUNT, PEOPLE} and "个" in (typed.word, wanted.word)


def _scaled(value: Decimal, size: Fraction, wanted: Fraction) -> Fitted:
    if size == wanted:
        return Fitted(value)
    result, rounded = _exact(Fraction(value) * size / wanted)
    return Fitted(result, Note.ROUNDED if rounded else Note.CONVERTED)


def _exact(value: Fraction) -> tuple[Decimal, bool]:
    """The fraction as a decimal, and whether it had to be rounded because it does not end."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    decimals = max(twos, fives) if rest == 1 else _DECIMALS
    scaled = round(value * 10**decimals)
    digits = tuple(int(digit) for digit in str(abs(scaled)))
    return Decimal((int(scaled < 0), digits, -decimals)), rest != 1
