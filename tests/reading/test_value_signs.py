"""A text without any sign of a value is never taken apart, so the signs must never miss one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.reading.report_text import read_reports
from bot.reading.search import NameIndex
from bot.reading.value_signs import may_report
from tests.reading.district import ITEMS

INDEX = NameIndex(ITEMS)
NODES = [node for item in ITEMS for node in item.nodes]
WORDS = [
    *(item.name for item in ITEMS),
    *NODES,
    *[
        "完成",
        "了",
        "累计",
        "同上月",
        "无变化",
        "没有",
        "未发生",
        "零发生",
        "持平",
        "照旧",
        "原样",
        "一半",
        "八成五",
        "百分之",
    ],
    *["86.5", "亿元", "家", "，", "。", "两", "俩", "征拆", "贯通", "签约", "怎么样", "落后", "为零"],
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map("".join))
@example("固定资产投资完成过一半")
@example("107国道征拆完成")
@example("本月未发生生产安全事故")
@example("上期数")
def test_whatever_reports_something_has_a_sign_of_it(text: str):
    if any(read.has_value for read in read_reports(text, INDEX)):
        assert may_report(text, NODES)


@pytest.mark.parametrize("text", ["固定资产投资", "gdzctz", "固投现在怎么样", "今天天气真好", "外贸情况"])
def test_a_plain_question_has_none(text: str):
    assert not may_report(text, [])


def test_every_single_report_of_the_readers_tests_has_a_sign():
    """The examples that the readers are held to, one by one."""
    lines = (Path(__file__).parent / "test_report_text.py").read_text(encoding="utf-8").splitlines()
    said = [part for line in lines for part in line.split('"')[1::2] if part]
    reporting = [text for text in said if any(read.has_value for read in read_reports(text, INDEX))]
    assert len(reporting) > 100
    assert [text for text in reporting if not may_report(text, NODES)] == []
