"""How long an update is tried: a failure of its own three times, an outage of others until it is over or too long.

In between: an answer whose fate is unknown, because the connection broke under it. Given again it may be there twice,
never given it may be missing, so it is given again for two minutes, ever more slowly.
"""

from __future__ import annotations

from collections.abc import Sequence

# Seconds before an update is handled again after a failure; then it is parked.
PAUSES = (0.3, 1.5)
# Seconds before an answer is given again that may have arrived.
UNSURE_PAUSES = (0.3, 1.5, 5.0, 15.0, 30.0, 60.0)
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
    """The pauses of one update. `pauses`: after failures of its own; `unsure`: after answers of unknown fate."""

    def __init__(self, pauses: Sequence[float] = PAUSES, unsure: Sequence[float] = UNSURE_PAUSES) -> None:
        self._pauses, self._unsure = pauses, unsure
        self._failures = 0
        self._outages = 0
        self._waited = 0.0

    def pause_after(self, failure: Exception) -> float | None:
        """Seconds until the next attempt; None when there is none."""
        if isinstance(failure, HandlingFailed):
            return None
        if isinstance(failure, MayPass) and failure.outage:
            return self._sit_out(failure)
        pauses = self._unsure if isinstance(failure, MayPass) else self._pauses
        self._failures += 1
        if self._failures > len(pauses):
            return None
        asked = failure.retry_after if isinstance(failure, MayPass) else None
        return max(pauses[self._failures - 1], min(asked or 0.0, LONGEST_WAIT))

    def _sit_out(self, failure: MayPass) -> float | None:
        if self._waited >= OUTAGE_SECONDS:
            return None
        pause = OUTAGE_PAUSES[min(self._outages, len(OUTAGE_PAUSES) - 1)]
        self._outages += 1
        pause = max(pause, min(failure.retry_after or 0.0, LONGEST_WAIT))
        self._waited += pause
        return pause
