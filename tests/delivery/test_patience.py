"""How long an update is tried, by what stands in its way."""

from __future__ import annotations

import pytest

from bot.inbox.patience import OUTAGE_SECONDS, PAUSES, UNSURE_PAUSES, HandlingFailed, MayPass, Patience

BROKEN_CONNECTION = MayPass("NetworkError")
AWAY = MayPass("NotConnected", outage=True)
MISTAKE = KeyError("nobody foresaw this")


def pauses_after(failure: Exception, most: int = 1_000) -> list[float]:
    patience, pauses = Patience(), []
    while (pause := patience.pause_after(failure)) is not None and len(pauses) < most:
        pauses.append(pause)
    return pauses


def test_a_mistake_of_ours_is_tried_three_times() -> None:
    assert pauses_after(MISTAKE) == list(PAUSES)
    assert len(PAUSES) == 2


def test_what_failed_for_good_is_not_tried_again() -> None:
    assert pauses_after(HandlingFailed("malformed")) == []


def test_an_answer_under_which_the_connection_broke_outlasts_a_short_outage_and_floods_nobody() -> None:
    pauses = pauses_after(BROKEN_CONNECTION)
    assert pauses == sorted(pauses) == list(UNSURE_PAUSES)
    assert sum(pauses) > 100
    assert len(pauses) < 8


def test_an_outage_is_waited_out_for_a_quarter_of_an_hour() -> None:
    assert sum(pauses_after(AWAY)) == pytest.approx(OUTAGE_SECONDS, abs=10)
