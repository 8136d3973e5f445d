"""The `baton` command as scripts use it: exit status, one JSON document on standard output, words on standard error."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.sheets.records import ExportData
from bot.sheets.writer import write_workbook
from tests.services.workbooks import CONTACT, HEAD, INVESTMENT, JOBS, LEADER, VALUE, full_workbook, workbook

INDICATOR_KEYS = {
    "name",
    "target",
    "unit",
    "kind",
    "direction",
    "lead_units",
    "cooperating_units",
    "responsible_leader",
    "due",
    "weight",
}


@dataclass
class Outcome:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Shell:
    """Runs `baton` in a folder of its own, on a database of its own; `process` in a process of its own too."""

    folder: Path
    url: str
    patch: pytest.MonkeyPatch

    def settings(self, given: dict[str, str]) -> dict[str, str]:
        # A rehearsal clock is refused with the public Bot API; nobody listens at this one.
        usual = {"BATON_DATABASE_URL": self.url, "BATON_BOT_API_URL": "http://127.0.0.1:9"}
        return usual | {"BATON_DATA_DIR": str(self.folder / "data")} | given

    def baton(self, *arguments: str, **settings: str) -> Outcome:
        out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
        with self.patch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name, value in self.settings(settings).items():
                patch.setenv(name, value)
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", ["baton", *arguments])
            with pytest.raises(SystemExit) as left:
                main()
        return Outcome(int(left.value.code or 0), *(_written(stream) for stream in (out, err)))

    def process(self, *arguments: str, **settings: str) -> Outcome:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("BATON_")}
        environ |= {"PYTHONPATH": str(Path(__file__).parents[2])} | self.settings(settings)
        command = [sys.executable, "-m", "bot", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=environ, capture_output=True, timeout=120, check=False)
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    def file(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return name


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """On an SQLite file that does not exist yet."""
    return Shell(tmp_path, f"sqlite:///{tmp_path / 'fresh.db'}", monkeypatch)


@pytest.fixture
def loaded(shell: Shell) -> Shell:
    """With a list, a roster and a report imported."""
    outcome = shell.baton("import", shell.file("full.xlsx", full_workbook()), BATON_CLOCK="2026-06-10T10:00:00")
    assert outcome.status == 0, outcome
    return shell


def test_an_import_on_a_fresh_database_shows_the_diff_and_applies_it(shell: Shell):
    path = shell.file("full.xlsx", full_workbook())
    preview = shell.baton("import", path, "--dry-run", "--json")
    assert preview.status == 0
    assert (preview.json["dry_run"], preview.json["applied"], len(preview.json["added"])) == (True, False, 3)
    first = preview.json["added"][0]
    assert set(first) >= INDICATOR_KEYS
    assert {key: first[key] for key in ("name", "target", "unit", "weight", "due", "kind", "direction")} == {
        "name": "固定资产投资",
        "target": "162",
        "unit": "亿元",
        "weight": "30",
        "due": "2026-12-31",
        "kind": "cumulative",
        "direction": "higher",
    }
    shown = shell.baton("import", path)
    assert shown.status == 0
    assert "固定资产投资" in shown.out
    assert "已导入" in shown.out
    again = shell.baton("import", path, "--json")
    assert (again.json["added"], again.json["changed"], again.json["gone"]) == ([], [], [])


def test_a_changed_list_says_old_and_new(loaded: Shell):
    raised = replace(INVESTMENT, target=Decimal("170.50"), target_text="170.50亿元")
    outcome = loaded.baton("import", loaded.file("new.xlsx", workbook([raised, JOBS])), "--json")
    [changed] = outcome.json["changed"]
    assert changed["target"] == "170.5"
    assert changed["was"]["target"] == "162"
    assert [item["name"] for item in outcome.json["gone"]] == ["粮食产量"]


def test_a_problem_is_told_with_its_cell_and_nothing_is_applied(shell: Shell):
    bad = shell.file("bad.xlsx", workbook(progress=(VALUE,)[:1]).replace(b"PK", b"PX", 1))
    outcome = shell.baton("import", shell.file("good.xlsx", full_workbook()), bad, "--json")
    assert outcome.status == 1
    [problem] = outcome.json["problems"]
    assert set(problem) == {"file", "sheet", "cell", "text", "hint"}
    assert problem["file"] == "bad.xlsx"
    assert not outcome.json["applied"]
    words = shell.baton("import", bad)
    assert words.status == 1
    assert "bad.xlsx" in words.out


def test_wrong_usage_is_status_two(shell: Shell):
    assert shell.baton("import").status == 2
    assert shell.baton("invite").status == 2
    assert shell.baton("no-such-command").status == 2


def test_an_invite_is_a_code_a_link_a_post_and_an_expiry(loaded: Shell):
    outcome = loaded.baton("invite", "区发改局联络员", "--json")
    assert outcome.status == 0
    assert outcome.json["post"] == "区发改局联络员"
    assert outcome.json["link"].startswith("https://t.me/")
    assert outcome.json["link"].endswith(f"?start={outcome.json['code']}")
    assert outcome.json["expires_at"]
    assert loaded.baton("invite", "联络员一", "--json").json["post"] == "区发改局联络员"
    assert loaded.baton("invite", "C1", "--json").json["post"] == "区发改局联络员"
    assert loaded.baton("invite", "系统管理员", "--json").json["post"] == "系统管理员"


def test_somebody_unknown_is_explained(loaded: Shell):
    outcome = loaded.baton("invite", "没有这个人")
    assert outcome.status == 1
    assert "没有这个人" in outcome.err
    assert outcome.out == ""


def test_all_invites_come_as_lines_for_a_spreadsheet(loaded: Shell):
    lines = loaded.baton("invite", "--all", "--csv").out.splitlines()
    assert len(lines) == 1 + len((LEADER, HEAD, CONTACT))


def test_an_export_reads_back_as_nothing_new(loaded: Shell):
    outcome = loaded.baton("export", "out.xlsx", "--json")
    assert (outcome.status, outcome.json["indicators"], outcome.json["progress"]) == (0, 3, 1)
    again = loaded.baton("import", "out.xlsx", "--json").json
    assert (again["added"], again["changed"], again["gone"], again["people"]["added"]) == ([], [], [], [])


def test_exporting_nothing_is_explained(shell: Shell):
    outcome = shell.baton("export", "out.xlsx")
    assert outcome.status == 1
    assert outcome.err


def test_the_database_is_upgraded_checked_saved_and_restored(loaded: Shell):
    assert loaded.baton("db", "upgrade", "--json").json["ok"]
    checked = loaded.baton("db", "check", "--json", BATON_CLOCK="2026-06-10T10:00:00")
    assert (checked.status, checked.json) == (0, {"ok": True, "findings": []})
    assert loaded.baton("backup", "b.zip", "--json").status == 0
    assert loaded.baton("restore", "b.zip").status == 1
    other = replace(loaded, url=f"sqlite:///{loaded.folder / 'other.db'}")
    assert other.baton("restore", "b.zip", "--json").json["rows"]["indicators"] == 3
    assert other.baton("import", "full.xlsx", "--json").json["added"] == []


def test_a_database_without_tables_fails_its_check_with_a_hint(shell: Shell):
    outcome = shell.baton("db", "check", "--json")
    assert outcome.status == 1
    [finding] = outcome.json["findings"]
    assert set(finding) == {"id", "level", "text", "hint"}
    assert (finding["id"], finding["level"]) == ("baton.db.E001", "error")


def test_the_check_up_numbers_its_findings(loaded: Shell):
    outcome = loaded.baton("check", "--json")
    assert outcome.status == 1
    assert "baton.check.E002" in {finding["id"] for finding in outcome.json["findings"]}
    wrong = loaded.baton("check", "--json", BATON_MODE="pigeon")
    assert [finding["id"] for finding in wrong.json["findings"]] == ["baton.check.E001"]


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/none", "mysql://localhost/x", "nonsense"])
def test_a_database_out_of_reach_is_explained(shell: Shell, url: str):
    outcome = shell.baton("import", shell.file("x.xlsx", full_workbook()), BATON_DATABASE_URL=url)
    assert outcome.status == 1
    assert outcome.err


def test_a_secret_in_a_wrong_setting_is_not_printed(shell: Shell):
    outcome = shell.baton("db", "check", BATON_BOT_API_URL="ftp://secret-host-1234")
    assert outcome.status == 1
    assert "secret-host-1234" not in outcome.err + outcome.out


@pytest.mark.process
def test_a_process_of_its_own_says_the_same(shell: Shell):
    assert shell.process("--version").out.startswith("baton ")
    path = shell.file("full.xlsx", full_workbook())
    assert len(shell.process("import", path, "--json").json["added"]) == 3
    unknown = shell.process("invite", "没有这个人")
    assert (unknown.status, unknown.out) == (1, "")
    assert "Traceback" not in unknown.err


def test_a_list_of_another_year_leaves_this_one_alone(loaded: Shell):
    other = write_workbook(ExportData(2025, "示例区", (INVESTMENT,)))
    outcome = loaded.baton("import", loaded.file("2025.xlsx", other), "--json")
    assert (outcome.json["year"], len(outcome.json["added"]), outcome.json["gone"]) == (2025, 1, [])


def test_a_database_of_another_revision_is_left_alone(loaded: Shell):
    with sqlite3.connect(loaded.folder / "fresh.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_tomorrow'")
    outcome = loaded.baton("import", "full.xlsx")
    assert (outcome.status, outcome.out) == (1, "")
    assert "from_tomorrow" in outcome.err
