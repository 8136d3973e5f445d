"""The stops of a rehearsal clock lie ahead and on working days."""

from __future__ import annotations

from datetime import time

import pytest

from bot.holidays import china
from bot.services.rehearsing import steps_between, stops_after
from bot.services.year import office_zone

from .warned_district import at

HOUR = time(8, 30)


@pytest.mark.parametrize(
    "now", ["2026-11-20 08:20", "2026-11-20 08:31", "2026-09-30 12:00", "2026-12-31 23:00", "2026-02-14 09:00"]
)
def test_every_stop_lies_ahead_on_a_working_day(now: str) -> None:
    for stop in stops_after(at(now), HOUR):
        assert stop.at > at(now)
        assert china().is_workday(stop.at.astimezone(office_zone()).date())


def test_the_twentieth_of_december_is_a_sunday_and_moves() -> None:
    stops = {stop.key: stop.at for stop in stops_after(at("2026-12-01 09:00"), HOUR)}
    assert stops["day_20"] == at("2026-12-21 08:31")


def test_the_days_in_between_are_lived_through() -> None:
    steps = list(steps_between(at("2026-11-20 09:00"), at("2026-11-23 10:00"), HOUR))
    assert steps == [at("2026-11-21 08:31"), at("2026-11-22 08:31"), at("2026-11-23 08:31"), at("2026-11-23 10:00")]
