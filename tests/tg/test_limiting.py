"""One account cannot drown the bot, and a flood is told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.tg.limiting import BURST, PER_MINUTE, REMEMBERED, Limiter

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_flood_gets_one_sentence_and_then_silence() -> None:
    limiter = Limiter()
    answers = [limiter.allow(1, at(number / 10)) for number in range(600)]
    assert sum(tell for _allowed, tell in answers) == 1
    assert sum(allowed for allowed, _tell in answers) <= BURST + 60 * PER_MINUTE / 60 + 1


def test_after_a_calm_minute_everything_is_as_before() -> None:
    limiter = Limiter()
    for _ in range(100):
        limiter.allow(1, NOW)
    assert limiter.allow(1, at(60)) == (True, False)
    told = [limiter.allow(1, at(60))[1] for _ in range(100)]
    assert told.count(True) == 1


def test_others_are_not_held_up() -> None:
    limiter = Limiter()
    for _ in range(100):
        limiter.allow(1, NOW)
    assert limiter.allow(2, NOW) == (True, False)


def test_a_clock_that_is_set_back_gives_nothing_away() -> None:
    limiter = Limiter()
    for _ in range(100):
        limiter.allow(1, at(100))
    assert limiter.allow(1, at(0))[0] is False
    assert limiter.allow(1, at(100))[0] is False


def test_what_it_remembers_is_bounded() -> None:
    limiter = Limiter()
    for user in range(2 * REMEMBERED + 10):
        limiter.allow(user, NOW)
        limiter.first_in_a_while(user, NOW)
    assert len(limiter.levels) <= REMEMBERED
    assert len(limiter.strangers) <= REMEMBERED


def test_a_stranger_is_answered_again_after_ten_minutes() -> None:
    limiter = Limiter()
    assert [limiter.first_in_a_while(1, at(seconds)) for seconds in (0, 1, 599, 600, 601)] == [
        True,
        False,
        False,
        True,
        False,
    ]
