"""A typed quantity in an indicator's unit of measure: exact or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.reading.quantity import read_quantity
from bot.reading.units import Fitted, Note, UnitMismatch, Why, fit

FITS = [
    ("98.6", "亿元", "98.6", None),
    ("98.6亿", "亿元", "98.6", None),
    ("98.6亿元", "亿元", "98.6", None),
    ("986000万", "亿元", "98.6", Note.CONVERTED),
    ("1.2 亿元", "万元", "12000", Note.CONVERTED),
    ("一百二十万元", "亿元", "0.012", Note.CONVERTED),
    ("3万2千", "元", "32000", Note.CONVERTED),
    ("1.8亿", "亿美元", "1.8", None),
    ("18000万美元", "亿美元", "1.8", Note.CONVERTED),
    ("12", "家", "12", None),
    ("12个", "家", "12", None),
    ("12家", "个", "12", None),
    ("12项", "件", "12", Note.OTHER_COUNTER),
    ("12个", "辆", "12", None),
    ("12", "标台", "12", None),
    ("12条", "条(段)", "12", None),
    ("1.2万人", "人", "12000", Note.CONVERTED),
    ("1200人", "人次", "1200", Note.OTHER_COUNTER),
    ("15000人次", "万人次", "1.5", Note.CONVERTED),
    ("155000吨", "万吨", "15.5", Note.CONVERTED),
    ("15.5万", "万吨", "15.5", None),
    ("3公顷", "亩", "45", Note.CONVERTED),
    ("48000亩", "万亩", "4.8", Note.CONVERTED),
    ("100亩", "公顷", "6.666667", Note.ROUNDED),
    ("8万小时", "小时", "80000", Note.CONVERTED),
    ("28.5μg/m³", "微克/立方米", "28.5", None),
    ("7.2%", "%", "7.2", None),
    ("7.2", "%", "7.2", None),
    ("八成五", "%", "85", None),
    ("-0.5%", "%", "-0.5", None),
    ("7.2个百分点", "%", "7.2", None),
    ("0.18%", "‰", "1.8", Note.CONVERTED),
    ("1.8‰", "‰", "1.8", None),
    ("85分", "分", "85", None),
    ("0起", "起", "0", None),
]


@pytest.mark.parametrize(("text", "unit", "value", "note"), FITS, ids=[f"{text} in {unit}" for text, unit, *_ in FITS])
def test_a_quantity_fits(text: str, unit: str, value: str, note: Note | None) -> None:
    found = read_quantity(text)
    assert found is not None
    assert fit(found, unit) == Fitted(Decimal(value), note)


@pytest.mark.parametrize(
    ("text", "value"), [("完成八成五", "137.7"), ("85%", "137.7"), ("百分之五十", "81"), ("0%", "0")]
)
def test_a_percentage_of_an_amount_is_a_share_of_its_target(text: str, value: str) -> None:
    found = read_quantity(text)
    assert found is not None
    fitted = fit(found, "亿元", Decimal(162))
    assert isinstance(fitted, Fitted)
    assert fitted.value == Decimal(value)
    assert fitted.of_target


@pytest.mark.parametrize(
    ("text", "unit", "why"),
    [
        ("1.8亿元", "亿美元", Why.OTHER_UNIT),
        ("12个", "亿元", Why.OTHER_UNIT),
        ("98.6亿", "%", Why.OTHER_UNIT),
        ("3吨", "亩", Why.OTHER_UNIT),
        ("12家", "人", Why.OTHER_UNIT),
        ("85%", "亿元", Why.NO_TARGET),
        ("增长5%", "亿元", Why.GROWTH_RATE),
        ("0增长", "亿元", Why.GROWTH_RATE),
        ("提高0.5个百分点", "%", Why.CHANGE),
    ],
)
def test_another_unit_is_refused_with_the_reason(text: str, unit: str, why: Why) -> None:
    found = read_quantity(text)
    assert found is not None
    refused = fit(found, unit)
    assert isinstance(refused, UnitMismatch)
    assert refused.why is why
    assert refused.wanted == unit


def test_an_indicator_without_a_unit_takes_what_comes() -> None:
    found = read_quantity("12个")
    assert found is not None
    assert fit(found, None) == Fitted(Decimal(12))
