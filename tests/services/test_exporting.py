"""An export imports back to the same, into the same database and into an empty one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.tables import Indicator, Report
from bot.domain.errors import NotFound
from bot.domain.kinds import Kind
from bot.services.cause import Cause
from bot.services.exporting import export_data, export_workbook
from bot.services.importing import import_paths
from bot.sheets.records import NodeRow
from tests.services.workbooks import INVESTMENT, JANUARY, JOBS, JUNE, full_workbook, put, workbook


async def test_an_export_changes_nothing_where_it_came_from(db: Database, shared: Path):
    paths = [shared / "data/shiliqu-2026-lists.xlsx", shared / "data/shiliqu-2026-roster.xlsx"]
    await import_paths(db, Cause(JANUARY), paths)
    exported = await export_workbook(db, Cause(JUNE))
    counts = {"indicators": 65, "points": 83, "bonuses": 10, "people": 75, "progress": 0}
    assert exported.counts() == counts
    result = await put(db, exported.content, now=JUNE)
    assert result.is_empty, result


async def test_an_export_makes_the_same_district_elsewhere(db: Database, tmp_path: Path, shared: Path):
    paths = [shared / "data/shiliqu-2026-lists.xlsx", shared / "data/shiliqu-2026-roster.xlsx"]
    here = Database(f"sqlite:///{tmp_path / 'here.db'}")
    await migrate(here)
    await import_paths(here, Cause(JANUARY), paths)
    exported = await export_workbook(here, Cause(JUNE))
    await here.close()
    await put(db, exported.content, now=JUNE)
    assert await export_data(db, 2026, exactly=True) == exported.data
    assert (await import_paths(db, Cause(JUNE), paths)).is_empty


async def test_reports_travel_with_the_export(db: Database):
    await put(db, full_workbook(), now=JUNE)
    exported = await export_workbook(db, Cause(JUNE))
    assert exported.counts()["progress"] == 1
    assert (await put(db, exported.content, now=JUNE)).is_empty


async def test_closed_indicators_are_not_exported(db: Database):
    await put(db, workbook())
    await put(db, workbook([INVESTMENT, JOBS]), now=JUNE)
    exported = await export_workbook(db, Cause(JUNE))
    assert [row.name for row in exported.data.indicators] == ["固定资产投资", "城镇新增就业"]


async def test_nothing_to_export_is_said(db: Database):
    with pytest.raises(NotFound):
        await export_workbook(db, Cause(JUNE))


async def test_the_nodes_that_are_done_travel_as_a_percentage(db: Database):
    road = replace(
        INVESTMENT,
        name="绕城段建成通车",
        target=None,
        unit=None,
        target_text="节点：3月征拆；6月路基；12月通车",
        kind=Kind.MILESTONE,
        nodes=(NodeRow(3, "征拆"), NodeRow(6, "路基"), NodeRow(12, "通车")),
    )
    await put(db, workbook([road]))
    async with db.write() as session:
        indicator_id = await session.scalar(select(Indicator.id))
        report = Report(indicator_id=indicator_id, period="2026-05", revision=1, nodes_done=[1, 2], source="chat")
        report.reported_at = JUNE
        session.add(report)
    exported = await export_workbook(db, Cause(JUNE))
    assert (await put(db, exported.content, now=JUNE)).is_empty
    async with db.write() as session:
        await session.execute(delete(Report))
    await put(db, exported.content, now=JUNE)
    async with db.read() as session:
        assert (await session.scalars(select(Report.nodes_done))).all() == [[1, 2]]
