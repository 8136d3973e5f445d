"""A whole year of the sample district: what goes out is what a good office would send, and nothing else.

The log of all messages is kept in `expected/`. Where a change of rules or words is wanted, write it anew and read the
difference:  YEAR_LOG=write pytest tests/year
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from bot.domain.decisions import REASON_CODES
from bot.domain.period import Period
from bot.domain.pushes import PushKind, PushState
from bot.domain.reporting import reminder_days
from tests.year.habits import DAY, ZONE
from tests.year.living import (
    MADE_UP,
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
from tests.year.writing import files, per_month

EXPECTED = Path(__file__).parent / "expected"
FIRST_MONTHS = date(2026, 2, 28)
END_STATES = {PushState.SENT, PushState.CANCELLED, PushState.EXPIRED, PushState.FAILED, PushState.UNCERTAIN}
# The most that one person gets in a month, and the median, by role. One of the office's is the call to review.
HUMANE = {"leader": (5, 1), "head": (5, 1), "contact": (9, 2), "office": (13, 6)}


@pytest.fixture(scope="module")
def run() -> Iterator[YearRun]:
    """The year, lived once for all tests."""
    with folder_in_memory() as folder:
        yield live(folder)


def test_the_year_is_of_full_size(run: YearRun) -> None:
    assert run.ticks == 2 * 365
    assert len(run.leader_of) == 65
    assert len(run.roles) >= 70
    assert len(run.reported) == 775
    assert {report.habit for report in run.reported} == {"ordinary", "evening", "day_off", "last_day", "late"}


def test_nobody_gets_two_digests_on_one_day(run: YearRun) -> None:
    counts = Counter((message.person, local_day(message.at)) for message in digests(run))
    assert {key: count for key, count in counts.items() if count > 1} == {}


def test_nothing_leaves_at_night_or_on_a_day_off(run: YearRun) -> None:
    for message in run.messages:
        at = message.at.astimezone(ZONE)
        assert OPEN <= at.time() < SHUT, message
        assert is_workday(at.date()), message
    # Days that are worked instead of a holiday are working days, Sundays too.
    assert {local_day(message.at) for message in run.messages} & MADE_UP


def test_nobody_is_asked_for_a_report_that_is_in(run: YearRun) -> None:
    made = {(report.indicator, report.period): report.at for report in run.reported}
    sent_at = {message.push_id: message.at for message in run.messages}
    asked = [
        item for item in run.decisions if item.kind in ("report", "urge") and item.sent and item.push_id in sent_at
    ]
    assert len(asked) > 1000
    for item in asked:
        came = made.get((item.indicator or "", item.period or ""))
        assert came is None or came > sent_at[item.push_id or 0], item


def test_what_the_words_ask_for_is_not_in_either(run: YearRun) -> None:
    """The same promise read off the messages themselves, not off what was recorded about them."""
    made = {(report.indicator, int(report.period[5:])): report.at for report in run.reported}
    names = {name: name if len(name) <= 40 else name[:39] for name in run.leader_of}
    for message in digests(run):
        head, _, rest = message.text.partition("月填报")
        month = head.rpartition("<b>")[2]
        if not month.isdigit():
            continue
        section = rest.split("\n\n")[0]
        for name, shown in names.items():
            if f"· {shown}" in section:
                came = made.get((name, int(month)))
                assert came is None or came > message.at, (message, name)


def test_a_contact_who_reported_everything_hears_nothing_of_reports(run: YearRun) -> None:
    assert run.year is not None
    made = {(report.indicator, report.period): report.at for report in run.reported}
    own = defaultdict(set)
    for indicator, people in run.contacts_of.items():
        for person in people:
            own[person].add(indicator)
    reminded = {(item.person, local_day(item.at)) for item in run.decisions if item.kind == "report" and item.sent}
    finished = 0
    for month in range(1, 13):
        period = Period(2026, month)
        for day in reminder_days(period, run.year.scheme, run.year.calendar):
            morning = datetime.combine(day, OPEN, ZONE)
            for person, indicators in own.items():
                if all((at := made.get((name, str(period)))) and at < morning for name in indicators):
                    finished += 1
                    assert (person, day) not in reminded, (person, day)
    assert finished > 500


def test_every_grave_warning_reaches_its_leader_by_the_next_working_morning(run: YearRun) -> None:
    grave = [item for item in run.graded if item.grade == "serious"]
    assert len(grave) > 10
    told = [item for item in run.messages if item.kind == PushKind.WARNING and item.role == "leader"]
    for item in grave:
        leader = run.leader_of[item.indicator]
        if leader not in run.roles:
            continue
        due = next_sending_time(item.at)
        came = [one for one in told if one.person == leader and item.indicator in one.text and item.at <= one.at <= due]
        assert len(came) == 1, (item, leader, came)


def test_no_grave_warning_is_told_twice(run: YearRun) -> None:
    told = Counter((item.person, item.text) for item in run.messages if item.kind == PushKind.WARNING)
    assert [key for key, count in told.items() if count > 1] == []


def test_every_push_came_to_an_end(run: YearRun) -> None:
    assert {PushState(state) for state in run.push_states.values()} <= END_STATES
    assert len(run.messages) == sum(state == PushState.SENT for state in run.push_states.values())


def test_everything_withheld_has_a_recorded_reason(run: YearRun) -> None:
    withheld = [item for item in run.decisions if not item.sent]
    assert {item.reason for item in withheld} <= REASON_CODES
    assert {"no_account", "reported"} <= {item.reason for item in withheld}


def test_people_without_an_account_get_nothing(run: YearRun) -> None:
    assert {message.person for message in run.messages} <= set(run.roles)


def test_nobody_is_flooded(run: YearRun) -> None:
    found = {role: (max(counts), median(counts)) for role, counts in per_month(run).items()}
    for role, (most, middle) in found.items():
        assert most <= HUMANE[role][0], (role, found)
        assert middle <= HUMANE[role][1], (role, found)


def test_a_warning_that_nobody_acknowledges_is_not_repeated_every_day(run: YearRun) -> None:
    mornings = defaultdict(list)
    for message in digests(run):
        if message.text.startswith("<b>待签收</b>"):
            mornings[message.person].append(local_day(message.at))
    for person, days in mornings.items():
        runs = [later - earlier == timedelta(days=1) for earlier, later in pairwise(days)]
        assert not any(all(runs[at : at + 3]) for at in range(len(runs) - 2)), (person, days)


def test_the_whole_year_judged_again_gives_the_same_rows(run: YearRun) -> None:
    assert run.verdicts > 700
    assert run.recomputed_otherwise == []


def test_the_log_is_as_reviewed(run: YearRun) -> None:
    written = files(run)
    if os.environ.get("YEAR_LOG") == "write":
        EXPECTED.mkdir(exist_ok=True)
        for name, text in written.items():
            (EXPECTED / name).write_text(text, encoding="utf-8")
    kept = {path.name: path.read_text(encoding="utf-8") for path in sorted(EXPECTED.glob("*.txt"))}
    assert written == kept


def test_sweeping_often_and_from_several_processes_changes_nothing(run: YearRun) -> None:
    with folder_in_memory() as folder:
        again = live(folder, FIRST_MONTHS, rivals=1)
    until = datetime.combine(FIRST_MONTHS + DAY, time(), ZONE)
    first = [message for message in run.messages if message.at < until]
    assert files(YearRun(messages=again.messages))["log.txt"] == files(YearRun(messages=first))["log.txt"]
    assert [message.text for message in again.messages] == [message.text for message in first]
