"""What this process counts about itself, as cheap as counting can be: it happens on the path of every answer.

Nothing here knows of Prometheus: that library is loaded when somebody asks for the figures. Labels are kinds and
outcomes, never persons, chats or words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

# Upper bounds in seconds; what takes longer than the last one is counted behind it.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})


class Timing:
    """How often something took how long."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """Count one that took so long."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    @property
    def total(self) -> int:
        """How many there were."""
        return sum(self.counts)


class Measures:
    """The counters of one process; they begin at 0 with it."""

    def __init__(self) -> None:
        self.updates: Counter[tuple[str, str]] = Counter()
        self.handling: dict[str, Timing] = {}
        self.sends: Counter[tuple[str, str]] = Counter()
        self.sending: dict[str, Timing] = {}
        self.transactions = {"read": Timing(), "write": Timing()}
        self.sweeps = Timing()
        self.sweeps_failed = 0

    def update_ended(self, kind: str, outcome: str, seconds: float) -> None:
        """An update came to its end; `seconds` from its turn to its outcome, other attempts included."""
        kind = kind if kind in KINDS else "other"
        self.updates[kind, outcome] += 1
        timing = self.handling.get(kind)
        if timing is None:
            timing = self.handling[kind] = Timing()
        timing.add(seconds)

    def push_tried(self, kind: str, result: str, seconds: float) -> None:
        """An attempt to send a push ended: "sent", or how it failed."""
        self.sends[kind, result] += 1
        timing = self.sending.get(result)
        if timing is None:
            timing = self.sending[result] = Timing()
        timing.add(seconds)

    @contextmanager
    def sweep(self) -> Iterator[None]:
        """Time a sweep; one that raises counts as failed."""
        begun = perf_counter()
        try:
            yield
        except BaseException:
            self.sweeps_failed += 1
            raise
        finally:
            self.sweeps.add(perf_counter() - begun)


# A process counts once, whatever it is made of.
MEASURES = Measures()
