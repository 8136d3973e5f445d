"""Telegram's sending limits as token buckets: about 30 a second over all chats, one a second in a chat."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

PER_SECOND = 28.0
# A burst after silence counts into the same second, so that no second ever sees more than 30.
BURST = 2.0
# A chat takes short bursts beyond one a second; three is well within what Telegram tolerates.
CHAT_PER_SECOND = 1.0
CHAT_BURST = 3.0
# Telegram: not more than 20 messages a minute to a group. Groups have negative ids.
GROUP_PER_SECOND = 18.0 / 60
GROUP_BURST = 2.0
REMEMBERED = 1_000
# Waiting times are compared with this much mercy: adding up floats must not cost a round of waiting.
TINY = 1e-6


@dataclass
class Bucket:
    """Fills at `rate` tokens a second up to `size`; full at first."""

    rate: float
    size: float
    at: float
    level: float = field(init=False)

    def __post_init__(self) -> None:
        self.level = self.size

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0 when one is."""
        self._fill(now)
        missing = 1.0 - self.level
        return missing / self.rate if missing > TINY else 0.0

    def take(self, now: float) -> None:
        """Take one token."""
        self._fill(now)
        self.level -= 1.0

    def room(self, now: float) -> int:
        """How many tokens are there."""
        self._fill(now)
        return max(0, math.floor(self.level + TINY))

    def is_full(self, now: float) -> bool:
        """Whether the bucket remembers nothing any more."""
        self._fill(now)
        return self.level >= self.size

    def _fill(self, now: float) -> None:
        self.level = min(self.size, self.level + max(0.0, now - self.at) * self.rate)
        self.at = max(self.at, now)


@dataclass
class Limits:
    """The buckets of one sender. `now` is a monotonic time in seconds."""

    rate: float = PER_SECOND
    burst: float = BURST
    chat_rate: float = CHAT_PER_SECOND
    chat_burst: float = CHAT_BURST
    group_rate: float = GROUP_PER_SECOND
    group_burst: float = GROUP_BURST
    blocked_until: float = 0.0
    _everything: Bucket = field(init=False)
    _chats: dict[int, Bucket] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._everything = Bucket(self.rate, self.burst, 0.0)

    @classmethod
    def unbounded(cls) -> Limits:
        """No limit at all: for a messenger of our own."""
        plenty = 1e9
        return cls(plenty, plenty, plenty, plenty, plenty, plenty)

    def room(self, now: float) -> int:
        """How many messages may go out now, to whatever chats."""
        return 0 if now < self.blocked_until else self._everything.room(now)

    def waiting(self, now: float) -> dict[int, float]:
        """The chats that must wait, and how many seconds."""
        waits = ((chat_id, bucket.wait(now)) for chat_id, bucket in self._chats.items())
        return {chat_id: wait for chat_id, wait in waits if wait > 0}

    def wait(self, now: float) -> float:
        """Seconds until anything at all may go out."""
        return max(self._everything.wait(now), self.blocked_until - now, 0.0)

    def take(self, chat_id: int, now: float) -> None:
        """Count a message to this chat."""
        self._everything.take(now)
        if chat_id not in self._chats:
            self._forget(now)
            rate, size = (self.chat_rate, self.chat_burst) if chat_id > 0 else (self.group_rate, self.group_burst)
            self._chats[chat_id] = Bucket(rate, size, now)
        self._chats[chat_id].take(now)

    def block(self, seconds: float, now: float) -> None:
        """Telegram asked the whole bot to be quiet."""
        self.blocked_until = max(self.blocked_until, now + seconds)

    def _forget(self, now: float) -> None:
        if len(self._chats) >= REMEMBERED:
            self._chats = {chat: bucket for chat, bucket in self._chats.items() if not bucket.is_full(now)}
