"""What we write, we read back equal; and no text of ours runs as a formula in a spreadsheet."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.domain.kinds import Kind, Role
from bot.reading.plain import name_key
from bot.reading.target_kind import direction_of
from bot.sheets.pages import target_words
from bot.sheets.reader import read_workbook
from bot.sheets.records import (
    BonusRow,
    CurvePoint,
    ExportData,
    IndicatorRow,
    NodeRow,
    ParsedFile,
    PersonRow,
    PointKind,
    PointRow,
    ProgressRow,
)
from bot.sheets.writer import write_workbook

YEAR = 2026
UNITS = ("区发改局", "区财政局", "区商务局(区药发中心)", "第1镇", "各镇街")
MEASURES = ("亿元", "个", "万亩", "人次", "微克/立方米", "条(段)", "%", "‰", "分")
NUMERIC = [kind for kind in Kind if kind not in (Kind.MILESTONE, Kind.MANUAL, Kind.EVENT)]

words = st.text("固定资产投资增长城镇就业粮食=+-@ABC12，。“”", min_size=2, max_size=14).map(
    lambda text: f"{text.strip()}事项"
)
prose = st.text("固定资产=+-@\t\n 12，。：/", max_size=30).map(lambda text: text.strip(" \n\u3000")).filter(
    lambda text: text.strip() not in ("/", "-", "--", "")
) | st.just("")
offices = st.lists(st.sampled_from(UNITS), min_size=1, max_size=3, unique=True).map(tuple)
amounts = st.decimals("0.01", "99999", places=2).map(lambda value: Decimal(str(value)).normalize() + 0)
points_of = st.integers(0, 500).map(lambda halves: Decimal(halves) / 2)
days = st.dates(date(YEAR, 1, 1), date(YEAR + 1, 12, 31))
curves = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True).map(
    lambda months: tuple(CurvePoint(month, Decimal(index + 1) / 8) for index, month in enumerate(sorted(months)))
)
nodes = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(["完成征拆", "签约2个", "建成通车"])), min_size=1, max_size=4
)


@st.composite
def indicators(draw: st.DrawFn) -> IndicatorRow:
    name = draw(words)
    kind = draw(st.sampled_from(list(Kind)))
    target, unit, plan = None, None, ()
    if kind in NUMERIC:
        target, unit = draw(amounts), draw(st.sampled_from(MEASURES))
    elif kind is Kind.EVENT:
        target, unit = Decimal(0), draw(st.sampled_from(["起", "次", "人"]))
    elif kind is Kind.MILESTONE:
        plan = tuple(NodeRow(month, text) for month, text in draw(nodes))
    due = draw(st.just(date(YEAR, 12, 31)) | days)
    lead = draw(offices)
    row = IndicatorRow(
        number=draw(st.none() | st.integers(1, 999)),
        appraisal=draw(st.sampled_from([None, "综合绩效", "党的建设"])),
        category=draw(st.sampled_from([None, "重大工作", "保障工作"])),
        name=name,
        target=target,
        unit=unit,
        target_text="",
        kind=kind,
        direction=direction_of(kind),
        weight=draw(st.none() | points_of),
        lead_units=lead,
        cooperating_units=tuple(unit for unit in draw(st.just(()) | offices) if unit not in lead),
        responsible_leader=draw(st.none() | st.sampled_from(["区长", "分管工业副区长"])),
        due=due,
        due_text=due.isoformat(),
        nodes=plan,
        curve=draw(st.just(()) | curves) if kind is Kind.CUMULATIVE else (),
        scoring_text=draw(prose),
    )
    return row if kind is Kind.MILESTONE and not plan else _with_words(row)


def _with_words(row: IndicatorRow) -> IndicatorRow:
    return replace(row, target_text=target_words(row))


@st.composite
def points(draw: st.DrawFn, row: IndicatorRow) -> PointRow:
    return PointRow(
        indicator=row.name,
        units=row.lead_units,
        kind=draw(st.sampled_from(list(PointKind))),
        text=draw(prose.filter(bool)),
        project=draw(st.none() | st.sampled_from(["甲项目", "=项目"])),
        person=draw(st.none() | st.just("分管负责人")),
        start=draw(st.none() | days),
        due=draw(st.none() | days),
    )


@st.composite
def exports(draw: st.DrawFn) -> ExportData:
    rows = draw(st.lists(indicators(), max_size=5, unique_by=lambda row: name_key(row.name)))
    numbered = st.none() | st.integers(1, 99)
    bonuses = st.builds(
        BonusRow,
        numbered,
        st.sampled_from([None, "超额加分", "表彰奖励"]),
        words,
        st.just(()) | offices,
        st.none() | points_of,
    )
    people = st.builds(
        PersonRow,
        code=st.none() | words,
        name=words,
        unit=st.none() | st.sampled_from(UNITS),
        title=st.sampled_from(["局长", "区长", "科员"]),
        role=st.sampled_from(list(Role)),
        note=st.sampled_from(["", "借调"]),
    )
    remarks = st.tuples(prose, prose, prose)
    months = st.lists(st.integers(1, 12), max_size=3, unique=True)
    return ExportData(
        YEAR,
        "示例区",
        tuple(rows),
        tuple(point for row in rows for point in draw(st.lists(points(row), max_size=4))),
        tuple(draw(st.lists(bonuses, max_size=4))),
        tuple(draw(st.lists(people, max_size=5, unique_by=lambda row: row.code or id(row)))),
        tuple(
            ProgressRow(row.name, row.lead_units, f"{YEAR}-{month:02d}", draw(amounts), None, *draw(remarks))
            for row in rows
            if row.target
            for month in sorted(draw(months))
        ),
    )


def read_back(data: ExportData) -> ParsedFile:
    return read_workbook(write_workbook(data), "导出.xlsx", default_year=2000)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(exports())
def test_an_export_reads_back_equal(data: ExportData) -> None:
    again = read_back(data)
    assert again.problems == ()
    assert again.year == YEAR
    assert again.indicators == data.indicators
    assert again.points == data.points
    assert again.bonuses == data.bonuses
    assert again.people == data.people
    assert again.progress == data.progress


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40).map(lambda text: text.strip(" \n\u3000")))
def test_any_text_a_contact_typed_can_be_exported(text: str) -> None:
    again = read_back(with_text(text))
    assert again.problems == ()
    assert len(again.progress) == 1


def with_text(text: str) -> ExportData:
    row = IndicatorRow(
        1, None, None, "粮食产量", Decimal(23), "万吨", "23万吨", Kind.CUMULATIVE, direction_of(Kind.CUMULATIVE),
        None, ("区农业农村局",), (), None, date(YEAR, 12, 31), "",
    )  # fmt: skip
    value = ProgressRow(row.name, row.lead_units, "2026-05", Decimal(5), problem=text)
    return ExportData(YEAR, "示例区", (row,), progress=(value,))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://x","点我")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "=cmd|' /C calc'!A0",
        "#REF!",
        "_x000D_",
    ],
)
def test_text_like_a_formula_stays_text_and_comes_back_equal(text: str) -> None:
    content = write_workbook(with_text(text))
    again = read_workbook(content, "导出.xlsx", default_year=YEAR)
    assert again.progress[0].problem == text
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        assert all(b"<f>" not in archive.read(name) and b"<f " not in archive.read(name) for name in sheets)
        assert text[0] in "#_" or b'quotePrefix="1"' in archive.read("xl/styles.xml")


def test_numbers_are_numbers_unless_a_spreadsheet_would_round_them() -> None:
    long = Decimal("1234567890123.456789")
    data = with_text("")
    value = ProgressRow("粮食产量", ("区农业农村局",), "2026-05", long)
    again = read_back(ExportData(YEAR, "示例区", data.indicators, progress=(value,)))
    assert again.progress[0].actual == long


def test_a_changed_target_is_written_anew() -> None:
    (row,) = with_text("").indicators
    again = read_back(ExportData(YEAR, "示例区", (replace(row, target=Decimal(25)),)))
    assert again.indicators[0].target == 25
    assert again.indicators[0].target_text == "25万吨"


def test_the_sheets_can_be_printed() -> None:
    workbook = load_workbook(io.BytesIO(write_workbook(with_text("征地慢"))))
    assert workbook.sheetnames == ["领导包干清单", "牵头部门包干清单", "进度"]
    for sheet in workbook:
        assert sheet["A1"].value.startswith("示例区2026年")
        assert sheet.freeze_panes in ("A3", "A4")
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert all(5 < dimension.width < 60 for dimension in sheet.column_dimensions.values())


def test_an_empty_export_is_a_list_without_rows() -> None:
    again = read_back(ExportData(YEAR, "示例区"))
    assert again.problems == ()
    assert again.indicators == ()
