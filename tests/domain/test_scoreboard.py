"""The scoreboard and the bulletin: counts, points, places, movement, discipline."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.bulletin import Filing, MonthFacts, OrdersOfMonth, bulletin, disciplines
from bot.domain.scoreboard import IndicatorForBoard, Side, board, tally

GRADES = {"normal": 0, "notice": 1, "caution": 2, "serious": 3, "unreported": -1}
DUE = date(2026, 10, 26)


def item(
    number: int, grade: str, weight: str | None = "10", before: str | None = None, **more: object
) -> IndicatorForBoard:
    fields: dict[str, object] = {"units": ("区发改局",), **more}
    return IndicatorForBoard(
        id=number,
        grade=grade,
        severity=GRADES[grade],
        weight=Decimal(weight) if weight else None,
        before=before,
        before_severity=GRADES[before] if before else None,
        **fields,  # type: ignore[arg-type]
    )


def test_a_light_has_its_number_and_its_points() -> None:
    found = tally([item(1, "serious", "20"), item(2, "normal", "7.5"), item(3, "serious", None)])
    assert found.of("serious").count == 2
    assert found.of("serious").points == Decimal(20)
    assert (found.total, found.points, found.unweighted) == (3, Decimal("27.5"), 1)


def test_units_are_placed_within_their_group_only() -> None:
    items = [
        item(1, "normal", units=("甲局",)),
        item(2, "serious", units=("乙局",)),
        item(3, "normal", units=("丙镇",)),
        item(4, "caution", units=("丁镇",)),
    ]
    lines = board(items, Side.UNIT, {"甲局": "部门", "乙局": "部门", "丙镇": "乡镇", "丁镇": "乡镇"}).lines
    assert [(line.group, line.name, line.place, line.of) for line in lines] == [
        ("乡镇", "丙镇", 1, 2),
        ("乡镇", "丁镇", 2, 2),
        ("部门", "甲局", 1, 2),
        ("部门", "乙局", 2, 2),
    ]


def test_equals_share_a_place_and_a_unit_without_company_has_none() -> None:
    items = [item(1, "normal", units=(name,)) for name in ("甲局", "乙局")]
    items += [
        item(2, "serious", units=("丙局",)),
        item(3, "normal", units=("某镇",)),
        item(4, "normal", units=("无组",)),
    ]
    lines = board(items, Side.UNIT, {"甲局": "部门", "乙局": "部门", "丙局": "部门", "某镇": "乡镇"}).lines
    assert {line.name: line.place for line in lines} == {"甲局": 1, "乙局": 1, "丙局": 3, "某镇": None, "无组": None}


def test_points_decide_the_place_where_all_have_points_else_numbers() -> None:
    heavy = [item(1, "normal", "90", units=("甲局",)), item(2, "serious", "10", units=("甲局",))]
    light = [item(3, "normal", "10", units=("乙局",)), item(4, "normal", None, units=("乙局",))]
    lines = board([*heavy, *light], Side.UNIT, {"甲局": "部门", "乙局": "部门"}).lines
    assert [line.name for line in lines] == ["乙局", "甲局"]


def test_an_unreported_month_is_no_movement() -> None:
    items = [
        item(1, "serious", before="caution"),
        item(2, "normal", before="notice"),
        item(3, "unreported", before="normal"),
    ]
    moved = board(items, Side.CATEGORY).movement
    assert (moved.worse, moved.better) == (1, 1)


def test_an_indicator_of_two_lead_units_counts_for_both_but_once_in_the_whole() -> None:
    made = board([item(1, "serious", units=("甲局", "乙局"))], Side.UNIT)
    assert [line.tally.total for line in made.lines] == [1, 1]
    assert made.whole.total == 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(GRADES)), st.sampled_from(["甲局", "乙局", "丙局"])), max_size=12))
def test_the_lines_add_up_to_the_whole(drawn: list[tuple[str, str]]) -> None:
    items = [item(number, grade, units=(unit,)) for number, (grade, unit) in enumerate(drawn)]
    made = board(items, Side.UNIT, dict.fromkeys(["甲局", "乙局", "丙局"], "部门"))
    for grade in GRADES:
        assert sum(line.tally.of(grade).count for line in made.lines) == made.whole.of(grade).count
        assert sum(line.tally.of(grade).points for line in made.lines) == made.whole.of(grade).points


def test_a_correction_after_the_due_date_is_not_late() -> None:
    filings = [Filing("甲局", DUE), Filing("甲局", date(2026, 10, 27)), Filing("乙局", None)]
    first, second = disciplines(filings, DUE)
    assert (first.unit, first.missing, first.owed) == ("乙局", 1, 1)
    assert (second.in_time, second.late) == (1, 1)


def test_the_bulletin_names_what_is_new_what_is_worse_and_what_is_well_again() -> None:
    items = [
        item(1, "serious", before="caution"),
        item(2, "caution", before="normal"),
        item(3, "normal", before="notice"),
        item(4, "unreported", before="serious"),
        item(5, "notice"),
    ]
    made = bulletin(
        MonthFacts(
            period="2026-10",
            items=items,
            months=[("2026-08", []), ("2026-09", items)],
            groups={},
            gaps={2: Decimal(12), 5: Decimal(2)},
            filings=[],
            due=DUE,
            orders=OrdersOfMonth(),
        )
    )
    assert (made.fresh, made.worsened, made.recovered) == ((2, 5), (1,), (3,))
    assert made.worst == (1, 2, 5)
    assert [month.tally is None for month in made.trend] == [True, False, False]
