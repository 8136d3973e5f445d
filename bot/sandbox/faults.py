"""Trouble on request: what a bot meets in the real network, for a method or a chat, a number of times."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from bot.sandbox.errors import ApiError, flood, forbidden

KINDS = ("flood", "forbidden", "server_error", "bad_request", "timeout", "reset", "latency", "outage")


@dataclass
class Fault:
    """One rule. `count` None: until removed, or for `lasts` seconds. `until`: its end (seconds since the epoch).

    flood: 429 with `retry_after` · forbidden: 403 · server_error: `code` (500) · bad_request: 400 with `description` ·
    timeout: does the work, then says nothing for `seconds` · reset: cuts the connection before the work ·
    latency: answers `seconds` later · outage: cuts every connection for `seconds`.
    """

    kind: str
    method: str | None = None
    chat_id: int | None = None
    count: int | None = 1
    seconds: float = 1.0
    retry_after: int = 1
    code: int = 500
    description: str = ""
    lasts: float | None = None
    until: float | None = None
    id: int = 0

    def refusal(self) -> ApiError | None:
        """The refusal this fault stands for; None for faults of the connection."""
        if self.kind == "flood":
            return flood(self.retry_after)
        if self.kind == "forbidden":
            return forbidden(self.description or "bot was blocked by the user")
        if self.kind == "bad_request":
            return ApiError(400, f"Bad Request: {self.description or 'injected'}")
        if self.kind == "server_error":
            words = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
            return ApiError(self.code, self.description or words.get(self.code, "Internal Server Error"))
        return None


class Faults:
    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._rules: list[Fault] = []
        self._numbers = itertools.count(1)
        # Called after each change that a page would show.
        self.on_change: Callable[[], None] = lambda: None

    def add(self, rule: dict[str, Any]) -> Fault:
        """Takes a rule as JSON; ValueError or TypeError for a wrong one."""
        if rule.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        fault = Fault(**{**rule, "id": next(self._numbers)})
        lasts = fault.seconds if fault.kind == "outage" else fault.lasts
        if lasts is not None:
            fault.until, fault.count = self._wall() + lasts, None
        self._rules.append(fault)
        self.on_change()
        return fault

    def list(self) -> list[dict[str, Any]]:
        """What is in force, with the seconds that are `left` of it."""
        self._forget()
        now = self._wall()
        return [{**asdict(one), "left": None if one.until is None else one.until - now} for one in self._rules]

    def remove(self, number: int) -> None:
        """Takes one rule back, if it is still there."""
        self._rules = [fault for fault in self._rules if fault.id != number]
        self.on_change()

    def clear(self) -> None:
        self._rules.clear()
        self.on_change()

    def _forget(self) -> None:
        now = self._wall()
        self._rules = [fault for fault in self._rules if fault.until is None or fault.until > now]

    def take(self, method: str, chat_id: str) -> Fault | None:
        """The fault that hits this call, counted."""
        self._forget()
        for fault in self._rules:
            if fault.method and fault.method.lower() != method.lower():
                continue
            if fault.chat_id is not None and str(fault.chat_id) != chat_id:
                continue
            if fault.count is not None:
                fault.count -= 1
                if fault.count <= 0:
                    self._rules.remove(fault)
                self.on_change()
            return fault
        return None
