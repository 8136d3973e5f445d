"""A year of the sample district under the two other schemes that ship: what goes out is kept, and read when it changes.

Every sixth indicator is lived with, and somebody looks once each working morning. To write the logs anew:
YEAR_LOG=write pytest tests/year
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from bot.domain.pushes import PushKind
from tests.year.district import Setting
from tests.year.habits import ZONE
from tests.year.living import (
    OPEN,
    SHUT,
    digests,
    folder_in_memory,
    is_workday,
    live,
    local_day,
    next_sending_time,
)
from tests.year.records import YearRun
from tests.year.writing import one_line_each, phone, totals

EXPECTED = Path(__file__).parent / "expected"
PHONES = {"leader": "区委副书记", "contact": "区委改革办联络员", "head": "区委改革办主要负责人"}
SCHEMES = ("four-colours", "monthly-pace")


@pytest.fixture(scope="module", params=SCHEMES)
def lived(request: pytest.FixtureRequest) -> Iterator[tuple[str, YearRun]]:
    name: str = request.param
    setting = Setting(f"schemes/{name}.toml", every=6, ticks=(time(8, 30),), only_workdays=True)
    with folder_in_memory() as folder:
        yield name, live(folder, setting=setting)


def test_nobody_is_told_twice_a_day_or_at_night(lived: tuple[str, YearRun]) -> None:
    _, run = lived
    assert len(run.leader_of) == 11
    counts = Counter((message.person, local_day(message.at)) for message in digests(run))
    assert max(counts.values()) == 1
    for message in run.messages:
        at = message.at.astimezone(ZONE)
        assert OPEN <= at.time() < SHUT, message
        assert is_workday(at.date()), message


def test_the_worst_grade_reaches_its_leader_by_the_next_working_morning(lived: tuple[str, YearRun]) -> None:
    _, run = lived
    assert run.year is not None
    urgent = {grade.code for grade in run.year.scheme.warnings if run.year.scheme.is_urgent(grade.code)}
    assert urgent == {"red"}
    told = [item for item in run.messages if item.kind == PushKind.WARNING and item.role == "leader"]
    graded = [item for item in run.graded if item.grade in urgent and run.leader_of[item.indicator] in run.roles]
    assert graded
    for item in graded:
        leader, due = run.leader_of[item.indicator], next_sending_time(item.at)
        came = [one for one in told if one.person == leader and item.indicator in one.text and item.at <= one.at <= due]
        assert len(came) == 1, (item, leader)


def test_the_whole_year_judged_again_gives_the_same_rows(lived: tuple[str, YearRun]) -> None:
    _, run = lived
    assert run.verdicts > 100
    assert run.recomputed_otherwise == []


def test_the_log_is_as_reviewed(lived: tuple[str, YearRun]) -> None:
    name, run = lived
    written = {f"phone_{who}.txt": phone(run.messages, post) for who, post in PHONES.items()}
    written |= {"log.txt": one_line_each(run.messages), "totals.txt": totals(run)}
    folder = EXPECTED / name
    if os.environ.get("YEAR_LOG") == "write":
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in written.items():
            (folder / file).write_text(text, encoding="utf-8")
    kept = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}
    assert written == kept
