"""Whether the line to the messenger holds: when it breaks, pushes go one at a time and ever more slowly.

Every push that is tried on a broken line may end `uncertain`, and each of those is a question to the office. So after a
few failures in a row one push at a time finds out whether the line is back.
"""

from __future__ import annotations

# Fewer failures in a row than this may be one chat's trouble.
PATIENCE = 3
# Seconds before the next attempt on a broken line.
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


class Line:
    """The line of one sender. Moments are of a monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._failures = 0
        self._next = 0.0

    @property
    def broken(self) -> bool:
        """Whether too many attempts in a row came to nothing."""
        return self._failures >= PATIENCE

    def held(self) -> None:
        """An attempt got its answer, whatever the answer was."""
        self._failures, self._next = 0, 0.0

    def failed(self, now: float) -> None:
        """An attempt got none. Those that were on their way together count as one once the line is known as broken."""
        if self.broken and now < self._next:
            return
        self._failures += 1
        if self.broken:
            self._next = now + PAUSES[min(self._failures - PATIENCE, len(PAUSES) - 1)]

    def room(self, wanted: int, in_flight: int, now: float) -> int:
        """How many pushes may start now, of those that are wanted."""
        if not self.broken:
            return wanted
        return min(wanted, 1) if not in_flight and now >= self._next else 0

    def wait(self, now: float) -> float:
        """Seconds until the next attempt; 0 while the line holds."""
        return max(0.0, self._next - now) if self.broken else 0.0
