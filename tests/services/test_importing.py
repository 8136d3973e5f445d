"""What an import changes, and that it changes all of it or nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.db.engine import Database
from bot.db.people import holders
from bot.db.tables import (
    Account,
    AuditEntry,
    Base,
    Indicator,
    IndicatorUnit,
    Node,
    Point,
    Post,
    Report,
    SchemeVersion,
    Target,
    Tenure,
    WarningOrder,
)
from bot.domain.errors import NotFound
from bot.domain.kinds import Direction, Kind
from bot.services.cause import Cause
from bot.services.import_files import DEFAULT_SCHEME, FileToImport
from bot.services.importing import import_files, import_paths
from bot.sheets.records import NodeRow, PersonRow
from tests.services.workbooks import (
    BONUS,
    CONTACT,
    HEAD,
    INVESTMENT,
    JANUARY,
    JOBS,
    JUNE,
    LEADER,
    LOSSES,
    POINT,
    VALUE,
    full_workbook,
    put,
    workbook,
)


async def everything(db: Database) -> dict[str, int]:
    async with db.read() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


async def indicator(db: Database, name: str) -> Indicator:
    async with db.read() as session:
        return (await session.scalars(select(Indicator).where(Indicator.name == name))).one()


async def targets(db: Database, name: str) -> list[tuple[date, Decimal | None]]:
    async with db.read() as session:
        query = select(Target).join(Indicator, Indicator.id == Target.indicator_id).where(Indicator.name == name)
        return [(row.effective_from, row.value) for row in await session.scalars(query.order_by(Target.effective_from))]


async def test_the_first_import_adds_everything_and_takes_the_default_scheme(db: Database):
    result = await put(db, full_workbook(), now=JUNE)
    assert result.applied
    assert [item.name for item in result.added] == ["固定资产投资", "城镇新增就业", "粮食产量"]
    assert [item.name for item in result.people.added] == ["领导一", "负责人一", "联络员一"]
    added = {name: tally.added for name, tally in result.smaller.items()}
    assert added == {"points": 1, "bonuses": 1, "progress": 1, "calendar": 0}
    assert [scheme.year for scheme in result.schemes] == [2026]
    assert any("分管民生副区长" in note.text for note in result.notes)
    assert await targets(db, "固定资产投资") == [(date(2026, 1, 1), Decimal(162))]
    async with db.read() as session:
        [report] = (await session.scalars(select(Report))).all()
        held = {item.post for item in await holders(session)}
    assert (report.value, report.problem, report.measure, report.source) == (
        Decimal("60.5"),
        "征地慢",
        "倒排工期",
        "import",
    )
    assert held == {"常务副区长", "区发改局主要负责人", "区发改局联络员"}


async def test_the_same_file_twice_writes_nothing_not_even_audit(db: Database):
    await put(db, full_workbook())
    before = await everything(db)
    result = await put(db, full_workbook(), now=JUNE)
    assert result.is_empty
    assert not result.applied
    assert await everything(db) == before


async def test_a_dry_run_shows_the_diff_and_writes_nothing(db: Database):
    before = await everything(db)
    result = await put(db, full_workbook(), dry_run=True)
    assert len(result.added) == 3
    assert not result.applied
    assert await everything(db) == before


async def test_a_changed_target_is_a_new_version_from_the_day_of_the_import(db: Database):
    await put(db, workbook())
    raised = replace(INVESTMENT, target=Decimal(170), target_text="170亿元")
    result = await put(db, workbook([raised, JOBS, LOSSES]), now=JUNE)
    [change] = result.changed
    assert change.differing() == ("target", "target_text")
    assert (change.was.target, change.now.target) == (Decimal(162), Decimal(170))
    expected = [(date(2026, 1, 1), Decimal(162)), (date(2026, 6, 10), Decimal(170))]
    assert await targets(db, "固定资产投资") == expected
    again = replace(INVESTMENT, target=Decimal(171), target_text="171亿元")
    await put(db, workbook([again, JOBS, LOSSES]), now=JUNE)
    assert await targets(db, "固定资产投资") == [expected[0], (date(2026, 6, 10), Decimal(171))]


async def test_other_changes_leave_the_target_alone(db: Database):
    await put(db, workbook())
    moved = replace(
        INVESTMENT,
        weight=Decimal("28.5"),
        responsible_leader="区长",
        lead_units=("区财政局",),
        cooperating_units=(),
        due=date(2026, 11, 30),
        due_text="11月底前",
    )
    result = await put(db, workbook([moved, JOBS, LOSSES]), now=JUNE)
    [change] = result.changed
    assert set(change.differing()) == {"weight", "responsible_leader", "lead_units", "cooperating_units", "due"}
    row = await indicator(db, "固定资产投资")
    assert (row.weight, row.due, row.row_version) == (Decimal("28.5"), date(2026, 11, 30), 2)
    assert len(await targets(db, "固定资产投资")) == 1
    async with db.read() as session:
        sides = (await session.scalars(select(IndicatorUnit.side).where(IndicatorUnit.indicator_id == row.id))).all()
        leader = await session.get(Post, row.responsible_post_id)
    assert sides == ["lead"]
    assert leader is not None
    assert leader.name == "区长"


async def test_what_is_gone_is_closed_and_comes_back_as_the_same_indicator(db: Database):
    await put(db, workbook())
    first = await indicator(db, "粮食产量")
    gone = await put(db, workbook([INVESTMENT, JOBS]), now=JUNE)
    assert [item.name for item in gone.gone] == ["粮食产量"]
    assert (await indicator(db, "粮食产量")).closed_at == JUNE
    back = await put(db, workbook(), now=JUNE)
    assert back.reopened == ("粮食产量",)
    assert [item.name for item in back.added] == ["粮食产量"]
    row = await indicator(db, "粮食产量")
    assert (row.id, row.closed_at) == (first.id, None)


async def test_another_list_of_the_year_closes_nothing(db: Database):
    await put(db, workbook())
    other = replace(JOBS, number=1, name="信访积案化解率", target=Decimal(95), unit="%", target_text="95%")
    result = await put(db, workbook([other], district="政法委"))
    assert [item.name for item in result.added] == ["信访积案化解率"]
    assert not result.gone


async def test_a_renamed_edition_of_a_list_is_still_the_list(db: Database):
    await put(db, workbook())
    result = await put(db, workbook([INVESTMENT, JOBS], district="示例区（修订）"), now=JUNE)
    assert [item.name for item in result.gone] == ["粮食产量"]


async def test_a_roster_alone_closes_no_indicator(db: Database, shared: Path):
    await import_paths(db, Cause(JANUARY), [shared / "data/shiliqu-2026-lists.xlsx"])
    result = await import_paths(db, Cause(JANUARY), [shared / "data/shiliqu-2026-roster.xlsx"])
    assert len(result.people.added) == 75
    assert (result.added, result.changed, result.gone) == ((), (), ())


async def test_a_kind_that_another_list_stated_is_not_unsaid(db: Database):
    stated = replace(INVESTMENT, kind=Kind.LEVEL)
    await put(db, workbook([stated, JOBS, LOSSES]))
    assert (await indicator(db, "固定资产投资")).kind == "level"
    result = await put(db, workbook([stated, JOBS, LOSSES]))
    assert result.is_empty


async def test_nodes_are_stored_in_order_and_change_with_the_list(db: Database):
    road = replace(
        INVESTMENT,
        name="绕城段建成通车",
        target=None,
        unit=None,
        target_text="节点：3月征拆；12月通车",
        kind=Kind.MILESTONE,
        nodes=(NodeRow(3, "征拆"), NodeRow(12, "通车")),
    )
    await put(db, workbook([road]))
    assert (await put(db, workbook([road]))).is_empty
    later = replace(road, target_text="节点：4月征拆；12月通车", nodes=(NodeRow(4, "征拆"), NodeRow(12, "通车")))
    result = await put(db, workbook([later]), now=JUNE)
    assert "nodes" in result.changed[0].differing()
    async with db.read() as session:
        months = (await session.scalars(select(Node.month).order_by(Node.position))).all()
    assert months == [4, 12]


async def test_points_and_bonus_items_follow_their_lists(db: Database):
    await put(db, workbook(points=(POINT,), bonuses=(BONUS,)))
    changed = await put(
        db,
        workbook(points=(replace(POINT, text="用地指标不足"),), bonuses=(replace(BONUS, cap=Decimal(25)),)),
        now=JUNE,
    )
    assert (changed.smaller["points"].changed, changed.smaller["bonuses"].changed) == (1, 1)
    async with db.read() as session:
        assert (await session.scalars(select(Point.text))).all() == ["用地指标不足"]


async def test_a_new_value_for_a_month_keeps_the_old_one_as_history(db: Database):
    await put(db, full_workbook(), now=JUNE)
    result = await put(db, workbook(progress=(replace(VALUE, actual=Decimal(61)),)), now=JUNE, as_post="区发改局联络员")
    assert result.smaller["progress"].changed == 1
    async with db.read() as session:
        reports = (await session.scalars(select(Report).order_by(Report.revision))).all()
        [contact] = await holders(session, post_ids=[reports[1].reporter_post_id or 0])
    assert [(row.value, row.superseded_at) for row in reports] == [(Decimal("60.5"), JUNE), (Decimal(61), None)]
    assert contact.person == "联络员一"


async def test_importing_for_a_post_that_does_not_exist_is_refused(db: Database):
    with pytest.raises(NotFound):
        await put(db, full_workbook(), as_post="没有这个岗位")
    assert (await everything(db))["indicators"] == 0


async def test_a_value_of_an_unknown_indicator_blocks_everything(db: Database):
    stray = replace(VALUE, indicator="没有这个指标")
    result = await put(db, workbook(progress=(stray,)))
    [problem] = result.problems
    assert "没有这个指标" in problem.text
    assert problem.cell
    assert not result.applied
    assert (await everything(db))["indicators"] == 0


async def test_a_problem_in_one_file_blocks_the_others(db: Database):
    files = [FileToImport("好.xlsx", full_workbook()), FileToImport("坏.xlsx", b"not a workbook")]
    result = await import_files(db, Cause(JANUARY), files)
    assert [problem.file for problem in result.problems] == ["坏.xlsx"]
    assert (await everything(db))["indicators"] == 0


async def test_a_number_that_cannot_be_stored_is_a_problem_not_a_crash(db: Database):
    huge = replace(INVESTMENT, target=Decimal("1234567890123"), target_text="1234567890123亿元")
    result = await put(db, workbook([huge]))
    assert result.problems
    assert not result.applied


async def test_two_imports_at_once_do_not_cross(db: Database):
    results = await asyncio.gather(*(put(db, full_workbook()) for _ in range(4)))
    assert sorted(result.applied for result in results) == [False, False, False, True]
    counts = await everything(db)
    assert (counts["indicators"], counts["persons"], counts["cycles"]) == (3, 3, 1)


async def test_a_person_who_moves_leaves_the_old_post_and_keeps_the_account(db: Database):
    await put(db, workbook(people=(LEADER, HEAD, CONTACT)))
    async with db.write() as session:
        [contact] = [item for item in await holders(session) if item.person == "联络员一"]
        session.add(Account(person_id=contact.person_id, telegram_user_id=7, chat_id=7, bound_at=JANUARY))
    moved = replace(CONTACT, unit="区商务局")
    result = await put(db, workbook(people=(LEADER, HEAD, moved)), now=JUNE)
    [change] = result.people.changed
    assert (change.was.posts[0].unit, change.now.posts[0].unit) == ("区发改局", "区商务局")
    async with db.read() as session:
        [now] = [item for item in await holders(session) if item.person == "联络员一"]
        ended = (await session.scalars(select(Tenure.until).where(Tenure.until.is_not(None)))).all()
    assert (now.post, now.chat_id, ended) == ("区商务局联络员", 7, [JUNE])


async def test_a_person_who_is_gone_loses_post_and_account_and_may_come_back(db: Database):
    await put(db, workbook(people=(LEADER, HEAD, CONTACT)))
    async with db.write() as session:
        [contact] = [item for item in await holders(session) if item.person == "联络员一"]
        session.add(Account(person_id=contact.person_id, telegram_user_id=7, chat_id=7, bound_at=JANUARY))
    result = await put(db, workbook(people=(LEADER, HEAD)), now=JUNE)
    assert [item.name for item in result.people.gone] == ["联络员一"]
    async with db.read() as session:
        assert (await session.scalars(select(Account.unbound_at))).all() == [JUNE]
        assert "联络员一" not in {item.person for item in await holders(session)}
    await put(db, workbook(people=(LEADER, HEAD, CONTACT)), now=JUNE)
    async with db.read() as session:
        [back] = [item for item in await holders(session) if item.person == "联络员一"]
    assert (back.person_id, back.chat_id) == (contact.person_id, None)


async def test_people_without_a_code_are_known_by_their_names(db: Database):
    people = tuple(replace(row, code=None) for row in (LEADER, HEAD, CONTACT))
    await put(db, workbook(people=people))
    assert (await put(db, workbook(people=people))).is_empty
    moved = (people[0], people[1], replace(people[2], unit="区商务局"))
    result = await put(db, workbook(people=moved), now=JUNE)
    assert len(result.people.changed) == 1
    assert not result.people.gone


async def test_a_successor_takes_over_the_post(db: Database):
    await put(db, workbook(people=(LEADER, HEAD, CONTACT)))
    successor = PersonRow("C9", "新联络员", CONTACT.unit, CONTACT.title, CONTACT.role)
    await put(db, workbook(people=(LEADER, HEAD, successor)), now=JUNE)
    async with db.read() as session:
        held = {item.post: item.person for item in await holders(session)}
    assert held["区发改局联络员"] == "新联络员"


async def test_a_scheme_is_loaded_once_and_its_problems_name_the_key(db: Database):
    body = DEFAULT_SCHEME.read_bytes()
    good = [FileToImport("scheme.toml", body)]
    result = await import_files(db, Cause(JANUARY), good)
    assert [scheme.version for scheme in result.schemes] == ["2026.1"]
    assert (await import_files(db, Cause(JANUARY), good)).is_empty
    bad = [FileToImport("scheme.toml", body.replace(b"due_day = 25", b"due_day = 99"))]
    refused = await import_files(db, Cause(JANUARY), bad)
    assert any("due_day" in problem.cell for problem in refused.problems)
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(SchemeVersion)) == 1


async def test_every_change_leaves_a_line_in_the_audit(db: Database):
    await put(db, full_workbook(), now=JUNE)
    async with db.read() as session:
        actions = set(await session.scalars(select(AuditEntry.action)))
    assert {"add_indicator", "add_person", "import_points", "import_bonuses", "import_report", "load_scheme"} <= actions


@pytest.mark.parametrize(
    "name",
    ["agri-2024-05", "qiaocheng-2025", "shapingba-2022", "shiliqu-2026-lists", "xianan-2023", "zhonglou-2021"],
)
async def test_each_published_workbook_comes_in_once(sqlite_db: Database, shared: Path, name: str):
    path = shared / f"data/{name}.xlsx"
    first = await import_paths(sqlite_db, Cause(JANUARY), [path])
    assert first.applied
    assert not first.problems
    again = await import_paths(sqlite_db, Cause(JANUARY), [path])
    assert again.is_empty


async def test_all_published_workbooks_at_once_land_in_their_own_years(db: Database, shared: Path):
    paths = sorted((shared / "data").glob("*.xlsx"))
    result = await import_paths(db, Cause(JANUARY), paths)
    assert result.years == (2021, 2022, 2023, 2024, 2025, 2026)
    assert not result.problems
    assert len(result.added) == 118
    by_name = {(item.year, item.name): item for item in result.added}
    investment = by_name[2026, "固定资产投资"]
    assert (investment.target, investment.unit, investment.responsible_leader) == (Decimal(162), "亿元", "常务副区长")
    assert investment.cooperating_units == ("区住建局", "区交通局", "区工信局")
    assert by_name[2026, "城镇登记失业率"].direction == Direction.LOWER
    again = await import_paths(db, Cause(JANUARY), paths)
    assert again.is_empty


async def test_an_open_warning_of_an_indicator_that_is_gone_is_closed(db: Database):
    await put(db, workbook())
    row = await indicator(db, "粮食产量")
    async with db.write() as session:
        order = WarningOrder(
            year=2026,
            serial=1,
            indicator_id=row.id,
            period="2026-05",
            grade="serious",
            severity=3,
            state="issued",
            first_warned_period="2026-05",
            issued_at=JANUARY,
            graded_at=JANUARY,
        )
        session.add(order)
    await put(db, workbook([INVESTMENT, JOBS]), now=JUNE)
    async with db.read() as session:
        [closed] = (await session.scalars(select(WarningOrder))).all()
    assert (closed.state, closed.closed_at) == ("closed", JUNE)
