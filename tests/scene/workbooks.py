"""The workbooks that the office hands over: the samples, a part of them, and broken ones."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook, load_workbook

from tests.scene.processes import ROOT

SAMPLES = ROOT / "samples"
SHARED = ROOT.parent / "shared"
LISTS, ROSTER, SCHEME = SAMPLES / "lists-2026.xlsx", SAMPLES / "roster-2026.xlsx", SAMPLES / "scheme.toml"
TARGET_CELL = "F5"


def progress_until_october(folder: Path) -> Path:
    """October's reports, and for what was not reported in October the last report before it."""
    source = load_workbook(SAMPLES / "progress-2026.xlsx").worksheets[0]
    title, header, *rows = source.iter_rows(values_only=True)
    last = {row[1]: row for row in rows if str(row[5]) <= "2026-10"}
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (title, header, *last.values()):
        sheet.append(row)
    book.save(folder / "progress.xlsx")
    return folder / "progress.xlsx"


def lists_with_a_strange_target(folder: Path) -> tuple[Path, str]:
    """The sample lists with one target that nobody can read; and the cell."""
    book = load_workbook(LISTS)
    book.worksheets[0][TARGET_CELL] = "尽量多"
    book.save(folder / "strange.xlsx")
    return folder / "strange.xlsx", TARGET_CELL


def not_a_workbook(folder: Path) -> Path:
    """A file that only calls itself one."""
    path = folder / "broken.xlsx"
    path.write_bytes(LISTS.read_bytes()[:5000])
    return path
