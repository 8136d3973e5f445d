"""Telegram's limits hold for any schedule of messages, and nothing is held back longer than needed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pushes import PushState
from bot.outbox.delivery import BACKOFF, DeliveryError, FailureKind, after_failure
from bot.outbox.limits import REMEMBERED, WINDOW, Limits

CHATS = (1, 2, 3, -4)
steps = st.lists(st.tuples(st.floats(0, 3, allow_nan=False), st.sampled_from(CHATS)), min_size=1, max_size=120)


def play(wanted: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """Send as early as the limits let: (time, chat) of each message."""
    limits, now, sent = Limits(), 0.0, []
    for pause, chat in wanted:
        now += pause
        while wait := max(limits.wait(now), limits.waiting(now).get(chat, 0.0)):
            now += wait
        limits.take(chat, now)
        sent.append((now, chat))
    return sent


@given(steps)
def test_no_second_sees_more_than_thirty_messages(wanted: list[tuple[float, int]]) -> None:
    times = [at for at, _chat in play(wanted)]
    assert all(sum(start <= at < start + 1 for at in times) <= 30 for start in times)


@given(steps)
def test_no_chat_sees_more_than_a_burst_and_one_a_second(wanted: list[tuple[float, int]]) -> None:
    sent = play(wanted)
    for chat in CHATS[:3]:
        times = [at for at, to in sent if to == chat]
        assert all(sum(start <= at < start + 10 for at in times) <= 13 for start in times)


@given(st.integers(1, 60))
def test_no_group_sees_more_than_twenty_a_minute(count: int) -> None:
    times = [at for at, _chat in play([(0.0, -4)] * count)]
    assert all(sum(start <= at < start + 60 for at in times) <= 20 for start in times)


def test_a_thousand_chats_take_hardly_longer_than_the_limit_asks() -> None:
    sent = play([(0.0, chat) for chat in range(1, 1001)])
    assert sent[-1][0] <= 1000 / 28


def test_a_flood_blocks_everything_until_it_is_over() -> None:
    limits = Limits()
    limits.block(5, now=10)
    limits.block(1, now=10)
    assert limits.room(14.9) == 0
    assert limits.wait(12) == 3
    assert limits.room(15) > 0


def test_chats_that_are_calm_are_forgotten() -> None:
    limits = Limits(rate=1e9, burst=1e9)
    for chat in range(1, 3 * REMEMBERED):
        limits.take(chat, now=float(chat))
    assert len(limits._chats) <= REMEMBERED


def test_an_unbounded_sender_never_waits() -> None:
    limits = Limits.unbounded()
    for _ in range(1000):
        limits.take(1, now=0.0)
    assert limits.room(0.0) > 1000
    assert limits.waiting(0.0) == {}


def test_what_becomes_of_a_push_after_each_kind_of_failure() -> None:
    def verdict(kind: FailureKind, attempts: int = 1, **more: float | int) -> tuple[object, ...]:
        found = after_failure(DeliveryError(kind, **more), attempts)  # type: ignore[arg-type]
        return found.delay, found.state, found.counts

    assert verdict(FailureKind.FLOOD, retry_after=7.0) == (7.0, None, False)
    assert verdict(FailureKind.MIGRATED, moved_to=-1005) == (0.0, None, False)
    assert verdict(FailureKind.MIGRATED) == (None, PushState.FAILED, True)
    assert [verdict(FailureKind.NETWORK, n)[0] for n in range(1, 8)] == [*BACKOFF, BACKOFF[-1], BACKOFF[-1]]
    assert verdict(FailureKind.UNCERTAIN) == (None, PushState.UNCERTAIN, True)
    for kind in (FailureKind.BLOCKED, FailureKind.GONE, FailureKind.BAD_REQUEST):
        assert verdict(kind) == (None, PushState.FAILED, True)


def test_what_was_long_on_its_way_keeps_the_next_ones_back() -> None:
    limits = Limits()
    for number in range(WINDOW):
        assert limits.depart(number / 100) == 0
        # The first was on its way 40 ms longer than all others, there and back, as the time of its answer tells.
        limits.returned(number / 100, number / 100 + (0.09 if number == 0 else 0.05))
    assert limits.depart(1.01) > 0
    assert limits.depart(1.03) == 0
    # The one after it was not late.
    assert limits.depart(1.03) == 0
