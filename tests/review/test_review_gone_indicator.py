"""An indicator that leaves one list while the other list of the same workbook still speaks of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.db.engine import Database
from bot.services.cause import Cause
from bot.services.import_files import MAX_SCHEME_BYTES, FileToImport
from bot.services.importing import import_files, import_paths
from tests.services.workbooks import INVESTMENT, JANUARY, JOBS, JUNE, LOSSES, POINT, put, workbook

LOSSES_POINT = replace(POINT, indicator=LOSSES.name, units=LOSSES.lead_units, text="旱情")


async def test_its_points_go_with_it_and_the_office_is_told(sqlite_db: Database):
    await put(sqlite_db, workbook(points=(POINT, LOSSES_POINT)))
    shorter = workbook([INVESTMENT, JOBS], points=(POINT, LOSSES_POINT))
    result = await put(sqlite_db, shorter, now=JUNE)
    assert result.problems == ()
    assert [item.name for item in result.gone] == [LOSSES.name]
    (note,) = [note for note in result.notes if LOSSES.name in note.text]
    assert note.sheet
    assert note.cell
    again = await put(sqlite_db, shorter, now=JUNE)
    assert again.is_empty
    assert again.problems == ()


async def test_a_point_of_an_indicator_that_was_never_listed_is_a_problem(sqlite_db: Database):
    stray = replace(POINT, indicator="从未有过的指标")
    result = await put(sqlite_db, workbook(points=(stray,)))
    assert ["从未有过的指标" in problem.text for problem in result.problems] == [True]


async def test_a_scheme_of_many_megabytes_is_refused_before_it_is_read(sqlite_db: Database):
    file = FileToImport("方案.toml", b"#" * (MAX_SCHEME_BYTES + 1))
    result = await import_files(sqlite_db, Cause(JANUARY), [file])
    assert ["1 MB" in problem.text for problem in result.problems] == [True]


async def test_a_file_that_cannot_be_opened_is_said_in_the_office_s_language(sqlite_db: Database, tmp_path: Path):
    for name in ("没有.xlsx", "没有.toml"):
        (problem,) = (await import_paths(sqlite_db, Cause(JANUARY), [tmp_path / name])).problems
        assert problem.text.startswith("打不开这个文件")
        assert "No such" not in problem.text + problem.hint
