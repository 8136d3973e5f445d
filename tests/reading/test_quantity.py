"""Numbers as officials type them on a phone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.reading.quantity import QuantityKind, Trend, find_quantities, read_quantity, same_as_last, same_as_last_span

TYPED = [
    ("86.5亿", "86.5", "亿"),
    ("1.2 亿元", "1.2", "亿元"),
    ("98.6亿", "98.6", "亿"),
    ("98.6 亿 元", "98.6", "亿元"),
    ("百分之八十五", "85", "%"),
    ("百分之九十八点五", "98.5", "%"),
    ("百分之85", "85", "%"),
    ("千分之二", "2", "‰"),
    ("八成五", "85", "%"),
    ("完成八成五", "85", "%"),
    ("完成8成", "80", "%"),
    ("三成", "30", "%"),
    ("七成半", "75", "%"),
    ("完成一半", "50", "%"),
    ("85%", "85", "%"),
    ("８５％", "85", "%"),
    ("１２３．５", "123.5", None),
    ("12个", "12", "个"),
    ("两个", "2", "个"),
    ("十二家", "12", "家"),
    ("二十三家", "23", "家"),
    ("一百二十万元", "120", "万元"),
    ("壹佰贰拾万元", "120", "万元"),
    ("3万2千", "3.2", "万"),
    ("3万2", "3.2", "万"),
    ("两万五", "2.5", "万"),
    ("1亿2千万", "1.2", "亿"),
    ("1亿2000万元", "1.2", "亿元"),
    ("三亿五千万元", "3.5", "亿元"),
    ("九十八点六亿", "98.6", "亿"),
    ("一百五", "150", None),
    ("一百零五", "105", None),
    ("一百万零一元", "100.0001", "万元"),
    ("三万零五百", "3.05", "万"),
    ("－0.5%", "-0.5", "%"),
    ("−0.5%", "-0.5", "%"),
    ("-0.5", "-0.5", None),
    ("+3.2%", "3.2", "%"),
    ("负0.5", "-0.5", None),
    ("负零点五", "-0.5", None),
    ("下降0.5%", "-0.5", "%"),
    ("同比下降了0.5%", "-0.5", "%"),
    ("增长7.2%", "7.2", "%"),
    ("1,234.5", "1234.5", None),
    ("1，234.5万", "1234.5", "万"),
    ("12,345,678元", "12345678", "元"),
    ("98.6亿，征地慢", "98.6", "亿"),
    ("98，征地慢", "98", None),
    ("98。6亿", "98.6", "亿"),
    ("2.25亿美元", "2.25", "亿美元"),
    ("3.4‰", "3.4", "‰"),
    ("15000人次", "15000", "人次"),
    ("85分", "85", "分"),
    ("0起", "0", "起"),
    ("零", "0", None),
    ("0", "0", None),
    ("18万小时", "18", "万小时"),
    ("28.5微克/立方米", "28.5", "微克/立方米"),
    ("28.5μg/m³", "28.5", "μg/m3"),
    ("5万亩", "5", "万亩"),
    ("截至10月底累计完成98.6亿元", "98.6", "亿元"),
    ("1-10月完成98.6亿元，同比增长5%", "98.6", "亿元"),
    ("2026年1—10月完成98.6亿", "98.6", "亿"),
    ("目标162亿元，完成98.6亿", "98.6", "亿"),
    ("完成98.6亿，还差63.4亿", "98.6", "亿"),
    ("上月86亿，本月98.6亿", "98.6", "亿"),
    ("征地慢，98.6亿", "98.6", "亿"),
    ("固投98.6亿", "98.6", "亿"),
    ("投资-98.6亿", "98.6", "亿"),
    ("增速-0.5%", "-0.5", "%"),
    ("PM2.5 28.5", "28.5", None),
]


@pytest.mark.parametrize(("text", "value", "unit"), TYPED, ids=[text for text, *_ in TYPED])
def test_a_number_is_read_as_it_was_meant(text: str, value: str, unit: str | None) -> None:
    found = read_quantity(text)
    assert found is not None
    assert (found.value, found.unit) == (Decimal(value), unit)
    assert found.percent == (unit == "%")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "翻番",
        "征地慢",
        "1.5e3",
        "1.2.3",
        "第3",
        "8-10家",
        "2026-11-22",
        "12个月",
        "10月",
        "3号楼",
        "十几个",
        "征地慢，一个项目停工",
        "征地慢，3个项目停工",
        "还差63亿",
        "目标162亿元",
        "35岁",
        "107国道",
        "5G",
        "统一思想",
        "0亿点八",
        "亿点八",
        "12/20",
        "，。！",
        "万",
        "亿元",
        "百分之",
        "成",
        "一二",
        "https://a.b/1",
    ],
)
def test_what_is_no_value_is_not_read_as_one(text: str) -> None:
    assert read_quantity(text) is None


@pytest.mark.parametrize("text", ["约90亿", "90多亿", "90余家", "近90亿", "90亿左右", "大约 90亿", "98.6亿以上"])
def test_an_approximate_number_says_so(text: str) -> None:
    found = read_quantity(text)
    assert found is not None
    assert found.approximate


def test_an_exact_number_does_not() -> None:
    found = read_quantity("90亿")
    assert found is not None
    assert not found.approximate


def test_the_span_points_into_what_was_typed() -> None:
    text = "固投 完成９８．６亿元，征地慢"
    found = read_quantity(text)
    assert found is not None
    assert text[slice(*found.span)] == "９８．６亿元"


def test_the_sign_belongs_to_the_span() -> None:
    found = read_quantity("增速 －0.5%")
    assert found is not None
    assert found.span == (3, 8)


def test_kinds_and_movement_are_told_apart() -> None:
    kinds = [read_quantity(text) for text in ("85%", "八成五", "2‰", "提高0.5个百分点", "12个")]
    assert [found.kind for found in kinds if found] == [
        QuantityKind.PERCENT,
        QuantityKind.SHARE,
        QuantityKind.PERMILLE,
        QuantityKind.POINTS,
        QuantityKind.NUMBER,
    ]
    rising, falling = read_quantity("增长7.2%"), read_quantity("下降7.2%")
    assert rising is not None
    assert falling is not None
    assert (rising.trend, falling.trend) == (Trend.RISING, Trend.FALLING)


def test_zero_growth_is_a_rate_of_zero() -> None:
    found = read_quantity("0增长")
    assert found is not None
    assert (found.value, found.unit, found.trend) == (0, "%", Trend.RISING)


def test_every_quantity_is_found_from_left_to_right() -> None:
    found = find_quantities("完成98.6亿元，同比增长5%，新开工12个")
    assert [(str(one.value), one.unit) for one in found] == [("98.6", "亿元"), ("5", "%"), ("12", "个")]


@pytest.mark.parametrize(
    "text",
    [
        "同上月",
        "无变化",
        "没变",
        "不变",
        "与上月持平",
        "持平",
        "没有变化。",
        "和上月一样",
        "本月无变化",
        "数据无变化",
        "同上",
        "跟上个月一样",
        "暂无变化",
        "没变化！",
    ],
)
def test_no_change_is_understood(text: str) -> None:
    assert same_as_last(text)


@pytest.mark.parametrize(
    "text", ["", "0增长", "上月86亿", "不变的是", "变化大", "无变化，征地慢", "98.6亿", "同上月86亿"]
)
def test_what_says_more_is_not_no_change(text: str) -> None:
    assert not same_as_last(text)


def test_no_change_at_the_head_of_a_text_has_a_span() -> None:
    assert same_as_last_span("无变化，征地慢") == (0, 3)
