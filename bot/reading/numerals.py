"""Numerals as people write them — 1,234.5, 一百二十万, 3万2千, 两万五 — as exact decimals. Never a float."""

from __future__ import annotations

import re
from decimal import Context, Decimal

_DIGITS = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **{c: i + 1 for i, c in enumerate("壹贰叁肆伍陆柒捌玖")},
    "〇": 0,
    "两": 2,
    "俩": 2,
}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "亿": 10**8}
DIGIT_CHARS = "".join(_DIGITS)
SMALL_CHARS = "".join(_SMALL)

# Longer than any real figure; beyond it the text is not a number but noise.
_MAX_LENGTH = 24
_EXACT = Context(prec=100)
_ARABIC = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PIECE = re.compile(rf"(?P<arabic>[0-9]+(?:\.[0-9]+)?)|(?P<small>[{SMALL_CHARS}])|(?P<digit>[{DIGIT_CHARS}])")


def read_numeral(text: str) -> Decimal | None:
    """The value of a numeral without sign, spaces and thousands separators; None where it is malformed."""
    if not text or len(text) > _MAX_LENGTH:
        return None
    if _ARABIC.fullmatch(text):
        return Decimal(text)
    return _with_big(text)


def _with_big(text: str) -> Decimal | None:
    """Split at the last 亿, else the last 万; what stands before is multiplied, what stands after is added."""
    for word, size in (("亿", _BIG["亿"]), ("万", _BIG["万"])):
        head, found, tail = text.rpartition(word)
        if not found:
            continue
        front = read_numeral(head)
        if front is None:
            return None
        value = _EXACT.multiply(front, Decimal(size))
        rest = _tail(tail, size)
        return None if rest is None or rest >= size else _EXACT.add(value, rest)
    return _below_ten_thousand(text)


def _tail(text: str, size: int) -> Decimal | None:
    """3万2 is 32 000 in speech: one bare digit after a magnitude counts tenths of it."""
    if not text:
        return Decimal(0)
    if text[0] in "零〇":
        return read_numeral(text[1:])
    digit = _single_digit(text)
    if digit is not None:
        return Decimal(digit) * (size // 10)
    return read_numeral(text)


def _single_digit(text: str) -> int | None:
    if len(text) != 1:
        return None
    return int(text) if text in "123456789" else _DIGITS.get(text)


def _below_ten_thousand(text: str) -> Decimal | None:
    whole, point, fraction = text.partition("点")
    if not whole:
        return None
    if point:
        digits = "".join(str(_DIGITS[c]) for c in fraction if c in _DIGITS)
        base = _below_ten_thousand(whole)
        if base is None or not digits or len(digits) != len(fraction) or base != base.to_integral_value():
            return None
        return Decimal(f"{base:f}.{digits}")
    if all(c in _DIGITS for c in text):
        return _row_of_digits(text)
    return _with_small(text)


def _row_of_digits(text: str) -> Decimal | None:
    """零, 五, or a row read digit by digit (二〇二六); 一二 without a zero is more often 'one or two'."""
    if len(text) > 1 and len(text) < 4:
        return None
    return Decimal("".join(str(_DIGITS[c]) for c in text))


def _with_small(text: str) -> Decimal | None:
    total, current, last = Decimal(0), None, 10_000
    position, zero = 0, False
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            return None
        position = piece.end()
        if piece["small"]:
            size = _SMALL[piece["small"]]
            if size >= last or (current is None and size != 10):
                return None
            total += (Decimal(1) if current is None else current) * size
            current, last, zero = None, size, False
        elif piece[0] in "零〇":
            if current is not None:
                return None
            zero = True
        elif current is not None:
            return None
        else:
            current = Decimal(piece[0]) if piece["arabic"] else Decimal(_DIGITS[piece[0]])
    if current is None:
        return total
    # 一百五 is 150, 一百零五 is 105; after 十 the digit is a unit.
    short = last > 10 and not zero and last < 10_000 and current < 10 and current == current.to_integral_value()
    return total + (current * (last // 10) if short else current)


def shrink(value: Decimal, zeros: int) -> Decimal:
    """`value` divided by 10**zeros, without trailing zeros and without an exponent."""
    return Decimal(f"{_EXACT.normalize(_EXACT.scaleb(value, -zeros)):f}")
