"""The only reader of the wall clock. Everything else takes `now` as a parameter."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What a trigger (an update, a tick, a request) asks for the time."""

    def now(self) -> datetime:
        """The present as an aware UTC datetime."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class RehearsalClock:
    """A clock that started at a chosen moment and runs on from there; it may be set forward, never back."""

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self._origin = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._origin)

    def set(self, to: datetime) -> datetime:
        """Set the clock to `to` unless that is already past; returns the new present."""
        if to > self.now():
            self._start = to.astimezone(UTC)
            self._origin = time.monotonic()
        return self.now()


def clock_for(start: datetime | None) -> Clock:
    """The rehearsal clock where a start is given, else the machine's."""
    return RehearsalClock(start) if start else SystemClock()
