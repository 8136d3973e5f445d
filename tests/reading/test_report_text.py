"""Typed reports taken apart: which indicator, which value, what is wrong, who should help."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.reading.named import NamedItem
from bot.reading.report_text import ReportText, read_report, read_reports
from bot.reading.search import NameIndex
from tests.reading.district import BY_NAME, ITEMS

INDEX = NameIndex(ITEMS)


def read(text: str, about: NamedItem | None = None) -> ReportText:
    report = read_report(text, INDEX, about)
    assert report is not None
    return report


def test_the_whole_reply_is_understood() -> None:
    report = read("固定资产投资 完成98.6亿，征地慢，请常务副区长协调")
    assert report.item is BY_NAME["固定资产投资"]
    assert report.quantity is not None
    assert (report.quantity.value, report.quantity.unit) == (Decimal("98.6"), "亿")
    assert report.problem == "征地慢"
    assert report.coordinate_leader == "常务副区长"
    assert report.coordinate == "请常务副区长协调"


def test_a_long_report_falls_into_its_parts() -> None:
    report = read(
        "固投1-10月完成98.6亿元，同比增长5%，全年预计165亿元。主要问题是征地慢、资金不到位；下一步加快征拆，抓紧开工。请王区长帮忙协调省厅"
    )
    assert report.indicator_hint == "固投"
    assert report.quantity is not None
    assert report.text[slice(*report.quantity.span)] == "98.6亿元"
    assert report.problem == "征地慢、资金不到位"
    assert report.measure == "下一步加快征拆，抓紧开工"
    assert report.coordinate_leader == "王区长"
    assert report.remark == "同比增长5%"
    assert report.expected is not None
    assert report.expected.value == 165
    assert report.text[slice(*report.expected.span)] == "165亿元"


@pytest.mark.parametrize("problem", ["市级通报一次（占道经营）", "未开工(两处)", "雨季施工受阻了"])
def test_a_problem_keeps_its_own_ending(problem: str) -> None:
    assert read(f"固定资产投资 98.6亿，{problem}").problem == problem


DIGITS_IN_NAMES = [
    ("107国道绕城段建成通车 路基贯通了", "107国道绕城段建成通车", None),
    ("107国道路基贯通了", "107国道绕城段建成通车", None),
    ("35岁及以下科级干部占比 21%", "35岁及以下科级干部占比", "21"),
    ("35岁及以下科级干部占比21%", "35岁及以下科级干部占比", "21"),
    ("PM2.5 28.5", "PM2.5平均浓度", "28.5"),
    ("pm2.5为28.5", "PM2.5平均浓度", "28.5"),
    ("PM2.5平均浓度28.5微克/立方米", "PM2.5平均浓度", "28.5"),
    ("引进10亿元以上项目 5个", "引进10亿元以上项目", "5"),
    ("引进10亿元以上项目5个", "引进10亿元以上项目", "5"),
    ("10亿元以上项目5个", "引进10亿元以上项目", "5"),
    ("引进10亿元以上项目5", "引进10亿元以上项目", "5"),
    ("亿元以上项目新开工7个", "亿元以上项目新开工", "7"),
    ("村级集体经济收入20万元以上村 30个", "村级集体经济收入20万元以上村", "30"),
    ("集体经济20万元以上村30个", "村级集体经济收入20万元以上村", "30"),
    ("“高效办成一件事”落地 12件", "“高效办成一件事”落地", "12"),
    ("高效办成一件事12", "“高效办成一件事”落地", "12"),
    ("第一产业增加值增速 5.1%", "第一产业增加值增速", "5.1"),
    ("第三产业增加值增速8%", "第三产业增加值增速", "8"),
    ("三产 8.1%", "第三产业增加值增速", "8.1"),
    ("一般公共预算收入18亿", "一般公共预算收入", "18"),
]


@pytest.mark.parametrize(("text", "name", "value"), DIGITS_IN_NAMES, ids=[text for text, *_ in DIGITS_IN_NAMES])
def test_digits_of_a_name_are_not_its_value(text: str, name: str, value: str | None) -> None:
    report = read(text)
    assert report.item is BY_NAME[name]
    assert (str(report.quantity.value) if report.quantity else None) == value


NAMED = [
    ("GDP增长6.8%", "地区生产总值增速", "6.8"),
    ("gdp 6.8，服务业拖后腿", "地区生产总值增速", "6.8"),
    ("进出口下降0.5%", "进出口总额增速", "-0.5"),
    ("进出口增速 -0.5%", "进出口总额增速", "-0.5"),
    ("能耗 下降3.2%", "单位地区生产总值能耗下降", "3.2"),
    ("单位地区生产总值能耗下降3.2%", "单位地区生产总值能耗下降", "3.2"),
    ("能耗 上升1%", "单位地区生产总值能耗下降", "-1"),
    ("电信网络诈骗案件下降 12%", "电信网络诈骗案件下降", "12"),
    ("技改投资占比 16%", "技改投资占固定资产投资比重", "16"),
    ("技改投资 18.2亿", "工业技改投资", "18.2"),
    ("固投：完成八成五", "固定资产投资", "85"),
    ("1.固投98.6亿", "固定资产投资", "98.6"),
    ("收到，固投98.6亿", "固定资产投资", "98.6"),
    ("更正：固投98.6亿", "固定资产投资", "98.6"),
    ("固投-98.6亿", "固定资产投资", "98.6"),
    ("固定资产投姿 98.6亿", "固定资产投资", "98.6"),
    ("旅游收入３０．５亿元", "旅游接待收入", "30.5"),
    ("失业率3.9%", "城镇登记失业率", "3.9"),
    ("千人发案率1.8‰", "千人发案率", "1.8"),
    ("不文明行为通报 0", "不文明行为通报", "0"),
    ("重大群体性事件0起", "重大群体性事件", "0"),
    ("生产安全事故死亡人数2人", "生产安全事故死亡人数", "2"),
    ("城镇新增就业 1.2万人", "城镇新增就业", "1.2"),
    ("新增高企 8家，另有3家在审", "新增高新技术企业", "8"),
    ("外资1.8亿美元", "实际利用外资", "1.8"),
    ("固定资产投资完成98.6亿,其中工业技改18亿", "固定资产投资", "98.6"),
    ("固定资产投资目标162亿元，完成98.6亿元", "固定资产投资", "98.6"),
]


@pytest.mark.parametrize(("text", "name", "value"), NAMED, ids=[text for text, *_ in NAMED])
def test_name_and_value_find_each_other(text: str, name: str, value: str) -> None:
    report = read(text)
    assert report.item is BY_NAME[name]
    assert report.quantity is not None
    assert report.quantity.value == Decimal(value)


def test_a_name_that_may_be_two_leaves_the_choice() -> None:
    report = read("民族团结进步 8")
    assert report.item is None
    assert {item.name for item in report.candidates} == {"民族团结进步测评", "民族团结进步示范单位创建"}


def test_the_unit_decides_between_two_names() -> None:
    assert read("民族团结进步 8个").item is BY_NAME["民族团结进步示范单位创建"]
    assert read("民族团结进步 91分").item is BY_NAME["民族团结进步测评"]


def test_no_change_with_a_name() -> None:
    report = read("高企 无变化")
    assert report.item is BY_NAME["新增高新技术企业"]
    assert report.same_as_last
    assert report.quantity is None


def test_no_change_with_a_problem() -> None:
    report = read("无变化，3个项目停工", BY_NAME["亿元以上项目新开工"])
    assert report.same_as_last
    assert report.quantity is None
    assert report.problem == "3个项目停工"


PUSHED = BY_NAME["固定资产投资"]


@pytest.mark.parametrize(
    ("text", "value", "problem"),
    [
        ("98.6", "98.6", None),
        ("98.6亿，征地慢", "98.6", "征地慢"),
        ("征地慢，98.6亿", "98.6", "征地慢"),
        ("征地慢，目前累计完成98.6亿", "98.6", "征地慢"),
        ("完成98.6亿了", "98.6", None),
        ("完成98.6亿元左右。征地慢", "98.6", "征地慢"),
        ("3个项目停工，征地慢", None, "3个项目停工，征地慢"),
        ("有3个项目停工", None, "有3个项目停工"),
        ("征地慢", None, "征地慢"),
        ("新增8.5亿", "8.5", None),
        ("本月98.6亿", "98.6", None),
        ("实际98.6亿", "98.6", None),
        ("98.6亿，受安全检查停工影响12天", "98.6", "受安全检查停工影响12天"),
        ("98.6亿\n征地慢，\n资金紧张", "98.6", "征地慢，\n资金紧张"),
        ("98.6亿 征地慢", "98.6", "征地慢"),
        ("98.6亿（征地慢）", "98.6", "征地慢"),
    ],
)
def test_an_answer_to_a_push_needs_no_name(text: str, value: str | None, problem: str | None) -> None:
    report = read(text, PUSHED)
    assert report.item is PUSHED
    assert (str(report.quantity.value) if report.quantity else None) == value
    assert report.problem == problem


def test_a_named_indicator_wins_over_the_one_of_the_push() -> None:
    assert read("技改18亿", PUSHED).item is BY_NAME["工业技改投资"]


def test_with_a_single_name_there_is_nothing_to_name() -> None:
    report = read_report("98.6亿", [PUSHED])
    assert report is not None
    assert report.item is PUSHED


@pytest.mark.parametrize(
    ("text", "leader"),
    [
        ("98.6亿，请常务副区长协调", "常务副区长"),
        ("98.6亿，征地慢请常务副区长出面协调征地问题", "常务副区长"),
        ("98.6亿，恳请区长帮助", "区长"),
        ("98.6亿，请分管工业副区长尽快研究", "分管工业副区长"),
        ("98.6亿，需要区自然资源局支持用地指标", "区自然资源局"),
        ("98.6亿，建议区文旅局牵头研究", "区文旅局"),
        ("98.6亿，请李书记能予以关心", "李书记"),
    ],
)
def test_the_one_who_should_help_is_named(text: str, leader: str) -> None:
    assert read(text, PUSHED).coordinate_leader == leader


@pytest.mark.parametrize(
    "text", ["98.6亿，请领导协调", "98.6亿，需协调用地指标", "98.6亿，请协调解决", "98.6亿，请上级支持"]
)
def test_help_may_be_asked_of_nobody_in_particular(text: str) -> None:
    report = read(text, PUSHED)
    assert report.coordinate is not None
    assert report.coordinate_leader is None
    assert report.problem is None


@pytest.mark.parametrize("text", ["98.6亿，需要资金支持", "98.6亿，已申请上级支持", "98.6亿，邀请专家指导"])
def test_not_every_need_is_a_request(text: str) -> None:
    report = read(text, PUSHED)
    assert report.coordinate is None
    assert report.problem == text.split("，")[1]


ROAD = BY_NAME["107国道绕城段建成通车"]


@pytest.mark.parametrize(
    ("text", "nodes", "problem"),
    [
        ("征拆完成了", ("完成征拆",), None),
        ("路基贯通", ("路基贯通",), None),
        ("征拆完成，路基贯通，雨天多", ("完成征拆", "路基贯通"), "雨天多"),
        ("路基还没贯通", (), "路基还没贯通"),
        ("路面预计9月完成", (), "路面预计9月完成"),
        ("路基完成80%", (), "路基"),
        ("已通车", ("建成通车",), None),
        ("征拆完成了 路面慢", ("完成征拆",), "路面慢"),
    ],
)
def test_milestones_are_matched(text: str, nodes: tuple[str, ...], problem: str | None) -> None:
    report = read(text, ROAD)
    assert report.nodes_done == nodes
    assert report.problem == problem


def test_the_name_of_a_project_reports_no_milestone() -> None:
    report = read("107国道绕城段建成通车 路基贯通了")
    assert report.nodes_done == ("路基贯通",)


def test_nothing_is_no_report() -> None:
    assert read_report("", INDEX) is None
    assert read_report("。。。", INDEX) is None


def values(text: str) -> list[tuple[str | None, str | None]]:
    return [(report.item.name if report.item else None, _value(report)) for report in read_reports(text, INDEX)]


def _value(report: ReportText) -> str | None:
    if report.same_as_last:
        return "same"
    return str(report.quantity.value) if report.quantity else None


@pytest.mark.parametrize(
    "text",
    [
        "固投98.6亿\n技改 18.2亿\n高企 无变化",
        "固投98.6亿，技改18.2亿，高企无变化",
        "固投98.6亿；技改18.2亿；高企无变化",
        "1、固投98.6亿\n2、技改18.2亿\n3、高企无变化",
        "①固投98.6亿\n②技改18.2亿元\n③高企 没变",
        "固投98.6亿，征地慢；技改18.2亿，设备未到。高企无变化",
    ],
)
def test_several_indicators_in_one_message(text: str) -> None:
    assert values(text) == [("固定资产投资", "98.6"), ("工业技改投资", "18.2"), ("新增高新技术企业", "same")]


def test_lines_without_a_name_continue_the_one_before() -> None:
    first, second = read_reports("固投98.6亿\n征地慢\n请常务副区长协调\n技改18亿", INDEX)
    assert (first.problem, first.coordinate_leader) == ("征地慢", "常务副区长")
    assert second.item is BY_NAME["工业技改投资"]


def test_thousands_do_not_split_a_report() -> None:
    assert values("城镇新增就业12,345人") == [("城镇新增就业", "12345")]
    assert values("城镇新增就业12，345人，企业用工不足") == [("城镇新增就业", "12345")]


def test_a_sub_figure_does_not_start_a_report() -> None:
    assert values("固定资产投资98.6亿，其中工业技改18亿") == [("固定资产投资", "98.6")]
