"""One cell as the office sees it: what the number format shows, not what the file stores."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto


class Sort(Enum):
    """What a cell holds. UNCACHED: a formula that was never calculated, so that it has no value."""

    TEXT = auto()
    NUMBER = auto()
    DATE = auto()
    ERROR = auto()
    UNCACHED = auto()


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` as shown, surrounding spaces gone; `raw` the text as stored; `when` the day of a date cell."""

    text: str
    sort: Sort = Sort.TEXT
    raw: str = ""
    when: date | None = None


EMPTY = Cell("")
UNCACHED = Cell("", Sort.UNCACHED)
# The unit that a number format prints behind the number: 0"个", #,##0.00\亿\元
_FORMAT_UNIT = re.compile(r'^[#0,.?_ ]+((?:"[^"]*"|\\.|[\u4e00-\u9fff‰])+)')
_CODE = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Control characters and halves of surrogate pairs, which no database takes; and what cannot be seen but turns a line
# around or hides a difference between two names.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufeff\uffa0\ufff0-\uffff\ud800-\udfff]"
)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def make_cell(value: object, number_format: str, is_error: bool) -> Cell:
    """A cell from openpyxl's value; nothing but spaces is EMPTY."""
    if value is None:
        return EMPTY
    if is_error:
        return Cell(str(value), Sort.ERROR)
    if isinstance(value, datetime):
        return Cell(value.date().isoformat(), Sort.DATE, when=value.date())
    if isinstance(value, date):
        return Cell(value.isoformat(), Sort.DATE, when=value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raw = _decoded(str(value))
        return Cell(raw.strip(), Sort.TEXT, raw) if raw.strip() else EMPTY
    return Cell(number_text(value, number_format), Sort.NUMBER)


def encoded(text: str) -> str:
    """The text as a workbook stores it: XML would turn a return into a newline, so that has a code of its own."""
    return _CODE.sub(lambda match: f"_x005F{match[0]}", text).replace("\r", "_x000D_")


def _decoded(text: str) -> str:
    decoded = _CODE.sub(lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n")
    return _UNPRINTABLE.sub("", decoded)


def number_text(value: float | Decimal, number_format: str) -> str:
    """The number with the sign or unit that its format shows; 15 digits, as many as a spreadsheet keeps."""
    exact = Decimal(value) if isinstance(value, int | Decimal) else Decimal(format(value, ".15g"))
    section = number_format.split(";")[0]
    if "%" in _QUOTED.sub("", section):
        return f"{bare_number(exact * 100)}%"
    unit = _FORMAT_UNIT.match(section)
    suffix = re.sub(r'["\\]', "", unit[1]).strip() if unit else ""
    return f"{bare_number(exact)}{suffix}"


def bare_number(value: Decimal) -> str:
    """Without exponent and trailing zeros: 162, 2.25."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
