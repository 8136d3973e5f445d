"""`baton sweep` and `baton why`: the documents of the contract, the words, and what a wrong word gets."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest

from bot.cli import main
from bot.db.engine import Database
from tests.services.warned_district import INVESTMENT, small_district


class Desk:
    """A small district with a grave report, and the command line on it."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch) -> None:
        self.url, self.patch = url, patch

    def set_up(self) -> None:
        async def build() -> None:
            db = Database(self.url)
            district = await small_district(db, unbound=("head",))
            await district.report(INVESTMENT, "2026-10", "40", "2026-10-22 10:00")
            await db.close()

        asyncio.run(build())

    def baton(self, *arguments: str) -> tuple[int, str, str]:
        out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
        with self.patch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setenv("BATON_DATABASE_URL", self.url)
            patch.setattr(sys, "argv", ["baton", *arguments])
            with pytest.raises(SystemExit) as left:
                main()
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
        return int(left.value.code or 0), texts[0], texts[1]

    def json(self, *arguments: str) -> Any:
        status, out, err = self.baton(*arguments, "--json")
        assert status == 0, err
        return json.loads(out)


@pytest.fixture
def desk(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(sqlite_url, monkeypatch)
    made.set_up()
    return made


def test_a_dry_run_prints_who_would_get_what_and_why(desk: Desk) -> None:
    found = desk.json("sweep", "--dry-run", "--at", "2026-10-27T08:30")
    pushes = {push["post"]: push for push in found["pushes"]}
    assert {"person", "post", "kind", "grade", "indicators", "reason", "text"} <= pushes["区发改局联络员"].keys()
    assert "report_overdue" in pushes["区发改局联络员"]["reason"]
    assert "逾期1天" in pushes["区发改局联络员"]["text"]
    assert ("某04", "no_account") in {(item["person"], item["reason"]) for item in found["withheld"]}
    assert desk.json("sweep", "--dry-run", "--at", "2026-10-27T08:30") == found


def test_a_sweep_runs_once(desk: Desk) -> None:
    assert desk.json("sweep", "--at", "2026-10-27")["pushes"]
    again = desk.json("sweep", "--at", "2026-10-27")
    assert (again["pushes"], again["withheld"], again["ran"]) == ([], [], [])


def test_one_job_alone(desk: Desk) -> None:
    assert desk.json("sweep", "periods", "--at", "2026-10-27T08:30")["ran"] == [
        "periods 2026-10:open",
        "periods 2026-09:close",
    ]


def test_in_words(desk: Desk) -> None:
    status, out, _ = desk.baton("sweep", "--dry-run", "--at", "2026-10-27T08:30")
    assert status == 0
    assert "试运行" in out
    assert "填报已逾期" in out
    assert "尚未绑定账号，无法送达" in out


def test_why_answers_from_the_record(desk: Desk) -> None:
    found = desk.json("why", "常务副区长", INVESTMENT, "--at", "2026-10-30T09:00")
    (decision,) = found["decisions"]
    assert (decision["kind"], decision["grade"], decision["sent"], decision["reason"]) == (
        "warning",
        "serious",
        True,
        "ladder",
    )
    assert decision["at"].startswith("2026-10-22T02:00")
    status, out, _ = desk.baton("why", "某04", "固定资产", "--at", "2026-10-30T09:00")
    assert status == 0
    assert "尚未绑定账号，无法送达" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sweep", "nosuch"), "没有名为“nosuch”的任务"),
        (("sweep", "--at", "明天"), "无法识别"),
        (("why", "无此人", INVESTMENT, "--at", "2026-10-30"), "没有“无此人”"),
        (("why", "某04", "投资", "--at", "2026-10-30"), "工业技改投资"),
        (("why", "某04", "无此指标", "--at", "2026-10-30"), "没有名为“无此指标”的指标"),
    ],
)
def test_a_wrong_word_is_explained(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    status, _, err = desk.baton(*arguments)
    assert status == 1
    assert words in err
