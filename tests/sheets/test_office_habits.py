"""What offices do to their workbooks, and what is read all the same."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from bot.domain.kinds import Direction, Kind, Role
from bot.sheets.reader import read_files, read_workbook
from bot.sheets.records import PointKind, TableKind
from tests.sheets.books import HEAD, TITLE, book, found, listed, merge, noted, read, saved

ROW = (1, "固定资产投资", "162亿元", "常务副区长", "区发改局", "区住建局、区交通局", "12月底前")


def test_a_plain_list_is_read() -> None:
    (row,) = listed(ROW).indicators
    assert (row.target, row.unit, row.lead_units) == (Decimal(162), "亿元", ("区发改局",))
    assert row.source.cell == "B3"


def test_title_note_line_and_footers_are_no_rows() -> None:
    parsed = read(
        [
            (TITLE,),
            ("填报单位：区督查绩效办          2026年1月",),
            HEAD,
            ROW,
            ("合计", None, None, None, None),
            ("注：1.目标为年度目标。",),
            ("2.完成时限以文件为准。",),
            ("填表人：张三", None, "审核人：李四", None, "联系电话：123"),
        ],
        merge("A1:G1"),
        merge("A2:G2"),
        merge("A6:G6"),
    )
    assert len(parsed.indicators) == 1
    assert parsed.problems == ()


def test_a_header_on_two_levels_is_read() -> None:
    parsed = read(
        [
            (TITLE,),
            ("序号", "指标", "目标", "责任主体", None, "时间", None),
            (None, None, None, "牵头单位", "责任单位", "启动时间", "完成时间"),
            (1, "粮食产量", "23万吨", "区农业农村局", "各镇街", "2026-03-01", "11月30日前"),
        ],
        *map(merge, ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2")),
    )
    (row,) = parsed.indicators
    assert (row.lead_units, row.cooperating_units, row.due) == (("区农业农村局",), ("各镇街",), date(2026, 11, 30))


def test_two_levels_whose_merges_were_lost_are_read() -> None:
    parsed = read(
        [
            (TITLE,),
            ("序号", "指标", "目标", "责任主体", None),
            (None, None, None, "牵头单位", "配合单位"),
            (1, "粮食产量", "23万吨", "区农业农村局", "各镇街"),
        ]
    )
    assert parsed.indicators[0].cooperating_units == ("各镇街",)


@pytest.mark.parametrize(
    ("name", "lead"),
    [
        ("任务/指标", "牵头部门"),
        ("考核指标", "主要责任单位"),
        ("重点工作任务", "责任单位"),
        ("指 标 名 称", "牵头\n单位"),
        ("指标名称（全称）", "区级牵头单位"),
    ],
)
def test_synonyms_of_headers_are_known(name: str, lead: str) -> None:
    parsed = read([(TITLE,), ("序号", name, "年度目标值", lead), (1, "粮食产量", "23万吨", "区农业农村局")])
    assert parsed.problems == ()
    assert parsed.indicators[0].lead_units == ("区农业农村局",)


def test_category_cells_merged_or_left_empty_hold_downwards() -> None:
    head = ("序号", "考评类别", "指标类别", "指标", "目标", "牵头单位")
    body = [
        (1, "综合绩效", "重大工作", "甲", "1个", "区发改局"),
        (2, None, None, "乙", "2个", "区发改局"),
        (3, None, "保障工作", "丙", "3个", "区发改局"),
        (4, None, None, "丁", "4个", "区发改局"),
        (5, "党的建设", None, "戊", "5个", "区委组织部"),
        (6, None, "/", "己", "6个", "区委组织部"),
    ]
    merged = read([(TITLE,), head, *body], merge("B3:B6"), merge("C3:C4"), merge("C5:C6"))
    empty = read([(TITLE,), head, *body])
    for parsed in (merged, empty):
        assert [row.appraisal for row in parsed.indicators] == ["综合绩效"] * 4 + ["党的建设"] * 2
        assert [row.category for row in parsed.indicators] == ["重大工作"] * 2 + ["保障工作"] * 2 + [None] * 2


def test_section_lines_are_categories() -> None:
    parsed = read(
        [(TITLE,), HEAD, ("一、重大工作",), ROW, ("二、保障工作",), (2, "粮食产量", "23万吨", "区长", "区农业农村局")],
        merge("A3:G3"),
        merge("A5:G5"),
    )
    assert [row.category for row in parsed.indicators] == ["重大工作", "保障工作"]


def test_a_header_printed_again_on_the_second_page_is_no_row() -> None:
    parsed = read([(TITLE,), HEAD, ROW, HEAD, (2, "粮食产量", "23万吨", "区长", "区农业农村局")])
    assert [row.name for row in parsed.indicators] == ["固定资产投资", "粮食产量"]


def test_covers_and_hidden_sheets_are_skipped_with_a_note() -> None:
    workbook = Workbook()
    cover = workbook.active
    assert cover is not None
    cover["B3"] = "2026年度绩效考评资料汇编"
    cover["B9"] = "区督查绩效办"
    cover.append(("内部资料", "共三册", "2026年1月"))
    contents = workbook.create_sheet("目录")
    for row in (("序号", "表名", "页码"), (1, "领导包干清单", 1), (2, "人员名册", 3), (3, "附表", 5)):
        contents.append(row)
    old = workbook.create_sheet("去年")
    old.append(HEAD)
    old.append((1, "旧指标", "1个", None, "区发改局"))
    old.sheet_state = "hidden"
    workbook.create_sheet("Sheet3")
    sheet = workbook.create_sheet("清单")
    for row in ((TITLE,), HEAD, ROW):
        sheet.append(row)
    parsed = read_workbook(saved(workbook), "汇编.xlsx", default_year=2026)
    assert [row.name for row in parsed.indicators] == ["固定资产投资"]
    assert {(note.sheet, note.code) for note in parsed.notes} == {
        ("Sheet", "cover_skipped"),
        ("目录", "cover_skipped"),
        ("去年", "hidden_sheet_skipped"),
    }


def test_hidden_columns_are_read_but_give_way_to_visible_twins() -> None:
    def hide(letter: str):
        return lambda sheet: setattr(sheet.column_dimensions[letter], "hidden", True)

    rows = [
        (TITLE,),
        ("序号", "指标", "目标", "目标值", "牵头单位"),
        (1, "粮食产量", "20万吨", "23万吨", "区农业农村局"),
    ]
    assert read(rows, hide("C")).indicators[0].target == 23
    assert read(rows, hide("D")).indicators[0].target == 20
    assert read(rows, hide("E"), hide("C")).indicators[0].lead_units == ("区农业农村局",)
    assert found(read(rows)) == [("D2", "two_columns")]


def test_hidden_rows_are_read_with_a_note() -> None:
    parsed = read([(TITLE,), HEAD, ROW], lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True))
    assert len(parsed.indicators) == 1
    assert "hidden_row_read" in noted(parsed)


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("区发改局、区财政局", ("区发改局", "区财政局")),
        ("区发改局，区财政局", ("区发改局", "区财政局")),
        ("区发改局/区财政局", ("区发改局", "区财政局")),
        ("区发改局；区财政局", ("区发改局", "区财政局")),
        ("区发改局\n区财政局\n", ("区发改局", "区财政局")),
        ("区发改局　区财政局", ("区发改局", "区财政局")),
        ("区商务局(区药发中心、区供销社)、区财政局", ("区商务局(区药发中心、区供销社)", "区财政局")),
        ("高新园（邹区镇）", ("高新园(邹区镇)",)),
        ("区发改局等", ("区发改局",)),
        ("区经信局等区政府有关部门", ("区经信局", "区政府有关部门")),
        ("/", ()),
        ("—", ()),
        ("区发改局、区发改局", ("区发改局",)),
    ],
)
def test_several_units_in_one_cell(cell: str, units: tuple[str, ...]) -> None:
    parsed = listed((1, "粮食产量", "23万吨", "区长", "区农业农村局", cell))
    assert parsed.problems == ()
    assert parsed.indicators[0].cooperating_units == units


def test_the_mark_tells_the_lead_unit_inside_one_cell() -> None:
    parsed = read(
        [
            (TITLE,),
            ("序号", "任务", "目标", "责任单位（▲为牵头单位）"),
            (1, "粮食产量", "23万吨", "区财政局、▲区农业农村局、各镇街"),
        ]
    )
    (row,) = parsed.indicators
    assert row.lead_units == ("区农业农村局",)
    assert row.cooperating_units == ("区财政局", "各镇街")


def test_numbers_are_read_as_they_are_shown() -> None:
    def reformat(cell: str, number_format: str):
        return lambda sheet: setattr(sheet[cell], "number_format", number_format)

    parsed = read(
        [
            (TITLE,),
            HEAD,
            (1, "地区生产总值增速", 0.07, None, "区发改局"),
            (2, "固定资产投资", 162.5, None, "区发改局"),
            ("３", "粮食产量", "２３ 万吨", None, "区农业农村局"),
            (4, "城镇新增就业", "15,000人", None, "区人社局"),
        ],
        reformat("C3", "0.0%"),
        reformat("C4", '#,##0.00"亿元"'),
    )
    assert parsed.problems == ()
    shown = [(row.number, row.target, row.unit) for row in parsed.indicators]
    assert shown == [(1, 7, "%"), (2, Decimal("162.5"), "亿元"), (3, 23, "万吨"), (4, 15000, "人")]


@pytest.mark.parametrize(
    ("rows", "unit"),
    [
        ([(TITLE,), ("（单位：%）",), ("序号", "指标", "目标", "责任单位"), (1, "甲", 7, "区发改局")], "%"),
        ([(TITLE,), ("序号", "指标", "目标值（亿元）", "责任单位"), (1, "甲", 7, "区发改局")], "亿元"),
        ([(TITLE,), ("序号", "指标", "单位", "目标", "责任单位"), (1, "甲", "万吨", 7, "区发改局")], "万吨"),
        ([(TITLE,), ("序号", "指标", "目标", "单位"), (1, "甲", "7个", "区发改局")], "个"),
    ],
)
def test_the_unit_may_stand_elsewhere(rows: list[tuple[object, ...]], unit: str) -> None:
    parsed = read(rows)
    assert parsed.problems == ()
    assert (parsed.indicators[0].target, parsed.indicators[0].unit) == (7, unit)
    assert parsed.indicators[0].lead_units == ("区发改局",)


@pytest.mark.parametrize("due", [datetime(2026, 11, 30), "2026-11-30", "11月30日前", 46356, "２０２６．１１．３０"])
def test_deadlines_as_dates_texts_and_serial_numbers(due: object) -> None:
    (row,) = listed((1, "粮食产量", "23万吨", None, "区农业农村局", None, due)).indicators
    assert row.due == date(2026, 11, 30)


def test_last_years_column_is_not_taken_for_this_years() -> None:
    parsed = read(
        [
            (TITLE,),
            ("序号", "指标", "2025年完成情况", "2026年目标", "牵头单位"),
            (1, "粮食产量", "22万吨", "23万吨", "区农业农村局"),
        ]
    )
    assert parsed.problems == ()
    assert parsed.indicators[0].target == 23
    assert parsed.progress == ()


def test_a_kpi_table_is_list_and_progress_at_once() -> None:
    parsed = read(
        [
            ("示例区2026年考核指标完成情况表（截至6月底）",),
            ("指标类别", "考核指标", "目标", "分值", "评分标准", "牵头单位", "完成情况", "序时进度", "得分"),
            ("重大工作", "固定资产投资", "162亿元", 30, "按比例计分", "区发改局", "98.6亿元", "50%", 18),
            (None, "实际利用外资", "2亿美元", 15, None, "区商务局", "5000万美元", "50%", 4),
            (None, "信访工作", "定性", 5, None, "区信访局", "正常推进", None, None),
        ]
    )
    assert parsed.problems == ()
    assert parsed.tables == {TableKind.INDICATORS, TableKind.PROGRESS}
    assert [(row.weight, row.scoring_text) for row in parsed.indicators] == [(30, "按比例计分"), (15, ""), (5, "")]
    assert [(row.period, row.actual) for row in parsed.progress] == [
        ("2026-06", Decimal("98.6")),
        ("2026-06", Decimal("0.5")),
        ("2026-06", None),
    ]


def test_supporting_projects_of_one_goal_are_points_of_one_indicator() -> None:
    parsed = read(
        [
            (TITLE,),
            ("序号", "指标", "目标", "牵头单位", "得分点", "支撑项目", "启动时间", "完成时间"),
            (1, "固定资产投资", "162亿元", "区发改局", "入库10个", "甲项目", "3月", "6月"),
            (None, None, None, None, "入库5个", "乙项目", "4月", "9月"),
        ],
        merge("A3:A4"),
        merge("B3:B4"),
        merge("C3:C4"),
        merge("D3:D4"),
    )
    assert parsed.problems == ()
    assert len(parsed.indicators) == 1
    assert [(point.indicator, point.kind, point.project) for point in parsed.points] == [
        ("固定资产投资", PointKind.SCORE, "甲项目"),
        ("固定资产投资", PointKind.SCORE, "乙项目"),
    ]
    assert parsed.points[1].due == date(2026, 9, 30)


def test_the_lead_unit_list_decides_the_kind_even_from_another_file() -> None:
    leaders = book([(TITLE,), HEAD, ROW, (2, "专项治理", "20处", None, "区城管局")])
    units = book(
        [
            (TITLE,),
            ("序号", "指标", "牵头单位", "指标性质", "得分点"),
            (1, "固定资产投资", "区发改局", "累计（计划：6月40%，12月100%）", "按比例"),
            (2, "专项治理", "区城管局", "项目", "按节点"),
        ]
    )
    first, second = read_files([("一.xlsx", leaders), ("二.xlsx", units)], default_year=2026)
    assert [row.kind for row in first.indicators] == [Kind.CUMULATIVE, Kind.MILESTONE]
    assert [point.share for point in first.indicators[0].curve] == [Decimal("0.4"), 1]
    assert second.indicators == ()
    assert [kind.indicator for kind in second.stated] == ["固定资产投资", "专项治理"]


def test_a_stated_kind_that_contradicts_a_limit_gives_way_with_a_note() -> None:
    parsed = read(
        [
            (TITLE,),
            ("序号", "指标", "目标", "牵头单位", "指标性质"),
            (1, "生产安全事故死亡人数", "控制在3人以内", "区应急局", "累计"),
            (2, "重大群体性事件", "0起", "区委政法委", "控制累计"),
        ]
    )
    assert [row.kind for row in parsed.indicators] == [Kind.CONTROL_CUMULATIVE, Kind.EVENT]
    assert [row.direction for row in parsed.indicators] == [Direction.LOWER] * 2
    assert noted(parsed) == {"kind_against_target"}


def test_a_roster_with_deputies_and_unmerged_units() -> None:
    parsed = read(
        [
            ("2026年人员名册",),
            ("编号", "姓名", "单位", "职务", "角色", "备注"),
            ("H1", "甲", "区发改局", "局长", "单位负责人", None),
            ("H2", "乙", None, "副局长", "单位负责人", None),
            ("H3", "丙", None, "总工程师", "分管负责人", None),
            ("C1", "丁", None, "科员", "联络员", None),
            ("T1", "戊", "第1镇", "科员", "联络员", "镇街"),
            ("A1", "己", "/", "系统管理员", "系统管理员", None),
        ]
    )
    assert parsed.problems == ()
    assert [(row.unit, row.role, row.deputy, row.township) for row in parsed.people] == [
        ("区发改局", Role.HEAD, False, False),
        ("区发改局", Role.HEAD, True, False),
        ("区发改局", Role.HEAD, True, False),
        ("区发改局", Role.CONTACT, False, False),
        ("第1镇", Role.CONTACT, False, True),
        (None, Role.ADMIN, False, False),
    ]


def test_the_year_of_a_list_without_one_is_the_cycles() -> None:
    parsed = read([("重点工作清单",), HEAD, ROW])
    assert parsed.year == 2026
    assert "year_by_default" in noted(parsed)


def test_a_progress_sheet_alone_says_nothing_about_known_indicators() -> None:
    parsed = read(
        [
            (TITLE,),
            ("序号", "指标", "单位", "目标", "牵头单位", "本期", "完成", "存在问题", "需协调", "下步措施"),
            (1, "固定资产投资", "亿元", "162亿元", "区发改局", "2026-05", 60, "征地慢", "请常务副区长协调", None),
            (2, "固定资产投资", "亿元", "162亿元", "区发改局", "2026-06", 70, None, None, None),
            (3, "新事项", "/", "/", "/", "2026-06", 3, None, None, None),
        ]
    )
    assert parsed.problems == ()
    assert [row.from_progress for row in parsed.indicators] == [True]
    assert [(row.period, row.actual) for row in parsed.progress] == [("2026-05", 60), ("2026-06", 70), ("2026-06", 3)]
    assert parsed.progress[0].needs == "请常务副区长协调"


def test_a_list_of_supporting_projects_gives_score_points() -> None:
    parsed = read(
        [
            ("2026年重点项目推进落实清单",),
            ("序号", "工作目标", "支撑项目", "年度投资", "工作标准", "启动时间", "完成时间", "责任主体", None),
            (None, None, None, None, None, None, None, "牵头单位", "责任单位"),
            (1, "固定资产投资162亿元", "甲项目", "3亿元", "完成主体", "3月", "12月底", "区发改局", "区住建局"),
            (None, None, "乙项目", "2亿元", "开工", "4月", "10月底", None, None),
        ],
        *map(merge, ("H2:I2", "A4:A5", "B4:B5", "H4:H5", "I4:I5")),
    )
    assert parsed.problems == ()
    assert [(row.name, row.target) for row in parsed.indicators] == [("固定资产投资", 162)]
    assert [(row.indicator, row.project, row.text) for row in parsed.points] == [
        ("固定资产投资", "甲项目", "完成主体"),
        ("固定资产投资", "乙项目", "开工"),
    ]
