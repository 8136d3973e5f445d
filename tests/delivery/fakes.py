"""Fakes by hand: the clock and the transport, the two seams to the outside."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.db.claims import Claimed
from bot.domain.pushes import Act
from bot.outbox.delivery import Delivered, DeliveryError

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def forward(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Sent:
    """A message as it stands; `edit` of the messages with these ids."""

    push_id: int
    chat_id: int
    text: str
    message_id: int
    edit: tuple[int, ...] = ()


class FakeTransport:
    """Records what is sent. `fail` queues failures for a chat; `hold` keeps a chat's messages in flight.

    A bar splits a text into several messages.
    """

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self._failures: dict[int, deque[DeliveryError | None]] = {}
        self._held: dict[int, asyncio.Event] = {}
        self.started: list[int] = []
        self._ids = 0
        # What is wrong with everything that is sent.
        self.remark: str | None = None

    def fail(self, chat_id: int, *errors: DeliveryError | None) -> None:
        """The next sends to the chat end like this; None is a success."""
        self._failures.setdefault(chat_id, deque()).extend(errors)

    def hold(self, chat_id: int) -> asyncio.Event:
        """Messages to this chat wait until the event is set."""
        return self._held.setdefault(chat_id, asyncio.Event())

    async def send(self, claimed: Claimed, text: str) -> Delivered:
        push = claimed.push
        self.started.append(push.id)
        if push.chat_id in self._held:
            await self._held[push.chat_id].wait()
        failures = self._failures.get(push.chat_id)
        if failures and (error := failures.popleft()):
            raise error
        if push.act == Act.EDIT.value:
            self.sent.append(Sent(push.id, push.chat_id, text, 0, claimed.target))
            return Delivered(())
        parts = text.split("|")
        ids = tuple(range(self._ids + 1, self._ids + 1 + len(parts)))
        self._ids = ids[-1]
        self.sent.append(Sent(push.id, push.chat_id, text, self._ids))
        return Delivered(ids, self.remark)

    def take(self, chat_id: int) -> Sent:
        """The oldest message to this chat that was not taken yet."""
        found = next((item for item in self.sent if item.chat_id == chat_id), None)
        assert found is not None, f"nothing was sent to {chat_id}"
        self.sent.remove(found)
        return found

    def assert_nothing_else(self) -> None:
        assert self.sent == []
