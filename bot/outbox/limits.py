"""Telegram's sending limits as token buckets: about 30 a second over all chats, one a second in a chat."""

from __future__ import annotations

from dataclasses import dataclass, field

PER_SECOND = 28.0
# A chat takes short bursts beyond one a second; three is well within what Telegram tolerates.
CHAT_PER_SECOND = 1.0
CHAT_BURST = 3.0
FORGET_AFTER = 60.0


@dataclass
class Bucket:
    """Fills at `rate` tokens a second up to `size`."""

    rate: float
    size: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0 when one is."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (1.0 - self.level) / self.rate)

    def take(self) -> None:
        """Take one token; the level may go below zero for one that must not wait."""
        self.level -= 1.0


@dataclass
class Limits:
    """The buckets of one sender. `now` is a monotonic time in seconds."""

    everything: Bucket = field(default_factory=lambda: Bucket(PER_SECOND, PER_SECOND, PER_SECOND, 0.0))
    chats: dict[int, Bucket] = field(default_factory=dict)
    chat_rate: float = CHAT_PER_SECOND
    chat_burst: float = CHAT_BURST
    blocked_until: float = 0.0

    @classmethod
    def unbounded(cls) -> Limits:
        """No limit at all: for a messenger of our own."""
        plenty = 1e9
        return cls(Bucket(plenty, plenty, plenty, 0.0), chat_rate=plenty, chat_burst=plenty)

    def wait(self, chat_id: int, now: float) -> float:
        """Seconds to wait before the next message to this chat may go out."""
        chat = self.chats.setdefault(chat_id, Bucket(self.chat_rate, self.chat_burst, self.chat_burst, now))
        return max(self.everything.wait(now), chat.wait(now), self.blocked_until - now, 0.0)

    def take(self, chat_id: int, now: float) -> None:
        """Count a message to this chat."""
        self.everything.take()
        self.chats.setdefault(chat_id, Bucket(self.chat_rate, self.chat_burst, self.chat_burst, now)).take()
        if len(self.chats) > 10_000:
            self.chats = {chat: bucket for chat, bucket in self.chats.items() if now - bucket.at < FORGET_AFTER}

    def block(self, seconds: float, now: float) -> None:
        """Telegram asked the whole bot to be quiet."""
        self.blocked_until = max(self.blocked_until, now + seconds)
