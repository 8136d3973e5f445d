"""How long an update is tried: a failure of its own three times, an outage of others until it is over or too long."""

from __future__ import annotations

from collections.abc import Sequence

# Seconds before an update is handled again after a failure; then it is parked.
PAUSES = (0.3, 1.5)
# Pauses in an outage, in seconds; the last one repeats. The update has no part in it: it waits until it is over.
OUTAGE_PAUSES = (0.3, 1.0, 2.0, 5.0)
OUTAGE_SECONDS = 900.0
LONGEST_WAIT = 60.0


class MayPass(Exception):
    """Handling failed for a cause that may pass: try again, after `retry_after` seconds if that is known.

    `outage`: the database or Telegram is away and certainly nothing was done.
    """

    def __init__(self, cause: str, retry_after: float | None = None, *, outage: bool = False) -> None:
        super().__init__(cause)
        self.retry_after, self.outage = retry_after, outage


class HandlingFailed(Exception):
    """Handling failed for good."""


class Patience:
    """The pauses of one update. `pauses`: between the attempts that count."""

    def __init__(self, pauses: Sequence[float] = PAUSES) -> None:
        self._pauses = pauses
        self._failures = 0
        self._outages = 0
        self._waited = 0.0

    def pause_after(self, failure: Exception) -> float | None:
        """Seconds until the next attempt; None when there is none."""
        if isinstance(failure, HandlingFailed):
            return None
        if isinstance(failure, MayPass) and failure.outage:
            return self._sit_out(failure)
        self._failures += 1
        if self._failures > len(self._pauses):
            return None
        asked = failure.retry_after if isinstance(failure, MayPass) else None
        return max(self._pauses[self._failures - 1], min(asked or 0.0, LONGEST_WAIT))

    def _sit_out(self, failure: MayPass) -> float | None:
        if self._waited >= OUTAGE_SECONDS:
            return None
        pause = OUTAGE_PAUSES[min(self._outages, len(OUTAGE_PAUSES) - 1)]
        self._outages += 1
        pause = max(pause, min(failure.retry_after or 0.0, LONGEST_WAIT))
        self._waited += pause
        return pause
