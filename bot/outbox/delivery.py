"""What a transport is to the outbox, and the kinds of failure it may report. Knows no messenger library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.db.claims import Claimed
from bot.domain.pushes import Act, PushState

# Turns the text of a push that may have arrived into the words of its repetition; the same text when it is one.
Again = Callable[[str], str]


class FailureKind(StrEnum):
    """Why a message did not go out, as far as it decides what to do next."""

    BLOCKED = "blocked"  # the person blocked the bot or deleted the account
    GONE = "gone"  # no such chat
    MIGRATED = "migrated"  # the group has another id now
    FLOOD = "flood"  # too many requests: wait `retry_after`
    BAD_REQUEST = "bad_request"  # our message is wrong; sending it again will not help
    UNCHANGEABLE = "unchangeable"  # the message to be edited is not there any more, or too old
    UNCERTAIN = "uncertain"  # no answer after the request had left: it may have been delivered
    NETWORK = "network"  # it certainly did not arrive


class DeliveryError(Exception):
    """A message was not confirmed as delivered. `retry_after` in seconds is for the whole bot."""

    def __init__(
        self, kind: FailureKind, retry_after: float | None = None, detail: str = "", moved_to: int | None = None
    ) -> None:
        super().__init__(f"{kind.value}: {detail}")
        self.kind = kind
        self.retry_after = retry_after
        self.moved_to = moved_to


@dataclass(frozen=True)
class Delivered:
    """A push arrived as these messages, the one with the buttons last. `remark`: what was wrong with it."""

    message_ids: tuple[int, ...]
    remark: str | None = None


class Transport(Protocol):
    """The one seam to the network."""

    async def send(self, claimed: Claimed, text: str) -> Delivered:
        """Send the push with these words, or make the edit that it is. Raises DeliveryError."""
        ...


@dataclass(frozen=True)
class Verdict:
    """What becomes of a push after a failed attempt: another try after `delay` seconds, or an end state.

    `counts`: whether the attempt was one; being told to wait is not.
    """

    delay: float | None = None
    state: PushState | None = None
    counts: bool = True


# Seconds before the next try after a failure that certainly delivered nothing. The last one repeats until the push
# expires: nothing is given up because a line was down for long.
BACKOFF = (2.0, 10.0, 30.0, 120.0, 300.0)
# What to wait when Telegram does not say.
FLOOD_SECONDS = 2.0


def after_failure(error: DeliveryError, attempts: int, act: Act = Act.SEND) -> Verdict:
    """The retry decision: a pure function of the kind of failure and the attempts so far (this one included)."""
    if error.kind is FailureKind.FLOOD:
        return Verdict(delay=error.retry_after or FLOOD_SECONDS, counts=False)
    if error.kind is FailureKind.MIGRATED and error.moved_to is not None:
        return Verdict(delay=0.0, counts=False)
    # An edit made twice is made once.
    if error.kind is FailureKind.NETWORK or (error.kind is FailureKind.UNCERTAIN and act is Act.EDIT):
        return Verdict(delay=BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1])
    if error.kind is FailureKind.UNCERTAIN:
        return Verdict(state=PushState.UNCERTAIN)
    if error.kind is FailureKind.UNCHANGEABLE:
        return Verdict(state=PushState.CANCELLED)
    return Verdict(state=PushState.FAILED)
