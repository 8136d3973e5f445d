"""Whatever is typed: nothing raises, nothing is lost, a number means the same in every spelling."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading.folding import fold
from bot.reading.intents import IntentKind, read_intent
from bot.reading.quantity import find_quantities, read_quantity, same_as_last
from bot.reading.report_text import read_report, read_reports
from bot.reading.safe_text import safe_text
from bot.reading.search import NameIndex
from bot.reading.units import Fitted, fit
from tests.reading.district import ITEMS

INDEX = NameIndex(ITEMS)
PIECES = [
    "固定资产投资",
    "固投",
    "107国道",
    "PM2.5",
    "35岁",
    "98.6",
    "亿",
    "亿元",
    "万",
    "%",
    "百分之",
    "八成五",
    "十",
    "一百二十",
    "个",
    "家",
    "-",
    "负",
    ",",
    "，",
    "。",
    "\n",
    " ",
    "请",
    "协调",
    "常务副区长",
    "下一步",
    "预计",
    "全年",
    "无变化",
    "同上月",
    "完成",
    "下降",
    "了",
    "１",
    "．",
    "\u200b",
    "👍",
    "e",
    "批示：",
    "查",
    "确认",
    "(",
    "）",
    "成",
    "点",
    "零",
    "/",
    "月",
    "1-10",
]
ANY_TEXT = st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
DECIMALS = st.decimals(min_value=0, max_value=99_999, places=2, allow_nan=False, allow_infinity=False)


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
def test_no_text_breaks_a_reader(text: str) -> None:
    read_quantity(text)
    read_intent(text)
    same_as_last(text)
    INDEX.find(text)
    for report in read_reports(text, INDEX, ITEMS[0]):
        if report.quantity is not None:
            fit(report.quantity, "亿元", Decimal(162))
    safe_text(text)


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_spans_stay_inside_the_text_and_in_order(text: str) -> None:
    assert len(fold(text)) == len(text)
    end = 0
    for found in find_quantities(text):
        assert end <= found.span[0] < found.span[1] <= len(text)
        assert found.value.is_finite()
        end = found.span[1]


@settings(max_examples=200, deadline=None)
@given(DECIMALS)
def test_a_number_means_the_same_in_every_spelling(value: Decimal) -> None:
    wide = str(value).translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)} | {ord("."): "．"})
    for spelling in (
        f"{value}",
        f"{value}亿",
        f"{value} 亿元",
        f"{value:,}亿元",
        f"{wide}亿",
        f"完成{value}亿元",
        f"-{value}亿",
    ):
        found = read_quantity(spelling)
        assert found is not None
        assert abs(found.value) == value
        fitted = fit(found, "亿元")
        assert isinstance(fitted, Fitted)
        assert abs(fitted.value) == value


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0, max_value=99_999_999))
def test_chinese_numerals_agree_with_digits(value: int) -> None:
    for mode in ("low", "up"):
        spelled = cn2an.an2cn(str(value), mode)
        found = read_quantity(f"{spelled}元")
        assert found is not None, spelled
        fitted = fit(found, "元")
        assert isinstance(fitted, Fitted)
        assert fitted.value == value, spelled


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=1, max_value=9_999), st.integers(min_value=0, max_value=99))
def test_amounts_survive_a_change_of_unit(whole: int, cents: int) -> None:
    value = Decimal(whole) + Decimal(cents) / 100
    found = read_quantity(f"{value}亿元")
    assert found is not None
    wan = fit(found, "万元")
    assert isinstance(wan, Fitted)
    again = read_quantity(f"{wan.value}万元")
    assert again is not None
    back = fit(again, "亿元")
    assert isinstance(back, Fitted)
    assert back.value == value


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(ITEMS),
    st.integers(min_value=0, max_value=99_999),
    st.sampled_from([" ", "", "：", " 完成", "，累计完成"]),
)
def test_a_name_never_swallows_its_value(item: object, value: int, between: str) -> None:
    name, measure = item.name, item.measure  # type: ignore[attr-defined]
    if name[-1].isdigit() and not between:
        between = " "
    report = read_report(f"{name}{between}{value}{measure or ''}", INDEX)
    assert report is not None
    assert report.item is item
    assert report.quantity is not None
    assert report.quantity.value == value


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT, st.integers(min_value=1, max_value=99_999))
def test_a_text_with_a_value_is_never_a_confirmation(text: str, value: int) -> None:
    intent = read_intent(f"{text}{value}亿")
    assert intent is None or intent.kind in (IntentKind.DIRECT, IntentKind.FIND, IntentKind.EDIT)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_cleaned_text_is_clean_and_stays_so(text: str) -> None:
    cleaned = safe_text(text, limit=100)
    assert safe_text(cleaned, limit=100) == cleaned
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cs", "Co", "Cn"} or "\n" in cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    "piece",
    [
        "1,",
        "固投98.6亿\n",
        "98.6亿，",
        "完成",
        "请",
        "十万",
        "请征地慢协调",
        "收到，",
        "-",
        "1",
        "截至",
        "怎么样",
        "固投；",
    ],
)
def test_the_longest_message_is_read_to_its_end(piece: str) -> None:
    """A reader that looks back over and over would never get there."""
    text = (piece * 4096)[:4096]
    assert isinstance(read_reports(text, INDEX, ITEMS[0]), list)
    read_quantity(text)
    read_intent(text)
    assert len(INDEX.find(text).query) <= len(text)
    assert len(safe_text(text)) <= len(text)
