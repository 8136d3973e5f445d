"""Telegram's sending limits: about 30 a second over all chats, one a second in a chat, 20 a minute in a group.

Pushes are given a time at which they may leave. Answers to whoever just asked never wait: they are counted, and the
pushes take what they leave over. Several processes of one bot exchange what they count (bot/outbox/pacing.py).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

# No more than WINDOW pushes are given out within SPAN seconds. The span is a little more than a second: what it leaves
# over is for those that are on their way longer than others.
WINDOW = 30
SPAN = 1.025
# What counts is when they arrive: the next may leave this long after the arrival of the one WINDOW before it. How late
# that was tells its round trip, compared with the shortest of the last ones; beyond LATEST it is not believed.
SECOND = 1.006
LATEST = 0.1
TRIPS = 300
PER_SECOND = WINDOW / SPAN
# Makes up for what a busy processor let slip, a fifth of a second at most.
BURST = 6.0
# However much is answered, this many pushes a second still leave; answers beyond the limit end in Telegram's own 429.
SHARE_OF_PUSHES = 5.0
# Answers weigh on the pushes that follow for half a second at most.
DEBT = 15.0
# A chat takes short bursts beyond one a second; three is well within what Telegram tolerates.
CHAT_PER_SECOND = 1.0
CHAT_BURST = 3.0
# Telegram: not more than 20 messages a minute to a group. Groups have negative ids.
GROUP_PER_SECOND = 18.0 / 60
GROUP_BURST = 2.0
REMEMBERED = 1_000
# Waiting times are compared with this much mercy: adding up floats must not cost a round of waiting.
TINY = 1e-6


def _unheard() -> None:
    """Nobody else needs to know that the bot is to be quiet."""


@dataclass
class Bucket:
    """Fills at `rate` tokens a second up to `size`; full at first. `debt`: how far it may be overdrawn."""

    rate: float
    size: float
    at: float
    debt: float = math.inf
    level: float = field(init=False)

    def __post_init__(self) -> None:
        self.level = self.size

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0 when one is."""
        self._fill(now)
        missing = 1.0 - self.level
        return missing / self.rate if missing > TINY else 0.0

    def take(self, now: float, count: float = 1.0) -> None:
        """Take tokens, there or not."""
        self._fill(now)
        self.level = max(self.level - count, min(-self.debt, self.level))

    def is_full(self, now: float) -> bool:
        """Whether the bucket remembers nothing any more."""
        self._fill(now)
        return self.level >= self.size

    def _fill(self, now: float) -> None:
        self.level = min(self.size, self.level + max(0.0, now - self.at) * self.rate)
        self.at = max(self.at, now)


@dataclass
class _Departure:
    """When a message left, and how long it took until its answer was there."""

    at: float
    trip: float | None = None

    def arrived(self, now: float, shortest: float) -> float:
        """When it arrived, taking the way there and the way back for equally late."""
        trip = now - self.at if self.trip is None else self.trip
        return self.at + min(max(0.0, (trip - shortest) / 2), LATEST)


@dataclass
class Limits:
    """The buckets of one process. `now` is a monotonic time in seconds."""

    rate: float = PER_SECOND
    burst: float = BURST
    window: int = WINDOW
    chat_rate: float = CHAT_PER_SECOND
    chat_burst: float = CHAT_BURST
    group_rate: float = GROUP_PER_SECOND
    group_burst: float = GROUP_BURST
    blocked_until: float = 0.0
    # Answers since this was last set to zero, for the other processes.
    answers: int = 0
    on_block: Callable[[], None] = _unheard
    _everything: Bucket = field(init=False)
    _share_at: float = field(init=False, default=0.0)
    # When pushes may leave by what was given out; when messages did leave; and how long each was on its way and back.
    _times: deque[float] = field(init=False)
    _left: deque[_Departure] = field(init=False)
    _trips: deque[float] = field(init=False, default_factory=lambda: deque(maxlen=TRIPS))
    _chats: dict[int, Bucket] = field(init=False, default_factory=dict)
    _crowded: int = field(init=False, default=REMEMBERED)

    def __post_init__(self) -> None:
        self._everything = Bucket(self.rate, self.burst, 0.0)
        self._times = deque(maxlen=self.window)
        self._left = deque(maxlen=self.window)

    @classmethod
    def unbounded(cls) -> Limits:
        """No limit at all: for a messenger of our own."""
        plenty = 1e9
        return cls(plenty, plenty, 0, plenty, plenty, plenty, plenty)

    def wait(self, now: float) -> float:
        """Seconds until one more push may leave, to whatever chat."""
        unanswered = min(self._everything.wait(now), self._share_at - now)
        return max(unanswered, self._crowd(now), self.blocked_until - now, 0.0)

    def room(self, now: float, ahead: float = 0.0) -> int:
        """How many pushes may leave within the next `ahead` seconds, to whatever chats."""
        wait = self.wait(now)
        if wait > ahead:
            return 0
        # The first has its token; those after it get theirs at the rate.
        spare = max(0.0, self._everything.level - 1.0) + (ahead - wait) * self.rate
        return 1 + math.floor(spare + TINY)

    def waiting(self, now: float) -> dict[int, float]:
        """The chats that must wait, and how many seconds."""
        waits = ((chat_id, bucket.wait(now)) for chat_id, bucket in self._chats.items())
        return {chat_id: wait for chat_id, wait in waits if wait > 0}

    def reserve(self, chat_id: int, now: float) -> float:
        """Count a push to this chat; the time at which it may leave."""
        at = now + max(self.wait(now), self._chats[chat_id].wait(now) if chat_id in self._chats else 0.0)
        self._everything.take(now)
        self._share_at = at + 1 / SHARE_OF_PUSHES
        self._times.append(at)
        self._chat(chat_id, now).take(now)
        return at

    def depart(self, now: float) -> float:
        """Seconds that a push whose time has come must still wait, because others left late; 0: it leaves now."""
        if self.window and len(self._left) == self.window:
            wait = self._left[0].arrived(now, min(self._trips, default=0.0)) + SECOND - now
            if wait > TINY:
                return wait
        self._left.append(_Departure(now))
        return 0.0

    def returned(self, left: float, now: float) -> None:
        """The answer to the request that was made at `left` is there: it was on its way for so long, both ways."""
        self._trips.append(now - left)
        for one in reversed(self._left):
            if one.at <= left:
                one.trip = now - left
                return

    def take(self, chat_id: int, now: float) -> None:
        """Count a push that leaves now."""
        self.reserve(chat_id, now)

    def answered(self, chat_id: int, now: float) -> None:
        """Count an answer that was sent to this chat without asking."""
        self.answers += 1
        self._everything.take(now, min(1.0, max(0.0, self._everything.level + DEBT)))
        self._chat(chat_id, now).take(now)

    def answered_elsewhere(self, count: int, now: float) -> None:
        """Count the answers of other processes in the last second."""
        self._everything.take(now, min(float(count), max(0.0, self._everything.level + DEBT)))

    def block(self, seconds: float, now: float) -> None:
        """Telegram asked the whole bot to be quiet."""
        if now + seconds > self.blocked_until:
            self.blocked_until = now + seconds
            self.on_block()

    def quiet(self, now: float) -> float:
        """Seconds for which the whole bot has to be quiet; 0 when it may speak."""
        return max(0.0, self.blocked_until - now)

    def _crowd(self, now: float) -> float:
        """Seconds until the window has room for another push."""
        return self._times[0] + SPAN - now if self.window and len(self._times) == self.window else 0.0

    def _chat(self, chat_id: int, now: float) -> Bucket:
        bucket = self._chats.get(chat_id)
        if bucket is None:
            self._forget(now)
            rate, size = (self.chat_rate, self.chat_burst) if chat_id > 0 else (self.group_rate, self.group_burst)
            # Whoever asks much is not punished for it for longer than a few seconds.
            bucket = self._chats[chat_id] = Bucket(rate, size, now, debt=2.0)
        return bucket

    def _forget(self, now: float) -> None:
        if len(self._chats) >= self._crowded:
            self._chats = {chat: bucket for chat, bucket in self._chats.items() if not bucket.is_full(now)}
            # Looking through them again pays only when there are many more.
            self._crowded = max(REMEMBERED, 2 * len(self._chats))


async def leave(limits: Limits, at: float) -> None:
    """Wait until `at`, and until as many that left late do not crowd the same second any more."""
    await asyncio.sleep(max(0.0, at - time.monotonic()))
    while wait := limits.depart(time.monotonic()):  # noqa: ASYNC110 - only time is waited for
        await asyncio.sleep(wait)
