"""How much one account may ask, kept in memory: a flood gets one sentence, then silence until it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

PER_MINUTE = 40.0
BURST = 30.0
STRANGER_SECONDS = 600.0
REMEMBERED = 10_000


@dataclass
class _Level:
    tokens: float
    at: datetime
    told: bool = False


@dataclass
class Limiter:
    """`allow` counts an account's messages; `first_in_a_while` lets one polite sentence through to a stranger."""

    levels: dict[int, _Level] = field(default_factory=dict)
    strangers: dict[int, datetime] = field(default_factory=dict)

    def allow(self, user_id: int, now: datetime) -> tuple[bool, bool]:
        """Whether the message may be handled; if not, whether to say so (once)."""
        level = self.levels.setdefault(user_id, _Level(BURST, now))
        level.tokens = min(BURST, level.tokens + max(0.0, (now - level.at).total_seconds()) * PER_MINUTE / 60)
        level.at = now
        if len(self.levels) > REMEMBERED:
            self.levels = {user_id: level}
        if level.tokens >= 1:
            level.tokens -= 1
            level.told = False
            return True, False
        tell, level.told = not level.told, True
        return False, tell

    def first_in_a_while(self, user_id: int, now: datetime) -> bool:
        """Whether this stranger has not been answered in the last ten minutes."""
        last = self.strangers.get(user_id)
        if last is not None and 0 <= (now - last).total_seconds() < STRANGER_SECONDS:
            return False
        if len(self.strangers) > REMEMBERED:
            self.strangers.clear()
        self.strangers[user_id] = now
        return True
