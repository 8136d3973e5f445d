"""How much one account may ask, kept in memory: a flood gets one sentence, then silence until it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

PER_MINUTE = 60.0
BURST = 60.0
# A flood is over when this many tokens have come back; until then it has been told.
CALM = 10.0
STRANGER_SECONDS = 600.0
REMEMBERED = 10_000
V = TypeVar("V")


@dataclass
class _Level:
    tokens: float
    at: datetime
    told: bool = False

    def fill(self, now: datetime) -> None:
        passed = max(0.0, (now - self.at).total_seconds())
        self.tokens = min(BURST, self.tokens + passed * PER_MINUTE / 60)
        self.at = max(self.at, now)


@dataclass
class Limiter:
    """`allow` counts an account's messages; `first_in_a_while` lets one polite sentence through to a stranger.

    What it remembers is bounded: beyond that many accounts the calm ones, then the oldest, are forgotten.
    """

    levels: dict[int, _Level] = field(default_factory=dict)
    strangers: dict[int, datetime] = field(default_factory=dict)

    def allow(self, user_id: int, now: datetime) -> tuple[bool, bool]:
        """Whether the message may be handled; if not, whether to say so (once in a flood)."""
        level = self.levels.get(user_id)
        if level is None:
            self._make_room(now)
            level = self.levels[user_id] = _Level(BURST, now)
        level.fill(now)
        if level.tokens >= CALM:
            level.told = False
        if level.tokens >= 1:
            level.tokens -= 1
            return True, False
        tell, level.told = not level.told, True
        return False, tell

    def first_in_a_while(self, user_id: int, now: datetime) -> bool:
        """Whether this stranger has not been answered in the last ten minutes."""
        last = self.strangers.get(user_id)
        if last is not None and 0 <= (now - last).total_seconds() < STRANGER_SECONDS:
            return False
        if len(self.strangers) >= REMEMBERED:
            fresh = {user: at for user, at in self.strangers.items() if (now - at).total_seconds() < STRANGER_SECONDS}
            self.strangers = _newest_half(fresh)
        self.strangers.pop(user_id, None)
        self.strangers[user_id] = now
        return True

    def _make_room(self, now: datetime) -> None:
        if len(self.levels) < REMEMBERED:
            return
        for level in self.levels.values():
            level.fill(now)
        self.levels = _newest_half({user: level for user, level in self.levels.items() if level.tokens < BURST})


def _newest_half(remembered: dict[int, V]) -> dict[int, V]:
    """All of it while there is room, else the half that came in last."""
    if len(remembered) < REMEMBERED:
        return remembered
    return dict(list(remembered.items())[REMEMBERED // 2 :])
