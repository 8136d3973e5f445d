"""What a transport is to the outbox, and the kinds of failure it may report. Knows no messenger library."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.db.tables import Push


class FailureKind(StrEnum):
    """Why a message did not go out, as far as it decides what to do next."""

    BLOCKED = "blocked"  # the person blocked the bot or deleted the account
    GONE = "gone"  # no such chat
    FLOOD = "flood"  # too many requests: wait `retry_after`
    BAD_REQUEST = "bad_request"  # our message is wrong; sending it again will not help
    UNCERTAIN = "uncertain"  # no answer after the request had left: it may have been delivered
    NETWORK = "network"  # it certainly did not arrive


class DeliveryError(Exception):
    """A message was not confirmed as delivered."""

    def __init__(self, kind: FailureKind, retry_after: float | None = None, detail: str = "") -> None:
        super().__init__(f"{kind.value}: {detail}")
        self.kind = kind
        self.retry_after = retry_after


class Transport(Protocol):
    """The one seam to the network."""

    async def send(self, push: Push, text: str) -> int:
        """Send the push with these words; the message's id. Raises DeliveryError."""
        ...


@dataclass(frozen=True)
class Verdict:
    """What becomes of a push after a failed attempt: another try after `delay` seconds, or an end state."""

    delay: float | None
    state: str | None


# Seconds before the next try after a failure that passes; then the push is given up and reported.
BACKOFF = (2.0, 10.0, 30.0, 120.0, 600.0, 1800.0)


def after_failure(error: DeliveryError, attempts: int) -> Verdict:
    """The retry decision: a pure function of the kind of failure and the attempts so far."""
    if error.kind is FailureKind.FLOOD:
        return Verdict(error.retry_after or BACKOFF[0], None)
    if error.kind is FailureKind.NETWORK and attempts <= len(BACKOFF):
        return Verdict(BACKOFF[attempts - 1], None)
    if error.kind is FailureKind.UNCERTAIN:
        return Verdict(None, "uncertain")
    return Verdict(None, "failed")
