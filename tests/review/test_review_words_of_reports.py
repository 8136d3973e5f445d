"""Reports as people word them: nothing happened, headed remarks, a short name while another report is open."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.reading.named import NamedItem
from bot.reading.report_text import read_report, read_reports

UNREST = NamedItem(1, "重大群体性事件", (), "起", ("区委政法委",), incidents=True)
DEATHS = NamedItem(2, "生产安全事故死亡人数", (), "人", ("区应急局",), incidents=True)
CASES = NamedItem(3, "命案破案率", (), "%", ("区委政法委",))
FRAUD = NamedItem(4, "电信网络诈骗案件下降", (), "%", ("区委政法委",))
INVESTMENT = NamedItem(5, "固定资产投资", (), "亿元", ("区发改局",))
ALL = (UNREST, DEATHS, CASES, FRAUD, INVESTMENT)


@pytest.mark.parametrize(
    "text",
    [
        "重大群体性事件 没有",
        "重大群体性事件：无",
        "重大群体性事件零发生",
        "重大群体性事件 0发生",
        "群体性事件 未发生",
        "重大群体性事件没有发生",
        "重大群体性事件本月未发生。",
        "未发生重大群体性事件",
        "本月没有发生重大群体性事件",
        "重大群体性事件为零",
    ],
)
def test_incidents_that_did_not_happen_are_a_zero(text: str) -> None:
    read = read_report(text, ALL)
    assert read is not None
    assert read.item == UNREST
    assert read.quantity is not None
    assert read.quantity.value == 0
    assert read.problem is None


@pytest.mark.parametrize("text", ["没有", "无", "零发生", "未发生", "没有发生", "本月无"])
def test_a_bare_no_answers_for_the_indicator_spoken_of(text: str) -> None:
    read = read_report(text, ALL, DEATHS)
    assert read is not None
    assert (read.item, read.quantity and read.quantity.value) == (DEATHS, Decimal(0))


@pytest.mark.parametrize(
    ("text", "value"), [("重大群体性事件 没有，累计2起", 2), ("重大群体性事件 1起", 1), ("重大群体性事件 两起", 2)]
)
def test_a_number_goes_before_the_words(text: str, value: int) -> None:
    read = read_report(text, ALL)
    assert read is not None
    assert read.quantity is not None
    assert read.quantity.value == value


@pytest.mark.parametrize("text", ["重大群体性事件 无变化", "重大群体性事件 没有变化", "重大群体性事件 没有新增"])
def test_no_change_is_not_no_incident(text: str) -> None:
    read = read_report(text, ALL)
    assert read is not None
    assert read.same_as_last
    assert read.quantity is None


def test_a_no_for_an_amount_says_nothing() -> None:
    read = read_report("固定资产投资 没有", ALL)
    assert read is not None
    assert not read.has_value


@pytest.mark.parametrize("text", ["重大群体性事件 没有问题", "重大群体性事件 无法统计"])
def test_other_words_that_begin_alike_say_no_number(text: str) -> None:
    read = read_report(text, ALL)
    assert read is not None
    assert read.quantity is None


def test_a_short_beginning_names_its_own_indicator_while_another_is_spoken_of() -> None:
    (read,) = read_reports("命案 100%", ALL, FRAUD)
    assert read.item == CASES
    assert read.problem is None


def test_a_short_problem_stays_with_the_indicator_spoken_of() -> None:
    (read,) = read_reports("征地慢 98.6亿", ALL, INVESTMENT)
    assert read.item == INVESTMENT
    assert read.problem == "征地慢"


@pytest.mark.parametrize(
    "text",
    [
        "固定资产投资 98.6，问题：征地慢，需协调：请常务副区长协调用地，措施：每周调度",
        "固定资产投资 98.6 问题：征地慢 需协调：请常务副区长协调用地 措施：每周调度",
        "固定资产投资：98.6\n存在问题：征地慢\n需协调事项：请常务副区长协调用地\n下步措施：每周调度",
    ],
)
def test_headings_sort_the_remarks_and_are_not_part_of_them(text: str) -> None:
    (read,) = read_reports(text, ALL)
    assert read.quantity is not None
    assert read.quantity.value == Decimal("98.6")
    assert read.problem == "征地慢"
    assert read.coordinate == "请常务副区长协调用地"
    assert read.coordinate_leader == "常务副区长"
    assert read.measure == "每周调度"


def test_a_headed_request_needs_no_please() -> None:
    (read,) = read_reports("固定资产投资 98.6，需协调：林地指标", ALL)
    assert (read.coordinate, read.problem) == ("林地指标", None)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("固定资产投资 10月 98.6亿", 10),
        ("固定资产投资 1-10月完成98.6亿", 10),
        ("1—10月固定资产投资98.6亿元", 10),
        ("截至１１月底，固定资产投资完成98.6亿", 11),
        ("固定资产投资 98.6亿，12月底前完成征地", None),
        ("固定资产投资 9月停工，98.6亿", None),
        ("固定资产投资 98.6亿", None),
    ],
)
def test_the_month_beside_the_value_is_read(text: str, month: int | None) -> None:
    (read,) = read_reports(text, ALL)
    assert (read.quantity and read.quantity.value, read.month) == (Decimal("98.6"), month)
