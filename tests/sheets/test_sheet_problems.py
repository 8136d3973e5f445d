"""What cannot be understood is a problem at its cell, with words and a hint; never a guess in silence."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import bot.sheets
from bot.sheets.reader import read_files, read_workbook
from bot.sheets.records import Note, Problem
from bot.sheets.wording import WORDS, render_problem
from tests.sheets.books import DATA, HEAD, TITLE, book, found, listed, merge, read


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("待定", "target_unknown"),
        ("若干", "target_unknown"),
        ("5%-6%", "target_unknown"),
        ("≥162亿元，力争170亿元", "target_unknown"),
        ("9个以上并完成验收", "target_unknown"),
        ("节点：13月完成", "target_unknown"),
        ("节点：三月完成征拆", "target_unknown"),
        ("节点：3月征拆（30%）；6月通车（60%）", "target_unknown"),
        ("162", "unit_missing"),
        (162, "unit_missing"),
        (None, "target_missing"),
        ("/", "target_missing"),
    ],
)
def test_a_target_that_says_nothing_certain_is_a_problem(target: object, code: str) -> None:
    parsed = listed((1, "固定资产投资", target, "区长", "区发改局"))
    assert found(parsed) == [("C3", code)]
    assert parsed.indicators == ()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"B": None}, [("B3", "name_missing")]),
        ({"E": None}, [("E3", "lead_missing")]),
        ({"E": "/"}, [("E3", "lead_missing")]),
        ({"G": "2月30日"}, [("G3", "not_a_day")]),
        ({"G": "尽快"}, [("G3", "not_a_day")]),
        ({"G": "1998年6月"}, [("G3", "not_a_day")]),
        ({"G": 2026.1}, [("G3", "not_a_day")]),
        ({"C": "=1/0"}, [("C3", "formula_uncalculated")]),
        ({"C": "#REF!"}, [("C3", "cell_error")]),
    ],
)
def test_a_cell_that_makes_no_sense_is_a_problem_at_its_place(
    cells: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    row: dict[str, object] = {
        "A": 1,
        "B": "粮食产量",
        "C": "23万吨",
        "D": "区长",
        "E": "区农业农村局",
        "F": "/",
        "G": "全年",
    }
    assert found(listed(tuple({**row, **cells}.values()))) == expected


def test_an_error_in_a_column_that_nobody_reads_is_no_problem() -> None:
    parsed = read(
        [(TITLE,), ("序号", "指标", "目标", "牵头单位", "差距"), (1, "粮食产量", "23万吨", "区农业农村局", "#REF!")]
    )
    assert parsed.problems == ()


def test_one_indicator_twice_for_one_unit_is_a_problem_where_it_stands_again() -> None:
    row = (1, "粮食产量", "23万吨", "区长", "区农业农村局")
    parsed = listed(
        row, (2, "粮食 产量", "24万吨", "区长", "区农业农村局"), (3, "粮食产量", "25万吨", "区长", "区发改局")
    )
    assert found(parsed) == [("B4", "duplicate_indicator")]
    assert "B3" in parsed.problems[0].params["first"]


def test_one_indicator_in_two_files_of_one_import_is_a_problem() -> None:
    content = book([(TITLE,), HEAD, (1, "粮食产量", "23万吨", "区长", "区农业农村局")])
    first, second = read_files([("甲.xlsx", content), ("乙.xlsx", content)], default_year=2026)
    assert found(first) == []
    assert found(second) == [("B3", "duplicate_indicator")]


def test_two_columns_for_one_thing_are_a_problem() -> None:
    parsed = read(
        [(TITLE,), ("指标", "目标", "牵头单位", "完成时限", "完成期限"), ("甲", "1个", "区发改局", "6月", "9月")]
    )
    assert found(parsed) == [("E2", "two_columns")]


def test_a_table_without_a_known_header_is_a_problem() -> None:
    parsed = read([("2026年",), ("甲", "乙", "丙"), (1, 2, 3), (4, 5, 6)])
    assert found(parsed) == [("A1", "no_header")]


def test_a_workbook_of_covers_is_a_problem() -> None:
    assert found(read([("2026年资料汇编",), ("区督查绩效办",)])) == [("", "nothing_found")]


def test_several_targets_under_one_merged_name_are_a_problem() -> None:
    parsed = read(
        [(TITLE,), ("指标", "目标", "牵头单位"), ("教育", "12个", "教育局"), (None, "3所", "教育局")], merge("A3:A4")
    )
    assert found(parsed) == [("B4", "several_targets")]


def test_an_unknown_role_is_a_problem() -> None:
    parsed = read(
        [
            ("2026年人员名册",),
            ("编号", "姓名", "单位", "职务", "角色"),
            ("H1", "甲", "区发改局", "局长", "大总管"),
            ("H2", "乙", "区发改局", "局长", "单位负责人"),
            ("H2", "丙", "区发改局", "科员", "联络员"),
            ("H4", None, "区发改局", "科员", "联络员"),
        ]
    )
    assert found(parsed) == [("E3", "role_unknown"), ("A5", "duplicate_code"), ("B6", "person_missing")]


def test_an_unknown_nature_or_curve_is_a_problem() -> None:
    head = ("指标", "目标", "牵头单位", "指标性质")
    rows = [("甲", "1个", "区发改局", "玄学"), ("乙", "1个", "区发改局", "累计（计划：6月70%，9月30%）")]
    assert found(read([(TITLE,), head, *rows])) == [("D3", "nature_unknown"), ("D4", "nature_unknown")]


@pytest.mark.parametrize(
    ("target", "actual", "rate", "codes"),
    [
        ("9个", 5, "55.5%", []),
        ("9个", 5, "56.5%", []),
        ("9个", 5, "57%", ["rate_contradicts"]),
        ("9个", 5, 0.555, []),
        ("9个", "五个左右", None, ["value_unknown"]),
        ("9亿元", "5万人", None, ["value_unknown"]),
        ("控制在9人以内", 3, "300%", []),
    ],
)
def test_a_value_is_checked_against_target_and_printed_rate(
    target: str, actual: object, rate: object, codes: list[str]
) -> None:
    head = ("序号", "指标", "全年目标", "1—5月完成", "完成率", "存在问题")
    parsed = read([("2026年调度表",), ("填报单位：区农业农村局",), head, (1, "某项指标", target, actual, rate, None)])
    assert [code for _, code in found(parsed)] == codes


def test_values_of_an_unknown_month_are_a_problem() -> None:
    parsed = read([("2026年调度表",), ("指标", "目标", "牵头单位", "完成情况"), ("甲", "9个", "区发改局", 5)])
    assert found(parsed) == [("D2", "period_missing")] or found(parsed) == [("D3", "period_missing")]


def test_two_values_for_one_month_are_a_problem() -> None:
    head = ("指标", "单位", "目标", "牵头单位", "本期", "完成")
    rows = [("甲", "个", "9个", "区发改局", "2026-05", value) for value in (3, 4)]
    assert [code for _, code in found(read([(TITLE,), head, *rows]))] == ["duplicate_progress"]


def test_titles_of_different_years_in_one_workbook_are_a_problem() -> None:
    from openpyxl import Workbook

    from tests.sheets.books import saved

    workbook = Workbook()
    for year, worksheet in zip((2025, 2026), (workbook.active, workbook.create_sheet()), strict=True):
        assert worksheet is not None
        worksheet.append((f"{year}年清单",))
        worksheet.append(HEAD)
    assert found(read_workbook(saved(workbook), "两年.xlsx", default_year=2026)) == [("", "several_years")]


def test_every_code_has_words_and_every_word_a_code() -> None:
    written = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    source = "".join(path.read_text(encoding="utf-8") for path in Path(bot.sheets.__path__[0]).glob("*.py"))
    remarks = {"target_about", "target_unit_unknown", "target_sentence"}
    for group in ("problem", "note"):
        for code in written[group]:
            assert f'"{code}"' in source or code in remarks, code
    used = set(re.findall(r'(?:problem|note|Unreadable)\(\s*(?:[^"()]|\([^()]*\))*"([a-z_]+)"', source))
    assert used <= {*written["problem"], *written["note"]}


@pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is missing")
def test_every_note_of_the_published_workbooks_renders() -> None:
    for path in DATA.glob("*.xlsx"):
        for note in read_workbook(path, path.name, default_year=2026).notes:
            words = render_problem(note)
            assert words["text"]
            assert "{" not in words["text"]


def test_a_problem_renders_with_its_place_and_a_suggestion() -> None:
    (problem,) = listed((1, "固定资产投资", "162", "区长", "区发改局")).problems
    assert isinstance(problem, Problem)
    assert render_problem(problem) == {
        "file": "清单.xlsx",
        "sheet": "Sheet1",
        "cell": "C3",
        "text": "“固定资产投资”的目标“162”没有计量单位。",
        "hint": "请在目标后写上单位，例如“162亿元”“162%”，或在表头注明“目标值（亿元）”。",
    }


@pytest.mark.parametrize("group", [Problem, Note])
def test_all_words_render_with_any_text_in_their_blanks(group: type) -> None:
    written = tomllib.loads(WORDS.read_text(encoding="utf-8"))["problem" if group is Problem else "note"]
    for code, words in written.items():
        blanks = set(re.findall(r"\{(\w+)\}", words["text"] + words["hint"]))
        rendered = render_problem(group("甲.xlsx", "表", "A1", code, dict.fromkeys(blanks, "{x}%")))
        assert rendered["text"]
        assert group is Note or rendered["hint"]
