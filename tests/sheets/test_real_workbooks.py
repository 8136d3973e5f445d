"""Every published workbook imports without hand edits, and every row of it comes out right."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.kinds import Kind
from bot.sheets.reader import read_files, read_workbook
from bot.sheets.records import ExportData, IndicatorRow, NodeRow, ParsedFile, PointKind, TableKind
from bot.sheets.writer import write_workbook
from tests.sheets.books import DATA, noted

EXPECTED = Path(__file__).parent / "expected"
LISTS = ["agri-2024-05", "qiaocheng-2025", "shapingba-2022", "shiliqu-2026-lists", "xianan-2023", "zhonglou-2021"]
ROSTER = "shiliqu-2026-roster"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the published workbooks are not here: {DATA} is missing")


def parsed(stem: str) -> ParsedFile:
    return read_workbook(DATA / f"{stem}.xlsx", f"{stem}.xlsx", default_year=2026)


def expected(stem: str) -> list[dict[str, str]]:
    with (EXPECTED / f"{stem}.tsv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def as_written(row: IndicatorRow) -> dict[str, str]:
    return {
        "name": row.name,
        "target": "-" if row.target is None else str(row.target),
        "unit": row.unit or "-",
        "direction": row.direction,
        "kind": row.kind,
        "lead_units": "、".join(row.lead_units),
        "cooperating_units": "、".join(row.cooperating_units) or "-",
        "responsible_leader": row.responsible_leader or "-",
        "due": row.due.isoformat(),
        "weight": "-" if row.weight is None else str(row.weight),
    }


@pytest.mark.parametrize("stem", [*LISTS, ROSTER])
def test_a_published_workbook_has_no_problems(stem: str) -> None:
    assert parsed(stem).problems == ()


@pytest.mark.parametrize("stem", LISTS)
def test_every_row_of_a_list_comes_out_right(stem: str) -> None:
    assert [as_written(row) for row in parsed(stem).indicators] == expected(stem)


def test_every_person_of_the_roster_comes_out_right() -> None:
    people = [
        {
            "code": row.code,
            "name": row.name,
            "unit": row.unit,
            "title": row.title,
            "role": row.role,
            "deputy": "yes" if row.deputy else "no",
            "township": "yes" if row.township else "no",
        }
        for row in parsed(ROSTER).people
    ]
    assert people == expected(ROSTER)


def test_the_year_comes_from_title_or_file_name() -> None:
    assert [parsed(stem).year for stem in LISTS] == [2024, 2025, 2022, 2026, 2023, 2021]
    assert noted(parsed("agri-2024-05")) == {"year_from_file_name"}


def test_the_two_lists_know_appraisal_category_and_stated_kind() -> None:
    rows = parsed("shiliqu-2026-lists").indicators
    assert {(row.appraisal, row.category) for row in rows[:35]} == {
        ("综合绩效", "重大工作"),
        ("综合绩效", "特色工作"),
        ("综合绩效", "高质量发展水平"),
        ("综合绩效", "保障工作"),
    }
    assert [row.category for row in rows[35:]] == [None] * 30
    assert [row.appraisal for row in rows[35::6]] == [
        "党的建设",
        "精神文明建设",
        "平安建设",
        "民族团结进步",
        "改革创新",
    ]
    assert [row.kind_stated for row in rows] == [True] * 35 + [False] * 30
    assert [row.number for row in rows] == list(range(1, 66))


def test_milestones_have_their_nodes() -> None:
    rows = {row.name: row for row in parsed("shiliqu-2026-lists").indicators}
    assert rows["107国道绕城段建成通车"].nodes == (
        NodeRow(3, "完成征拆"),
        NodeRow(6, "路基贯通"),
        NodeRow(9, "路面完成"),
        NodeRow(12, "建成通车"),
    )
    assert rows["现代农业全产业链招商"].nodes[1] == NodeRow(9, "签约2个")
    assert sum(row.kind is Kind.MILESTONE for row in rows.values()) == 4


def test_the_plan_curve_of_the_harvest_is_read() -> None:
    rows = {row.name: row for row in parsed("shiliqu-2026-lists").indicators}
    curve = [(point.month, point.share) for point in rows["粮食产量"].curve]
    assert curve == [(6, Decimal("0.3")), (9, Decimal("0.7")), (12, Decimal(1))]
    assert [name for name, row in rows.items() if row.curve] == ["粮食产量"]


def test_points_and_bonus_items_are_read() -> None:
    parsed_file = parsed("shiliqu-2026-lists")
    points = parsed_file.points
    assert {kind: sum(point.kind is kind for point in points) for kind in PointKind} == {
        PointKind.SCORE: 35,
        PointKind.RISK: 35,
        PointKind.BONUS: 13,
    }
    assert points[0].project == "重点项目清单"
    assert points[0].person == "区发改局分管负责人"
    assert [(row.category, row.name, row.cap) for row in parsed_file.bonuses][8:] == [
        ("表彰奖励", "国家级表彰", Decimal(30)),
        ("表彰奖励", "省级表彰", Decimal(15)),
    ]
    assert parsed_file.tables == {TableKind.INDICATORS, TableKind.POINTS, TableKind.BONUSES}


def test_the_half_year_table_gives_values_of_its_month() -> None:
    parsed_file = parsed("agri-2024-05")
    assert [(row.period, row.actual) for row in parsed_file.progress] == [
        ("2024-05", Decimal(value)) for value in (5, 5, 4, 10, 5, 1)
    ]
    assert parsed_file.progress[3].rate == Decimal("0.909")
    assert parsed_file.tables == {TableKind.PROGRESS}
    assert all(row.from_progress for row in parsed_file.indicators)


def test_the_published_table_of_indicators_agrees() -> None:
    regions = {"xianan-2023": "咸安", "shapingba-2022": "沙坪坝", "zhonglou-2021": "钟楼", "qiaocheng-2025": "谯城"}
    with (DATA / "indicators.csv").open(encoding="utf-8-sig") as stream:
        published = list(csv.DictReader(stream))
    for stem, region in regions.items():
        rows = {row.name: row for row in parsed(stem).indicators}
        listed = [line for line in published if region in line["region_year"]]
        assert len(listed) == len(rows)
        for line in listed:
            row = rows[line["name"]]
            assert row.target == (Decimal(line["target"]) if line["target"] else None)
            assert not line["target"] or row.unit == line["unit"]
            assert row.direction == line["direction"]
            assert "、".join(row.lead_units) == line["lead_unit"]


def test_all_files_of_the_folder_import_together() -> None:
    files = [(path.name, path) for path in sorted(DATA.glob("*.xlsx"))]
    assert [file.problems for file in read_files(files, default_year=2026)] == [()] * len(files)


@pytest.mark.parametrize("stem", [*LISTS, ROSTER])
def test_a_published_workbook_survives_export(stem: str) -> None:
    first = parsed(stem)
    data = ExportData(first.year, "", first.indicators, first.points, first.bonuses, first.people, first.progress)
    again = read_workbook(write_workbook(data), "export.xlsx", default_year=2000)
    assert again.problems == ()
    assert again.year == first.year
    assert again.indicators == first.indicators
    assert (again.points, again.bonuses, again.people, again.progress) == (
        first.points,
        first.bonuses,
        first.people,
        first.progress,
    )
