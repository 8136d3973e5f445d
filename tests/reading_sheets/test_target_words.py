"""Targets as offices write them, one by one and composed at random."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.kinds import Direction, Kind
from bot.reading.plain import squeezed
from bot.reading.target import TargetNode, read_target, split_target
from bot.reading.target_units import is_known_unit, is_unit_shaped, split_scale


@pytest.mark.parametrize(
    ("name", "text", "value", "unit", "kind"),
    [
        ("地区生产总值增速", "≥7%", "7", "%", Kind.GROWTH),
        ("固定资产投资增长率", "增长7%", "7", "%", Kind.GROWTH),
        ("固定资产投资", "增长7%", "7", "%", Kind.GROWTH),
        ("一般公共预算收入增长率", "5%以上", "5", "%", Kind.GROWTH),
        ("税收增幅", "同比增长 6.5 %", "6.5", "%", Kind.GROWTH),
        ("进出口总额增速", "-3%", "-3", "%", Kind.GROWTH),
        ("战新产业占规上工业比重", "≥6.2%", "6.2", "%", Kind.LEVEL),
        ("研发投入强度", "2.85%", "2.85", "%", Kind.LEVEL),
        ("35岁及以下科级干部占比", "20％以上", "20", "%", Kind.LEVEL),
        ("民族团结进步测评", "≥90分", "90", "分", Kind.LEVEL),
        ("单位地区生产总值能耗", "下降3.4%", "3.4", "%", Kind.LEVEL),
        ("电信网络诈骗案件下降", "15%", "15", "%", Kind.LEVEL),
        ("城镇登记失业率", "控制在4.5%以内", "4.5", "%", Kind.CONTROL_LEVEL),
        ("城镇登记失业率", "不超过4.5%", "4.5", "%", Kind.CONTROL_LEVEL),
        ("千人发案率", "≤2‰", "2", "‰", Kind.CONTROL_LEVEL),
        ("PM2.5平均浓度", "不高于30微克/立方米", "30", "微克/立方米", Kind.CONTROL_LEVEL),
        ("PM2.5平均浓度", "降至30μg/m³以下", "30", "μg/m3", Kind.CONTROL_LEVEL),
        ("生产安全事故死亡人数", "控制在3人以内", "3", "人", Kind.CONTROL_CUMULATIVE),
        ("能耗总量", "<=50万吨标准煤", "50", "万吨标准煤", Kind.CONTROL_CUMULATIVE),
        ("固定资产投资", "162亿元", "162", "亿元", Kind.CUMULATIVE),
        ("实际利用外资", "2.25亿美元", "2.25", "亿美元", Kind.CUMULATIVE),
        ("亿元以上项目新开工", "不少于9个", "9", "个", Kind.CUMULATIVE),
        ("新培育科技型中小企业", "50 家", "50", "家", Kind.CUMULATIVE),
        ("城镇新增就业", "新增就业１５，０００人", "15000", "人", Kind.CUMULATIVE),
        ("城镇新增就业", "1.5万人（含）以上", "1.5", "万人", Kind.CUMULATIVE),
        ("107国道建成通车", "不少于2条(段)", "2", "条(段)", Kind.MILESTONE),
        ("学校建设项目竣工", "3个", "3", "个", Kind.CUMULATIVE),
        ("重大群体性事件", "0起", "0", "起", Kind.EVENT),
        ("不文明行为通报", "0次", "0", "次", Kind.EVENT),
        ("非法捕捞", "0例(未处理)", "0", "例(未处理)", Kind.EVENT),
    ],
)
def test_a_number_is_read_with_unit_and_kind(name: str, text: str, value: str, unit: str, kind: Kind) -> None:
    read = read_target(text, name=name)
    assert read is not None
    assert (read.value, read.unit, read.kind) == (Decimal(value), unit, kind)
    lower = kind in (Kind.CONTROL_LEVEL, Kind.CONTROL_CUMULATIVE, Kind.EVENT)
    assert read.direction is (Direction.LOWER if lower else Direction.HIGHER)


@pytest.mark.parametrize(
    "text",
    [
        "完成上级下达任务",
        "定性",
        "完成年度任务",
        "按细则评分",
        "按实绩赋分",
        "基本同步",
        "达到省级标准",
        "不低于全省平均水平",
    ],
)
def test_plain_words_are_judged_by_hand(text: str) -> None:
    read = read_target(text, name="某项工作")
    assert read is not None
    assert (read.value, read.unit, read.kind) == (None, None, Kind.MANUAL)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "待定",
        "若干",
        "一批",
        "5%-6%",
        "5%~6%",
        "≥162亿元，力争170亿元",
        "9个以上并完成验收",
        "162",
        "#REF!",
        "约100个左右多",
    ],
)
def test_what_says_nothing_certain_is_not_read(text: str) -> None:
    assert read_target(text, name="固定资产投资") is None


def test_the_unit_of_the_column_is_used_only_where_the_cell_has_none() -> None:
    bare, own = (read_target(text, name="甲", default_unit="亿元") for text in ("162", "20个"))
    assert bare is not None
    assert own is not None
    assert (bare.unit, own.unit) == ("亿元", "个")


def test_about_and_unknown_units_are_remarked() -> None:
    about, strange = (read_target(text, name="甲") for text in ("6%左右", "162亿圆"))
    assert about is not None
    assert strange is not None
    assert about.remarks == ("about",)
    assert strange.remarks == ("unit_unknown",)


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("节点：3月完成征拆；12月建成通车", [(3, "完成征拆"), (12, "建成通车")]),
        ("节点:3月底前完成征拆;\n12月底建成通车。", [(3, "完成征拆"), (12, "建成通车")]),
        ("3月份完成征拆；6月路基贯通", [(3, "完成征拆"), (6, "路基贯通")]),
        ("节点：一季度征拆；上半年路基；年底前通车", [(3, "征拆"), (6, "路基"), (12, "通车")]),
        ("节点：５月编制方案；９月签约２个", [(5, "编制方案"), (9, "签约2个")]),
    ],
)
def test_nodes_are_read_with_their_months(text: str, nodes: list[tuple[int, str]]) -> None:
    read = read_target(text, name="107国道")
    assert read is not None
    assert read.kind is Kind.MILESTONE
    assert [(node.month, node.name) for node in read.nodes] == nodes


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("建成2条", "2", "条"),
        ("完成投资5亿元", "5", "亿元"),
        ("培育规上企业20家", "20", "家"),
        ("完成投资增长7%", "7", "%"),
    ],
)
def test_one_number_in_a_sentence_is_read_with_a_remark(text: str, value: str, unit: str) -> None:
    read = read_target(text, name="某项工作")
    assert read is not None
    assert (read.value, read.unit, read.remarks) == (Decimal(value), unit, ("sentence",))


@pytest.mark.parametrize(
    "text", ["比去年多100个", "每季度1次", "全市前3名", "完成率达到第1位", "6月", "2026年12月", "完成约20个"]
)
def test_numbers_that_compare_or_count_time_are_no_targets(text: str) -> None:
    assert read_target(text, name="某项工作") is None


@pytest.mark.parametrize("text", ["零发生", "确保不发生重特大事故", "不发生", "无事故"])
def test_nothing_may_happen(text: str) -> None:
    read = read_target(text, name="安全生产")
    assert read is not None
    assert (read.value, read.kind, read.direction) == (Decimal(0), Kind.EVENT, Direction.LOWER)


def test_one_month_with_words_is_one_node() -> None:
    read = read_target("6月底前建成", name="某项工作")
    assert read is not None
    assert read.nodes == (TargetNode(6, "建成"),)


def test_nodes_may_carry_shares_that_add_up() -> None:
    read = read_target("节点：3月征拆（30%）；6月通车（70%）", name="107国道")
    assert read is not None
    assert read.nodes == (TargetNode(3, "征拆", Decimal("0.3")), TargetNode(6, "通车", Decimal("0.7")))
    assert read_target("节点：3月征拆（30%）；6月通车（60%）", name="107国道") is None
    assert read_target("节点：3月征拆（30%）；6月通车", name="107国道") is None


@pytest.mark.parametrize("text", ["按节点推进", "节点", "按计划推进", "按节点要求完成"])
def test_by_nodes_alone_is_a_milestone_without_nodes(text: str) -> None:
    read = read_target(text, name="平台建设")
    assert read is not None
    assert (read.kind, read.nodes, read.value) == (Kind.MILESTONE, (), None)


@pytest.mark.parametrize(
    ("text", "name", "value", "unit"),
    [
        ("增加学位5000个", "增加学位", "5000", "个"),
        ("城镇登记失业率≤3%", "城镇登记失业率", "3", "%"),
        ("地区生产总值增长率增长5.5%", "地区生产总值增长率", "5.5", "%"),
        ("固定资产投资完成162亿元", "固定资产投资", "162", "亿元"),
        ("引进10亿元以上项目8个", "引进10亿元以上项目", "8", "个"),
        ("新建、改扩建学校重点建设项目12个", "新建、改扩建学校重点建设项目", "12", "个"),
        ("提升改造居家养老服务中心(站)8家", "提升改造居家养老服务中心(站)", "8", "家"),
        ("PM2.5浓度不高于30微克/立方米", "PM2.5浓度", "30", "微克/立方米"),
        ("空气质量完成年度目标任务完成年度任务", "空气质量完成年度目标任务", None, None),
    ],
)
def test_name_and_target_in_one_cell_are_told_apart(text: str, name: str, value: str | None, unit: str | None) -> None:
    split = split_target(text)
    assert split is not None
    assert split[0] == name
    assert (split[1].value, split[1].unit) == (None if value is None else Decimal(value), unit)


@pytest.mark.parametrize("text", ["5000个", "推进老旧小区改造", "引进10亿元以上项目", "≥7%", ""])
def test_a_cell_without_name_or_target_is_not_split(text: str) -> None:
    assert split_target(text) is None


BEFORE_HIGHER = ("", "≥", ">=", "不少于", "不低于", "达到", "完成", "力争完成", "确保达到", "至少")
BEFORE_LOWER = ("≤", "<=", "不超过", "不高于", "控制在", "不得超过")
UNITS = ("亿元", "万元", "个", "家", "人次", "万吨", "微克/立方米", "条(段)", "%", "‰", "个百分点", "公里", "万平方米")
numbers = st.decimals("0.01", "999999", places=2)
widths = st.sampled_from([str, lambda text: text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.%()/"})])
spaces = st.sampled_from(["", " ", "　", "\n"])


@given(st.sampled_from(BEFORE_HIGHER + BEFORE_LOWER), numbers, st.sampled_from(UNITS), widths, spaces, st.booleans())
def test_any_composed_target_is_read_exactly(before, number, unit, width, space, grouped) -> None:
    written = f"{number:,}" if grouped else str(number)
    limited = before in BEFORE_LOWER
    text = f"{before}{space}{width(written)}{space}{width(unit)}" + ("以内" if before == "控制在" else "")
    read = read_target(text, name="某项工作")
    assert read is not None, text
    assert (read.value, read.unit) == (number, unit)
    assert read.direction is (Direction.LOWER if limited else Direction.HIGHER)


@given(st.text(max_size=40), st.text(max_size=10))
def test_any_text_is_read_or_refused_but_never_raises(text: str, name: str) -> None:
    read = read_target(text, name=name)
    split_target(text)
    if read is not None and read.value is not None and read.kind is not Kind.EVENT:
        assert read.unit
        assert any(char.isdigit() for char in squeezed(text))


@pytest.mark.parametrize("unit", [*UNITS, "亿美元", "例(未处理)", "万亩", "吨标准煤/万元", "人/万人", "户"])
def test_the_units_of_offices_are_known(unit: str) -> None:
    assert is_known_unit(unit)
    assert is_unit_shaped(unit)


def test_scales_are_taken_off_units() -> None:
    assert split_scale("亿美元") == (Decimal(10) ** 8, "美元")
    assert split_scale("十万亩") == (Decimal(10) ** 5, "亩")
    assert split_scale("千瓦") == (Decimal(1), "千瓦") or split_scale("千瓦")[1] == "千瓦"
    assert split_scale("百分点") == (Decimal(1), "百分点")
